"""F-17: the report that a place fell vacant."""

from contracts.exit_papers import REASONS
from contracts.papers import office_of
from project.kernel.printing import Filled, head, paper, workbook

COLUMNS = (
    head("post_number", "岗位编号"),
    head("post_title", "岗位"),
    head("name", "退出人员"),
    head("last_day", "退出日期", "date"),
    head("reason", "原因"),
    head("due_on", "应报告日期", "date"),
    head("reported_on", "报告日期", "date"),
    head("late", "是否逾期"),
    head("reported_by", "经办人"),
)


def pdf_of(code, record, by):
    """The report on paper."""
    return paper(FILL[code](record, by))


def workbook_of(code, record, by):
    """The report as a workbook."""
    return workbook(FILL[code](record, by), by)


def vacancy(report, by):
    """F-17: which place, who left it, when and why, and when that was reported."""
    return Filled(
        code="F-17",
        number=f"{report.area_id}-{report.pk}",
        columns=COLUMNS,
        rows=[_row(report)],
        head={"unit_name": office_of(report.area), "filled_on": report.reported_on},
        foot={"note": report.note, "reported_by": str(report.reported_by)},
    )


def _row(report):
    hire = report.hire
    return {
        "post_number": hire.post.number,
        "post_title": hire.post.title,
        "name": hire.person.name,
        "last_day": hire.contract.ends_on,
        "reason": _reason(hire.contract),
        "due_on": report.due_on,
        "reported_on": report.reported_on,
        "late": "逾期（V-27）" if report.is_late else "按期",
        "reported_by": str(report.reported_by),
    }


def _reason(contract):
    """Why the person left; a contract that simply ran out has no exit of its own."""
    exit_ = contract.exits.exclude(state="cancelled").first()
    return REASONS[exit_.reason if exit_ else "E01"]


FILL = {"F-17": vacancy}
