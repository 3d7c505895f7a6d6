"""F-01: a village's request for a post, with what each office said of it."""

from contracts.papers import office_of
from project.kernel.models import Event
from project.kernel.months import SHANGHAI
from project.kernel.printing import Filled, head, paper, workbook

COLUMNS = (head("label", "项目"), head("value", "内容"))
BASES = {"month": "按月", "day": "按日", "hour": "按小时", "task": "按事项"}
KINDS = {"labour": "劳动合同", "service": "劳务协议"}
OFFICES = (
    ("submit", "村（社区）意见"),
    ("review", "乡镇意见"),
    ("approve", "县级主管部门意见"),
    ("open", "县级财政部门意见"),
)
SAYS = {"submit": "经村两委研究，申请设岗。", "review": "审核同意。", "open": "资金已落实。"}


def pdf_of(code, record, by):
    """The request on paper."""
    return paper(FILL[code](record, by))


def workbook_of(code, record, by):
    """The request as a workbook."""
    return workbook(FILL[code](record, by), by)


def request(post, by):
    """F-01: the need as the village described it; below it who decided what, and when."""
    return Filled(
        code="F-01",
        number=post.number,
        columns=COLUMNS,
        rows=_facts(post),
        head={"unit_name": office_of(post.area), "area_code": post.area_id},
        foot={"opinions": _opinions(post), "filled_by": str(by)},
    )


def _facts(post):
    ends = f"{post.ends_on:%Y-%m-%d}" if post.ends_on else "长期"
    said = (
        ("岗位名称", post.title),
        ("岗位类别", post.post_type),
        ("主管部门", post.department.name),
        ("使用单位", post.unit or office_of(post.area)),
        ("岗位职责", post.duties),
        ("工作量标准", post.workload),
        ("工作地点", post.place),
        ("拟设人数", f"{post.headcount} 人"),
        ("每月小时", f"{post.hours:f}" if post.hours else ""),
        ("计酬方式", BASES[post.pay_basis]),
        ("协议类型", KINDS[post.kind]),
        ("补贴标准", f"{post.standard:.2f} 元"),
        ("资金来源", post.fund.name),
        ("起止时间", f"{post.starts_on:%Y-%m-%d} 至 {ends}"),
        ("管理责任人", f"{post.manager}　{post.manager_phone}".strip()),
        ("村级会议记录", post.minutes),
    )
    return [{"label": label, "value": value} for label, value in said]


def _opinions(post):
    """The last round's decisions, from the log; blank to sign by hand while nobody has decided."""
    signed = {}
    for event in Event.objects.of(post).exclude(after="refused").select_related("by"):
        if event.verb == "send_back":
            signed = {}
        signed[event.verb] = event
    return [_opinion(office, verb, signed.get(verb), post) for verb, office in OFFICES]


def _opinion(office, verb, event, post):
    if event is None:
        return {"office": office, "opinion": "", "name": "", "signed_on": None}
    until = f"同意设岗，批准至 {post.approved_until:%Y-%m-%d}。" if verb == "approve" else ""
    return {
        "office": office,
        "opinion": f"{SAYS.get(verb, until)}{event.note}",
        "name": event.who,
        "signed_on": event.at.astimezone(SHANGHAI).date(),
    }


FILL = {"F-01": request}
