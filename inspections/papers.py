"""F-19 to F-21: what two inspectors saw, what became of a doubt, and what a case decided."""

from django.utils import translation
from django.utils.timezone import localtime

from inspections import evidence, questions
from inspections.models import Measure, Visit
from inspections.visit_checks import ON_PAPER
from inspections.words import title_of, why
from project.kernel.models import Event
from project.kernel.money import capitals
from project.kernel.printing import Filled, head, paper, workbook
from project.kernel.sealing import seal
from registry.models import Area, Person

# Papers are Chinese whatever language the screens are in.
SEEN = {
    Visit.Seen.WORKING: "在岗，正在作业",
    Visit.Seen.IDLE: "在岗，未作业",
    Visit.Seen.OTHER: "他人顶替作业",
    Visit.Seen.ABSENT: "不在岗",
    Visit.Seen.UNREACHED: "未能联系上",
}
DUE = {
    Visit.Due.YES: "当时应当在岗",
    Visit.Due.NO: "当时无排班，不应在岗",
    Visit.Due.UNKNOWN: "当时有无排班不明",
}
WAYS = {"site": "现场检查", "phone": "电话检查", "photo": "照片复核"}
MEASURES = {
    "warn": "约谈提醒",
    "rectify": "限期整改",
    "suspend": "暂停上岗",
    "withhold": "缓发、扣发补贴",
    "send_back": "考勤退回更正",
    "recover": "追缴已发补贴",
    "remove": "清退出岗",
    "bar": "限制用工单位",
}
VISITED = (
    head("number", "检查编号"),
    head("at", "时间"),
    head("place", "地点（坐标）"),
    head("inspectors", "检查人"),
    head("name", "被查人员"),
    head("post_title", "被查岗位"),
    head("seen", "是否在岗"),
    head("other", "实际作业人"),
    head("work", "工作内容"),
    head("pictures", "照片编号"),
    head("asked", "询问要点"),
    head("problem", "问题"),
    head("signed", "被检查方签字"),
)
EVIDENCE = (
    head("place", "序号", "integer"),
    head("number", "疑点编号"),
    head("rule", "规则"),
    head("kind", "数据源"),
    head("what", "证据"),
)
MEASURED = (
    head("place", "序号", "integer"),
    head("number", "案件编号"),
    head("kind", "决定"),
    head("words", "内容"),
    head("months", "违规月份"),
    head("amount", "金额", "amount"),
    head("due_on", "期限", "date"),
    head("done_on", "办结日期", "date"),
)


def pdf_of(code, record, by):
    """The form on paper."""
    with translation.override("zh-hans"):
        return paper(FILL[code](record, by))


def workbook_of(code, record, by):
    """The form's table as a workbook."""
    with translation.override("zh-hans"):
        return workbook(FILL[code](record, by), by)


def _form(**facts):
    """The form, sealed with all it says: its table alone would not tell a changed decision."""
    told = {name: str(facts[name]) for name in ("number", "head", "rows", "foot")}
    return Filled(**facts, hash=seal(told))


def visited(visit, by):
    """F-19: who was looked at, where and by whom, what was seen and said, and who signed."""
    pictures = [
        {"number": f"{visit.pk}-{place}", "shows": photo.shows, "sha256": photo.sha256}
        for place, photo in enumerate(visit.photos.all(), 1)
    ]
    asked = [f"{words} {answer}" for words, answer in questions.in_words(visit.answers)]
    return _form(
        code="F-19",
        number=f"{visit.area_id}-{visit.pk}",
        columns=VISITED,
        rows=[_seen(visit, pictures, asked)],
        head={
            "unit_name": visit.area.name,
            "way": WAYS[visit.way],
            "plan": str(visit.plan or ""),
            "id_number": visit.contract.person.masked_id,
        },
        foot={
            "pictures": pictures,
            "asked": asked,
            "note": visit.note,
            "corrects": visit.corrects and f"{visit.area_id}-{visit.corrects_id}",
            "because": visit.because,
            "refused": visit.refused,
            "signatures": _marks(visit),
        },
    )


def _seen(visit, pictures, asked):
    return {
        "number": f"{visit.area_id}-{visit.pk}",
        "at": f"{localtime(visit.at):%Y-%m-%d %H:%M}",
        "place": _place(visit),
        "inspectors": f"{visit.by.name}、{visit.second.name}",
        "name": visit.contract.person.name,
        "post_title": visit.contract.title,
        "seen": f"{SEEN[visit.seen]}（{DUE[visit.due]}）",
        "other": visit.other,
        "work": visit.work,
        "pictures": "；".join(f"{one['number']} {one['sha256']}" for one in pictures),
        "asked": "；".join(asked),
        "problem": visit.problem,
        "signed": _signed(visit),
    }


def _place(visit):
    degrees = ""
    if visit.longitude is not None:
        degrees = (
            f"（东经{visit.longitude}，北纬{visit.latitude}，误差约{visit.accuracy or '？'}米）"
        )
    return f"{visit.area.parent.name}{visit.area.name} {visit.place}{degrees}"


def _marks(visit):
    """Each signature: whose it is, its line as drawn, or that the signed sheet bears it."""
    people = (
        ("first", "检查人", visit.by.name),
        ("second", "检查人", visit.second.name),
        ("person", "被检查人", visit.contract.person.name),
    )
    found = []
    for who, label, name in people:
        mark = visit.signatures.get(who, "")
        line = "" if mark == ON_PAPER else mark
        found.append({"label": label, "name": name, "line": line, "kept": mark == ON_PAPER})
    return found


def _signed(visit):
    if visit.refused:
        return "拒绝签字"
    if "person" not in visit.signatures:
        return "未签字"
    return "见纸质原件" if visit.signatures["person"] == ON_PAPER else "已签字"


def verified(doubt, by):
    """F-20: what was found in which records as they stood when, how it was looked into, by whom."""
    number = f"{doubt.area_id}-{doubt.pk}"
    rule = title_of(doubt.pattern)
    pieces = evidence.pieces(doubt, by)
    rows = [
        {"place": n, "number": number, "rule": rule, "kind": str(one.kind), "what": one.what}
        for n, one in enumerate(pieces, 1)
    ]
    steps = Event.objects.of(doubt).filter(verb="verify").select_related("by").order_by("pk")
    compared = doubt.found_in.started_at if doubt.found_in else doubt.found_at
    return _form(
        code="F-20",
        number=number,
        columns=EVIDENCE,
        rows=rows,
        head={
            "unit_name": doubt.area.name,
            "rule": rule,
            "severity": doubt.severity,
            "month": doubt.month.first,
            "sources": "、".join(dict.fromkeys(row["kind"] for row in rows)),
            "compared_at": compared,
            "people": _names(doubt, by),
            "due_on": doubt.due_on,
        },
        foot={
            "why": why(doubt),
            "more": len(doubt.evidence) - len(pieces),
            "statement": doubt.statement,
            "ways": _ways(doubt),
            "finding": doubt.finding,
            "outcome": {"confirmed": "属实", "dismissed": "不属实"}.get(doubt.state, "核查中"),
            "verified_by": "、".join(dict.fromkeys(step.who for step in steps)),
            "decided_by": Event.objects.name_of(doubt.decided_by, doubt, "confirm", "dismiss"),
            "decided_at": doubt.decided_at,
        },
    )


def _names(doubt, by):
    """The people it is about whom the reader sees anyway; the rest are only counted."""
    seen = Person.objects.visible_to(by).filter(pk__in=doubt.people).order_by("area_id", "pk")
    names = [person.name for person in seen[: evidence.AT_MOST]]
    words = "、".join(names)
    over = len(doubt.people) - len(names)
    return f"{words} 等{len(doubt.people)}人" if over > 0 and names else words


def _ways(doubt):
    """How it was looked into, as the records show: by visits since, by hearing, by the records."""
    found = []
    if doubt.contract:
        visits = doubt.contract.visits.filter(received_at__gte=doubt.found_at).order_by("pk")
        found = [f"{WAYS[visit.way]}（{localtime(visit.at):%Y-%m-%d}）" for visit in visits]
    if doubt.statement:
        found.append("听取本人说明")
    return "、".join(["查阅系统记录", *found])


def decided(case, by):
    """F-21: what was found, on what grounds, what was decided until when, and how to appeal."""
    measures = list(case.measures.exclude(state="lifted").prefetch_related("record"))
    rows = [_measure(case, n, measure) for n, measure in enumerate(measures, 1)]
    asked = [row["amount"] for row in rows if row["amount"] is not None]
    amount = sum(asked) if asked else None
    county = Area.objects.get(pk=f"{case.area_id[:6]}000000")
    person = case.person
    return _form(
        code="F-21",
        number=case.number,
        columns=MEASURED,
        rows=rows,
        head={
            "unit_name": f"{county.name}乡村公益性岗位主管部门",
            "name": person.name if person else case.employer,
            "id_number": person.masked_id if person else "",
            "post_title": case.contract.title if case.contract else "",
            "employer": case.employer if person else "",
            "first": case.first.first,
            "last": case.last.first,
            "decided_on": case.decided_on,
            "rectify": any(measure.kind == Measure.Kind.RECTIFY for measure in measures),
        },
        foot={
            "finding": case.finding or case.allegation,
            "statement": case.statement,
            "heard_on": case.heard_on,
            "basis": case.basis,
            "decision": case.decision,
            "amount": amount,
            "amount_capitals": capitals(amount) if amount is not None else "",
            "appeal_until": case.appeal_until,
            "answer": case.answer,
            "answered_on": case.answered_on,
            "prepared_by": case.opened_by.name,
            "decided_by": Event.objects.name_of(case.decided_by, case, "decide"),
            "phone": case.opened_by.phone,
        },
    )


def _measure(case, place, measure):
    recovers = measure.kind == Measure.Kind.RECOVER
    known = measure.record.amount if recovers and measure.record else measure.amount
    first, last = measure.first or case.first, measure.last or case.last
    return {
        "place": place,
        "number": case.number,
        "kind": MEASURES[measure.kind],
        "words": measure.words,
        "months": str(first) if first == last else f"{first} 至 {last}",
        "amount": known if recovers else None,
        "due_on": measure.due_on,
        "done_on": measure.done_on,
    }


FILL = {"F-19": visited, "F-20": verified, "F-21": decided}
