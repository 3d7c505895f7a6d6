"""F-09: a village's month of attendance as it is signed and hung up; F-10 stands beside it."""

from attendance.assessment_papers import month_assessed
from attendance.selectors import ABSENT, LEAVE, grid
from contracts.papers import office_of
from project.kernel.documents import month_grid
from project.kernel.models import Event
from project.kernel.printing import Filled, head, paper, workbook

DAYS = [str(day) for day in range(1, 32)]
COLUMNS = (
    head("number", "序号", "integer"),
    head("name", "姓名"),
    head("post_title", "岗位"),
    *(head(day, day) for day in DAYS),
    head("days_worked", "出勤天数", "number"),
    head("hours", "小时"),
    head("leave_days", "请假"),
    head("absent_days", "旷工"),
)


def pdf_of(code, record, by):
    """The sheet on paper."""
    return paper(FILL[code](record, by))


def workbook_of(code, record, by):
    """The sheet as a workbook."""
    return workbook(FILL[code](record, by), by)


def sheet_of_days(sheet, by):
    """F-09: every holder's days, frozen once confirmed, shown as they stand before."""
    rows = [_row(*found) for found in grid(sheet)]
    return Filled(
        code="F-09",
        number=f"{sheet.area_id}-{sheet.month.compact}",
        columns=COLUMNS,
        rows=rows,
        head={
            "month": sheet.month.first,
            "unit_name": office_of(sheet.area),
            "area_name": sheet.area.parent.name if sheet.area.parent else "",
            "days": month_grid(sheet.month.first),
        },
        foot={"people": len(rows), **_signed(sheet)},
    )


def _row(line, marks, days):
    """Only what was shown is printed; absence where a plan says on which days work was due."""
    leave, absent = marks.count(LEAVE), marks.count(ABSENT)
    marks = [*marks, *[""] * (31 - len(marks))]
    return {
        "number": line.number,
        "name": line.contract.person.name,
        "post_title": line.contract.title,
        "marks": marks,
        "days_worked": days,
        "hours": line.measured_words,
        "leave_days": leave or "",
        "absent_days": absent or "",
        **dict(zip(DAYS, marks, strict=True)),
    }


def _signed(sheet):
    """Who confirmed and who reviewed the days in force, from the log; blank while nobody has."""
    signs = {"filled_by": "", "reviewed_by": ""}
    for event in Event.objects.of(sheet).exclude(after="refused").select_related("by"):
        if event.verb == "send_back":
            signs = {"filled_by": "", "reviewed_by": ""}
        elif event.verb == "confirm":
            signs["filled_by"] = event.who
        elif event.verb == "review":
            signs["reviewed_by"] = event.who
    return signs


FILL = {"F-09": sheet_of_days, "F-10": month_assessed}
