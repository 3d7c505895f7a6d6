"""The papers of a project: its plan of labour, its signboard, its acceptance (F-23, F-24, F-30)."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from contracts.papers import office_of
from payroll.papers import PER
from policy.selectors import rulings
from project.kernel.models import Event
from project.kernel.money import capitals, yuan
from project.kernel.months import SHANGHAI, today
from project.kernel.printing import Filled, head, paper, workbook
from workrelief import roster_papers
from workrelief.figures import figures_of
from workrelief.models import LabourPlan
from workrelief.shares import percent

PLANNED = (
    head("fund", "资金来源"),
    head("trade", "用工工种"),
    head("headcount", "用工人数", "integer"),
    head("per", "计酬方式"),
    head("units", "人均数量", "number"),
    head("rate", "单价", "amount"),
    head("amount", "劳务报酬", "amount"),
)
SAID = (head("label", "项目"), head("value", "内容"))
LABOUR = (
    head("fund", "资金来源"),
    head("year", "年度", "integer"),
    head("amount", "资金额度", "amount"),
    head("least", "最低比例"),
    head("planned", "计划劳务报酬", "amount"),
    head("planned_share", "计划占比"),
    head("paid", "已发放到卡", "amount"),
    head("paid_share", "发放占比"),
    head("reached", "是否达到"),
)
SIDES = (
    "项目业主意见",
    "施工单位（理事会）意见",
    "监理单位意见",
    "村（社区）意见",
    "县发展改革部门意见",
)
ACCEPTED = "验收合格，劳务报酬已发放到人。"


def pdf_of(code, record, by):
    """A form of a project on paper."""
    return paper(FILL[code](record, by))


def workbook_of(code, record, by):
    """A form of a project as a workbook."""
    return workbook(FILL[code](record, by), by)


def address_of(project):
    """Where anybody reads of the project, as the QR code of its signboard says it."""
    return settings.SITE_ADDRESS + reverse("public-project", args=[project.number])


def chosen(record, field):
    """A choice in Chinese, whatever language the screens are in."""
    with translation.override("zh-hans"):
        return str(getattr(record, f"get_{field}_display")())


def organisation(project, by):
    """F-23: which people are called to what work, for how many days and how much, fund by fund."""
    figures = figures_of(project)
    rows = [_planned(plan) for plan in _plans(project)]
    return Filled(
        code="F-23",
        number=project.number,
        columns=PLANNED,
        rows=rows,
        head={"unit_name": owner_of(project), "filled_on": today(), "facts": _facts(project)},
        foot={
            "people": figures.planned_people,
            "amount": figures.planned,
            "amount_capitals": capitals(figures.planned),
            "shares": [labour_row(share) for share in figures.shares],
            "words": _ways(project),
            "filled_by": str(by),
            "phone": by.phone,
        },
    )


def _plans(project):
    plans = LabourPlan.objects.filter(fund_line__project=project)
    return plans.select_related("fund_line__fund").order_by("fund_line", "pk")


def _planned(plan):
    return {
        "fund": f"{plan.fund_line.fund.name}（{plan.fund_line.year}）",
        "trade": plan.trade,
        "headcount": plan.headcount,
        "per": PER[plan.unit].replace("每", "按"),
        "units": plan.units,
        "rate": plan.rate,
        "amount": plan.amount,
    }


def owner_of(project):
    """Who answers for the project."""
    return project.owner.name if project.owner else office_of(project.area)


def _facts(project):
    """What is built, by whom, when and from which money."""
    said = (
        ("项目名称", project.name),
        ("项目编号", project.number),
        ("建设地点", project.area.name),
        ("建设领域", chosen(project, "field")),
        ("组织方式", chosen(project, "mode")),
        ("建设内容", project.content),
        ("建设规模", project.scale),
        ("总投资", f"{yuan(project.investment)} 元"),
        ("计划工期", _term(project)),
        ("项目业主", owner_of(project)),
        ("施工单位（理事会）", project.contractor),
        ("监理单位", project.engineer),
    )
    return [{"label": label, "value": value} for label, value in said]


def _term(project):
    days = [
        f"{day:%Y-%m-%d}" if day else "" for day in (project.planned_start, project.planned_end)
    ]
    return " 至 ".join(days) if any(days) else ""


def _ways(project):
    """Whom the roster takes first, how people are taught and insured, and how they are paid."""
    courses = "；".join(
        f"{one.on:%Y-%m-%d}　{one.topic}（{one.hours.normalize():f} 课时，{one.teacher}）"
        for one in project.trainings.all()
    )
    policy = project.insurance
    insured = (
        f"{policy.number}，{policy.starts_on:%Y-%m-%d} 至 {policy.ends_on:%Y-%m-%d}"
        if policy
        else "开工前办理"
    )
    said = (
        ("招工范围", "项目所在县农村劳动力；优先易地搬迁群众、防止返贫监测对象、脱贫人口。"),
        ("技能培训", courses or "开工前组织"),
        ("安全保障", f"工伤或意外伤害保险：{insured}；上岗前进行安全交底。"),
        ("发放方式", _paid_how(project)),
    )
    return [{"label": label, "value": value} for label, value in said]


def _paid_how(project):
    codes = ["relief.pay_cycle_days", "relief.publicity"]
    ruled = rulings(codes, on=today(), areas=[project.area_id])[project.area_id]
    cycle, notice = (ruled[code].value if code in ruled else None for code in codes)
    said = ["按月结算，本人签字确认，监理核对、业主审定、村级核实"]
    if notice:
        said.append(f"村、乡镇公示不少于 {notice['days']} 日")
    said.append("由银行直接发放到本人社保卡（一卡通），不发现金")
    if cycle:
        said.append(f"次月起 {cycle} 日内到账")
    return "，".join(said) + "。"


def signboard(project, by):
    """F-24: what stands on the site for everybody to read (R-78), with labour and the hotline."""
    figures = figures_of(project)
    funds = "；".join(
        f"{share.fund_name}（{share.year}）{yuan(share.amount)} 元" for share in figures.shares
    )
    rows = [
        *_facts(project),
        *(
            {"label": label, "value": value}
            for label, value in (
                ("资金来源", funds),
                ("设计单位", project.designer),
                ("项目法人", project.legal_person),
                ("责任人", project.responsible),
                ("受益人数", f"{project.beneficiaries} 人"),
                ("计划务工人数", f"{figures.planned_people} 人"),
                ("劳务报酬总额", f"{yuan(figures.planned)} 元"),
                ("劳务报酬占比", _by_fund(figures.shares)),
                ("监督电话", project.hotline),
            )
        ),
    ]
    return Filled(
        code="F-24",
        number=project.number,
        address=address_of(project),
        columns=SAID,
        rows=rows,
        head={"year": project.year, "unit_name": owner_of(project)},
        foot={"filled_by": str(by)},
    )


def _by_fund(shares):
    """Two numbers for each fund: what is planned, and what must be reached at least."""
    return "；".join(
        f"{row['fund']} {row['planned_share']}"
        + (f"（不低于 {row['least']}）" if row["least"] else "")
        for row in map(labour_row, shares)
    )


def labour_row(share):
    """One fund line's labour: planned and arrived, beside the least that is asked."""
    return {
        "fund": share.fund_name,
        "year": share.year,
        "amount": share.amount,
        "least": percent(share.minimum, 1) if share.minimum is not None else "",
        "planned": share.planned,
        "planned_share": percent(share.planned, share.amount),
        "paid": share.paid,
        "paid_share": percent(share.paid, share.amount),
        "reached": "是" if share.paid_reaches else "否",
    }


def acceptance(project, by):
    """F-30: the works as accepted, with what of each fund has arrived on people's cards."""
    figures = figures_of(project)
    return Filled(
        code="F-30",
        number=project.number,
        columns=LABOUR,
        rows=[labour_row(share) for share in figures.shares],
        head={
            "unit_name": owner_of(project),
            "facts": [*_facts(project), *_reached(project, figures)],
        },
        foot={"opinions": _opinions(project), "filled_by": str(by)},
    )


def _reached(project, figures):
    on = [f"{day:%Y-%m-%d}" if day else "—" for day in _days(project)]
    said = (
        ("开工、完工、验收", "　".join(on)),
        ("工程进度", f"{figures.done.normalize():f} %"),
        ("务工人数、工日", f"{figures.workers} 人，{figures.person_days.normalize():f} 个工日"),
        ("培训人数", f"{figures.trained} 人"),
        ("公益性岗位", f"承诺 {project.promised_posts} 个，已设置 {figures.posts} 个"),
        ("工程质量", ""),
    )
    return [{"label": label, "value": value} for label, value in said]


def _days(project):
    return project.started_on, project.main_done_on, project.accepted_on


def _opinions(project):
    """Blank to sign by hand; the county's own word stands once it has accepted."""
    blank = [{"office": side, "opinion": "", "name": "", "signed_on": None} for side in SIDES]
    events = Event.objects.of(project).filter(verb="accept").exclude(after="refused")
    if event := events.select_related("by").last():
        day = event.at.astimezone(SHANGHAI).date()
        blank[-1] |= {"opinion": ACCEPTED + event.note, "name": event.who, "signed_on": day}
    return blank


FILL = {
    "F-23": organisation,
    "F-24": signboard,
    "F-25": roster_papers.roster,
    "F-29": roster_papers.training,
    "F-30": acceptance,
}
