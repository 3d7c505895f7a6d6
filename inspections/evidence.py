"""The evidence of a doubt in rows: what each piece is, and the way to the record it names."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from attendance.models import (
    Acknowledgement,
    CheckIn,
    Correction,
    FlagReview,
    Photo,
    Sheet,
    Substitution,
)
from contracts.models import Contract, Exit, Signature
from inspections.models import Visit, VisitPhoto
from notices.models import Notice, Objection
from payroll.models import PayLine, Recovery
from posts.models import Post
from project.kernel.guards import CALLED
from project.kernel.models import Event
from project.kernel.pages import url_of
from project.kernel.pages.columns import readable
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import BankAccount, Fact, Kinship, Person
from workrelief.models import Project, Spending, WageBatch

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


def _inside(model, permission, column, *joins):
    """Rows that have no area of their own: they lie where what they are about lies."""
    return lambda user: model.objects.select_related(*joins).filter(
        in_areas(areas(user, permission), column)
    )


def _photos(user):
    codes = areas(user, Permission.SHEET_VIEW)
    inside = in_areas(codes, "check_in__contract__area_id") | in_areas(codes, "roll_call__area_id")
    return Photo.objects.filter(inside).select_related(
        "check_in__contract__person", "roll_call__area"
    )


def _said_check_in(check_in):
    hours = "–".join(f"{at:%H:%M}" for at in (check_in.in_at, check_in.out_at) if at)
    parts = [check_in.contract.person, check_in.day, hours, check_in.get_source_display()]
    return " ".join(str(part) for part in parts if part)


def _said_photo(photo):
    return str(photo.roll_call) if photo.roll_call else _said_check_in(photo.check_in)


def _said_event(event):
    called = CALLED.get((event.record_type.model_class(), event.verb), event.verb)
    return f"{readable(event.at)} {event.by} {called}"


def _said_agreement(told):
    return f"{told.line.contract.person} {readable(told.at)}"


def _said_review(review):
    return f"{review.by} {readable(review.at)} {_said_check_in(review.flag.check_in)}"


def _said_signature(signature):
    return f"{signature.paper.contract.person} {readable(signature.signed_at)}"


def _said_visit(visit):
    """What was seen, how much work was due, who saw it, and whether it was corrected since."""
    seen = (visit.get_seen_display(), visit.get_due_display())
    parts = [visit.contract.person, readable(visit.at), *seen, f"{visit.by}、{visit.second}"]
    if hasattr(visit, "corrected_by"):
        because = visit.corrected_by.because
        parts.append(translate("Corrected by a later visit: %(because)s") % {"because": because})
    return " · ".join(str(part) for part in parts)


def _said_visit_photo(photo):
    return " · ".join(str(part) for part in (photo.visit, photo.shows, photo.sha256[:12]) if part)


def _nothing(_record):
    """The pattern itself says what there is to read; or no page shows the record."""
    return ""


P = Permission
SOURCES = {
    "check_in": Source(
        _("Check-in"),
        _inside(CheckIn, P.SHEET_VIEW, "contract__area_id", "contract__person", "contract__area"),
        _said_check_in,
        lambda one: one.contract,
    ),
    "photo": Source(_("Picture"), _photos, _said_photo),
    "acknowledgement": Source(
        _("Agreement to days"),
        _inside(
            *(Acknowledgement, P.SHEET_VIEW, "line__sheet__area_id"),
            *("line__sheet", "line__contract__person"),
        ),
        _said_agreement,
        lambda told: told.line.sheet,
    ),
    "flag_review": Source(
        _("Decision about a doubtful day"),
        _inside(
            *(FlagReview, P.SHEET_VIEW, "flag__check_in__contract__area_id"),
            *("by", "flag__check_in__contract__person"),
        ),
        _said_review,
        lambda review: review.flag,
    ),
    "correction": Source(_("Correction"), _seen(Correction, "area", "contract__person")),
    "substitution": Source(_("Substitute"), _seen(Substitution, "area", "holder__person")),
    "sheet": Source(_("Attendance sheet"), _seen(Sheet, "area")),
    "contract": Source(_("Contract"), _seen(Contract, "person", "area")),
    "signature": Source(
        _("Signature"),
        _inside(Signature, P.CONTRACT_VIEW, "paper__contract__area_id", "paper__contract__person"),
        _said_signature,
        lambda signature: signature.paper.contract,
    ),
    "exit": Source(_("Exit"), _seen(Exit, "area", "contract__person")),
    "person": Source(_("Person"), _seen(Person, "area")),
    "account": Source(
        _("Bank account"),
        _inside(BankAccount, P.PERSON_VIEW, "person__area_id", "person"),
        shown_by=lambda account: account.person,
    ),
    "fact": Source(
        _("Record of another department"),
        _inside(Fact, P.PERSON_VIEW, "person__area_id", "person"),
        _nothing,
        lambda fact: fact.person,
    ),
    "kinship": Source(
        _("Kinship"),
        _inside(Kinship, P.PERSON_VIEW, "person__area_id", "person", "user"),
        shown_by=lambda kinship: kinship.person,
    ),
    "pay_line": Source(_("Pay line"), _seen(PayLine, "person", "area", "run__area", "run__fund")),
    "recovery": Source(_("Recovery"), _seen(Recovery, "area", "contract__person")),
    "post": Source(_("Post"), _seen(Post, "area")),
    "notice": Source(_("Notice"), _seen(Notice, "area")),
    "objection": Source(_("Objection"), _seen(Objection, "area", "notice")),
    "project": Source(_("Project"), _seen(Project, "area")),
    "wage_batch": Source(_("Wage list"), _seen(WageBatch, "area", "project")),
    "spending": Source(
        _("Spending"),
        _inside(
            *(Spending, P.RELIEF_VIEW, "fund_line__project__area_id", "fund_line__project"),
        ),
        _nothing,
        lambda spending: spending.fund_line.project,
    ),
    "visit": Source(
        _("Visit"),
        _seen(Visit, "area", "contract__person", "by", "second", "corrected_by"),
        _said_visit,
    ),
    "visit_photo": Source(
        _("Picture of a visit"),
        _inside(VisitPhoto, P.VISIT_VIEW, "visit__area_id", "visit__contract__person"),
        _said_visit_photo,
        lambda photo: photo.visit,
    ),
    # Steps are shown with the doubt they speak for, wherever they were taken.
    "event": Source(
        _("Step"),
        lambda _user: Event.objects.select_related("by", "record_type"),
        _said_event,
        lambda _event: None,
    ),
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
    page = source.shown_by(record)
    return Piece(source.title, said, url_of(page) if page else "")
