"""F-02, F-03, F-04 and F-08: the call, the application and its receipt, votes, training."""

from contracts.papers import CAPACITIES, SEXES, office_of
from posts.hire_checks import MATERIALS, PROOFS
from posts.models import Hire
from posts.priority import score
from project.kernel.models import Event
from project.kernel.months import SHANGHAI
from project.kernel.printing import Filled, head, paper, workbook

FACTS = (head("label", "项目"), head("value", "内容"))
VOTES = (
    head("number", "序号", "integer"),
    head("name", "评议对象"),
    head("post_title", "申请岗位"),
    head("votes_for", "同意", "integer"),
    head("votes_against", "反对", "integer"),
    head("votes_abstained", "弃权", "integer"),
)
TRAINED = (
    head("number", "序号", "integer"),
    head("name", "姓名"),
    head("post_title", "岗位"),
    head("signature", "签名"),
)
PAPERS = {
    "application": "申请表",
    "id_card": "身份证复印件",
    "household_register": "户口簿复印件",
    "promise": "承诺书",
    "fitness": "健康（适岗）证明",
    "residence": "居住证明",
}
OFFICES = (
    ("appraise", "村民主评议意见"),
    ("screen", "乡镇审核意见"),
    ("approve", "县级审批意见"),
)
SAYS = {"appraise": "评议通过。", "screen": "审核符合条件。", "approve": "同意聘用。"}
PROMISE = (
    "本人承诺：未办理营业执照、不是企业股东，未参加企业职工养老保险，"
    "不是村干部及其近亲属，未在其他公益性岗位任职；所填内容属实。"
)


def pdf_of(code, record, by):
    """A form of hiring on paper."""
    return paper(FILL[code](record, by))


def workbook_of(code, record, by):
    """The table of a form of hiring as a workbook."""
    return workbook(FILL[code](record, by), by)


def call(recruitment, by):
    """F-02: what is to be done, by how many, for how much, and until when to apply."""
    post = recruitment.post
    said = (
        ("岗位及人数", f"{post.title}　{recruitment.places} 人"),
        ("选聘条件", "符合乡村公益性岗位安置条件，弱劳力、半劳力、零就业家庭成员优先。"),
        ("程序", "个人申请、民主评议、村公示、乡镇审核、县级审批、签订协议、岗前培训。"),
        ("报名时间", f"{recruitment.opens_on:%Y-%m-%d} 至 {recruitment.closes_on:%Y-%m-%d}"),
        ("报名地点", office_of(post.area)),
        ("管护任务", f"{post.duties}\n{post.workload}".strip()),
        ("工作地点", post.place),
        ("报酬", f"{post.standard:.2f} 元"),
        ("材料", "、".join(PAPERS[name] for name in MATERIALS)),
        ("联系电话", post.manager_phone),
    )
    return Filled(
        code="F-02",
        number=f"ZP-{recruitment.pk}",
        columns=FACTS,
        rows=[{"label": label, "value": value} for label, value in said],
        head={"unit_name": office_of(post.area)},
        foot={"opinions": [], "filled_by": str(by), "signed_on": recruitment.opens_on},
    )


def application(hire, by):
    """F-03: who applies for what; below it the offices, and a receipt to tear off."""
    return Filled(
        code="F-03",
        number=receipt(hire),
        columns=FACTS,
        rows=[{"label": label, "value": value} for label, value in _applicant(hire)],
        head={"unit_name": office_of(hire.area)},
        foot={
            "promise": PROMISE,
            "opinions": _opinions(hire),
            "receipt": receipt(hire),
            "applied_on": hire.applied_on,
            "name": hire.person.name,
            "post_title": hire.post.title,
            "filled_by": str(by),
        },
    )


def receipt(hire):
    """The number by which a person can ask for their application."""
    return f"SQ{hire.applied_on:%Y%m%d}-{hire.pk}"


def _applicant(hire):
    person, home = hire.person, hire.person.household
    points = hire.score if hire.score is not None else score(hire)[0]
    return (
        ("姓名", person.name),
        ("性别", SEXES[person.sex]),
        ("出生年月", f"{person.born_on:%Y-%m}"),
        ("身份证号", person.id_number),
        ("户籍地", person.area.name),
        ("现住址", home.address if home else ""),
        ("电话", person.phone),
        ("健康状况", person.health),
        ("劳动能力", CAPACITIES.get(person.capacity, "")),
        ("人员类别", person.category),
        ("户编号", home.number if home else ""),
        ("与户主关系", person.relation),
        ("家庭成员在岗情况", _at_home(person)),
        ("申请岗位", hire.post.title),
        ("拟上岗日期", f"{hire.starts_on:%Y-%m-%d}" if hire.starts_on else ""),
        ("已交材料", "、".join(PAPERS[n] for n in (*MATERIALS, *PROOFS) if n in hire.materials)),
        ("优先分值", str(points)),
    )


def _at_home(person):
    """Who else of the household holds a post."""
    if person.household_id is None:
        return "无"
    hires = Hire.objects.filter(person__household=person.household_id).exclude(person=person)
    held = hires.filter(contract__state__in=["signed", "in_force", "suspended"])
    rows = held.values_list("person__name", "post__title")
    return "、".join(f"{name}（{title}）" for name, title in rows) or "无"


def _opinions(hire):
    """What each office decided, from the log; blank to sign by hand while nobody has."""
    taken = Event.objects.of(hire).exclude(after="refused").select_related("by")
    signed = {event.verb: event for event in taken}
    return [_opinion(office, verb, signed.get(verb)) for verb, office in OFFICES]


def _opinion(office, verb, event):
    if event is None:
        return {"office": office, "opinion": "", "name": "", "signed_on": None}
    return {
        "office": office,
        "opinion": f"{SAYS[verb]}{event.note}",
        "name": event.who,
        "signed_on": event.at.astimezone(SHANGHAI).date(),
    }


def votes(appraisal, by):
    """F-04: the meeting and its votes."""
    hires = appraisal.hires.select_related("person", "post").order_by("pk")
    rows = [
        {
            "number": number,
            "name": hire.person.name,
            "post_title": hire.post.title,
            "votes_for": hire.votes_for,
            "votes_against": hire.votes_against,
            "votes_abstained": hire.votes_abstained,
        }
        for number, hire in enumerate(hires, start=1)
    ]
    return Filled(
        code="F-04",
        number=f"PY-{appraisal.pk}",
        columns=VOTES,
        rows=rows,
        head={
            "unit_name": office_of(appraisal.area),
            "held_on": appraisal.held_on,
            "place": appraisal.place,
            "host": appraisal.host,
            "recorder": appraisal.recorder,
            "expected": appraisal.expected,
            "present": appraisal.present,
        },
        foot={"signatures": appraisal.signatures, "filled_by": str(by)},
    )


def training(hire, by):
    """F-08: everybody of the village trained on the same day, or to be trained for the post."""
    alike = Hire.objects.filter(area=hire.area_id, trained_on=hire.trained_on)
    alike = alike.filter(state__in=[Hire.State.APPROVED, Hire.State.PLACED])
    rows = [
        {
            "number": number,
            "name": other.person.name,
            "post_title": other.post.title,
            "signature": "",
        }
        for number, other in enumerate(
            alike.select_related("person", "post").order_by("pk"), start=1
        )
    ]
    return Filled(
        code="F-08",
        number=f"PX-{hire.pk}",
        columns=TRAINED,
        rows=rows,
        head={
            "unit_name": office_of(hire.area),
            "held_on": hire.trained_on,
            "training": hire.training or "岗位职责、安全须知",
        },
        foot={"filled_by": str(by)},
    )


FILL = {"F-02": call, "F-03": application, "F-04": votes, "F-08": training}
