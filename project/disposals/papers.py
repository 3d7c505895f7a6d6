"""F-34: the register of disposal (销毁清册) on paper, line by line, with room for signatures."""

from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from attendance.models import CheckIn, Photo, RollCall
from posts.models import Application
from project.disposals.expired import every_row
from project.disposals.lists import listed, summed_up
from project.kernel import pages
from project.kernel.printing import Filled, head, paper, workbook
from registry.models import (
    BankAccount,
    Disposal,
    Fact,
    Household,
    Kinship,
    Person,
    Portrait,
)

# What goes of each table, in words; on paper they are Chinese.
WORDS = {
    CheckIn: _("Place, phone and raw report of check-ins"),
    RollCall: _("Place of roll calls"),
    Photo: _("Picture files of check-ins and roll calls"),
    Portrait: _("Enrolment picture files"),
    Person: _("Name, ID number, phone and other personal data"),
    BankAccount: _("Bank accounts"),
    Kinship: _("Declared kinship"),
    Fact: _("What was noted beside facts"),
    Household: _("Head, address and number of households"),
    Application: _("Name, ID number and phone of applications"),
}
KINDS = {
    Disposal.Kind.EVIDENCE: "考勤照片与定位等佐证",
    Disposal.Kind.PORTRAITS: "长期离岗人员采集照片",
    Disposal.Kind.PEOPLE: "从未在岗人员个人信息",
}
STATES = {
    Disposal.State.DRAWN_UP: "已编制，待批准",
    Disposal.State.APPROVED: "已批准，待销毁",
    Disposal.State.UNDER_WAY: "正在销毁",
    Disposal.State.CARRIED_OUT: "已销毁",
    Disposal.State.REFUSED: "不予销毁",
}
HEADS = (
    head("place", "序号", "integer"),
    head("what", "内容"),
    head("village", "所属村（社区）"),
    head("month", "所属月份"),
    head("count", "数量", "integer"),
)
KEPT_ON_PAPER = 200


@dataclass(frozen=True)
class Line:
    """One line of a register: what goes, of which village and month, and how much of it."""

    what: str
    village: str
    month: date | None
    count: int

    @property
    def of_month(self):
        return f"{self.month:%Y-%m}" if self.month else ""


LINES = (
    pages.Column(_("What goes"), "what"),
    pages.Column(_("Village"), "village"),
    pages.Column(_("Month"), "of_month"),
    pages.Column(_("Rows"), "count", align="end"),
)


def lines(disposal):
    """The lines of a register, added up from the very rows it lists, also after they went."""
    return [
        Line(str(WORDS[part.rows.model]), *line)
        for part in every_row(disposal.kind)
        for line in summed_up(listed(disposal, part.rows), part)
    ]


def pdf_of(code, disposal, by):
    """The register on paper."""
    with translation.override("zh-hans"):
        return paper(_filled(disposal))


def workbook_of(code, disposal, by):
    """Its lines as a workbook."""
    with translation.override("zh-hans"):
        return workbook(_filled(disposal), by)


def _filled(disposal):
    return Filled(
        code="F-34",
        number=disposal.number,
        columns=HEADS,
        rows=[
            {
                "place": place,
                "what": line.what,
                "village": line.village,
                "month": line.of_month,
                "count": line.count,
            }
            for place, line in enumerate(lines(disposal), 1)
        ],
        head=_head(disposal),
        foot=_foot(disposal),
        hash=disposal.sha256,
    )


def _head(disposal):
    return {
        "unit_name": disposal.area.name,
        "kind": KINDS[disposal.kind],
        "until": disposal.until,
        "months": disposal.months,
        "basis": disposal.basis,
        "drawn_at": disposal.drawn_at,
        "state": STATES[disposal.state],
    }


def _foot(disposal):
    kept = disposal.kept_back.select_related("person")
    return {
        "rows": disposal.rows,
        "files": disposal.files,
        "people": disposal.people,
        "kept": disposal.kept,
        "kept_back": [
            {"name": one.person.name, "reason": one.reason, "rows": one.rows}
            for one in kept[:KEPT_ON_PAPER]
        ],
        "drawn_by": disposal.drawn_by,
        "approved_by": disposal.approved_by or "",
        "approved_at": disposal.approved_at,
        "carried_by": disposal.carried_by or "",
        "carried_at": disposal.carried_at,
        "witness": disposal.witness,
    }
