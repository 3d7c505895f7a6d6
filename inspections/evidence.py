"""The evidence of a doubt in rows: what each piece is, and the way to the record it names."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from attendance.models import CheckIn, Device, RollCall, Sheet
from contracts.models import Contract, InsurancePolicy, Suspension
from notices.models import Notice
from payroll.models import PayLine, PayRun
from posts.models import Post
from project.kernel.pages import url_of
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Household, Person
from workrelief.models import Project, WageBatch

AT_MOST = 200


@dataclass(frozen=True)
class Piece:
    """One piece of evidence as people read it, and where it can be looked at."""

    kind: str
    what: str
    url: str = ""


@dataclass(frozen=True)
class Source:
    """What a kind of evidence is called, what of it somebody sees, and which page shows it."""

    title: str
    seen: Callable[..., QuerySet]
    said: Callable[..., str] = str
    shown_by: Callable = lambda record: record


def _seen(model, *joins):
    return lambda user: model.objects.visible_to(user).select_related(*joins)


def _check_ins(user):
    inside = in_areas(areas(user, Permission.SHEET_VIEW), "contract__area_id")
    return CheckIn.objects.filter(inside).select_related("contract__person", "contract__area")


def _said_check_in(check_in):
    hours = "–".join(f"{at:%H:%M}" for at in (check_in.in_at, check_in.out_at) if at)
    parts = [check_in.contract.person, check_in.day, hours, check_in.get_source_display()]
    return " ".join(str(part) for part in parts if part)


SOURCES = {
    "check_in": Source(_("Check-in"), _check_ins, _said_check_in, lambda one: one.contract),
    "contract": Source(_("Contract"), _seen(Contract, "person", "area")),
    "person": Source(_("Person"), _seen(Person, "area")),
    "household": Source(_("Household"), _seen(Household, "area")),
    "pay_line": Source(_("Pay line"), _seen(PayLine, "person", "area")),
    "pay_run": Source(_("Pay run"), _seen(PayRun, "area", "fund")),
    "sheet": Source(_("Attendance sheet"), _seen(Sheet, "area")),
    "roll_call": Source(_("Roll call"), _seen(RollCall, "area")),
    "notice": Source(_("Notice"), _seen(Notice, "area")),
    "post": Source(_("Post"), _seen(Post, "area")),
    "phone": Source(_("Registered phone"), _seen(Device, "person")),
    "policy": Source(_("Insurance policy"), _seen(InsurancePolicy, "area")),
    "suspension": Source(_("Suspension"), _seen(Suspension, "area", "contract__person")),
    "project": Source(_("Project"), _seen(Project, "area")),
    "wage_batch": Source(_("Wage list"), _seen(WageBatch, "area", "project")),
}


def pieces(doubt, user):
    """The first pieces of a doubt's evidence; a record outside the person's areas is not named."""
    shown = doubt.evidence[:AT_MOST]
    wanted = {}
    for one in shown:
        wanted.setdefault(one["kind"], set()).add(one.get("id"))
    records = {
        kind: SOURCES[kind].seen(user).in_bulk(numbers - {None})
        for kind, numbers in wanted.items()
        if kind in SOURCES
    }
    return [_piece(one, records) for one in shown]


def _piece(one, records):
    kind, text = one["kind"], str(one.get("text", ""))
    source = SOURCES.get(kind)
    if source is None or "id" not in one:
        return Piece(source.title if source else translate("Seen"), text)
    record = records[kind].get(one["id"])
    if record is None:
        return Piece(source.title, translate("Outside your areas"))
    said = " · ".join(part for part in (source.said(record), text) if part)
    return Piece(source.title, said, url_of(source.shown_by(record)))
