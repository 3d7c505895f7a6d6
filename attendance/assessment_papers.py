"""F-10: a village's month of assessment, for the worker's signature and those of the scorers."""

from django.db.models import Prefetch
from django.utils.timezone import localdate

from attendance.assessment_rules import effects_in, rules_in
from attendance.grading import written
from attendance.models import Assessment, Deduction, Grade
from attendance.models.assessment_facts import SIDES
from contracts.papers import office_of
from project.kernel.printing import Filled, head

WORDS = {Grade.EXCELLENT: "优秀", Grade.QUALIFIED: "合格", Grade.UNQUALIFIED: "不合格"}
COLUMNS = (
    head("number", "序号", "integer"),
    head("name", "姓名"),
    head("post_title", "岗位"),
    head("village", "村考核", "number"),
    head("township", "镇考核", "number"),
    head("review", "民主评议", "number"),
    head("deductions", "扣分项及事由"),
    head("score", "总分", "number"),
    head("grade", "等次"),
    head("effect", "奖扣金额"),
    head("told_on", "告知日期", "date"),
)


def month_assessed(sheet, by):
    """F-10: every holder's points, deductions and grade as they stand."""
    items = Prefetch("deductions", Deduction.objects.filter(waived_by=None).order_by("number"))
    found = Assessment.objects.filter(area=sheet.area_id, month=sheet.month)
    found = found.select_related("contract__person", *[f"{side}_by" for side in SIDES])
    found = list(found.prefetch_related(items).order_by("contract_id"))
    effects = effects_in(sheet.month, sheet.area_id)
    rows = [_row(number, one, effects) for number, one in enumerate(found, 1)]
    shares = rules_in(sheet.month, [sheet.area_id])[sheet.area_id].shares
    return Filled(
        code="F-10",
        number=f"KH{sheet.area_id}-{sheet.month.compact}",
        columns=COLUMNS,
        rows=rows,
        head={
            "month": sheet.month.first,
            "unit_name": office_of(sheet.area),
            "area_name": sheet.area.parent.name if sheet.area.parent else "",
            "shares": shares,
        },
        foot={"people": len(rows), **{side: _hand(found, side) for side in SIDES}},
    )


def _row(number, one, effects):
    items = [(item.points, item.item) for item in one.deductions.all()]
    scores = {side: getattr(one, f"{side}_score") for side in SIDES}
    told = localdate(one.told_at) if one.told_at else None
    return {
        "number": number,
        "name": one.contract.person.name,
        "post_title": one.contract.title,
        **scores,
        "deductions": written(items),
        "score": one.score,
        "grade": WORDS.get(one.grade, ""),
        "effect": effects.get(one.grade, ""),
        "told_on": told,
    }


def _hand(found, side):
    """Who scored a side; several names where several did."""
    return "、".join(sorted({str(hand) for one in found if (hand := getattr(one, f"{side}_by"))}))
