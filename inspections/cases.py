"""A case from its opening to its end: investigated, heard, decided, appealed, carried through."""

import hashlib
import json
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from inspections import measures
from inspections.dossier import snapshot
from inspections.models import Case, Doubt, Exhibit
from inspections.words import why
from policy.selectors import rulings
from project.kernel.guards import NotThisPerson, Refused, log, take
from project.kernel.months import today
from project.kernel.roles import Permission
from project.kernel.uploads import handed_in
from registry.models import Area

APPEAL_DAYS = "case.appeal_days"
DEFAULTS = {APPEAL_DAYS: 15}


@transaction.atomic
def open_case(
    *,
    area,
    violation,
    allegation,
    first,
    last,
    by,
    person=None,
    contract=None,
    employer="",
    doubt=None,
    complaint=None,
):
    """Open a case with its number; what the records say of the person is frozen as evidence."""
    if not by.has_perm(Permission.CASE_INVESTIGATE, area.pk):
        raise PermissionDenied(_("Opening a case belongs to the county's inspectors."))
    case = Case(
        number="",
        area=area,
        violation=violation,
        person=person,
        contract=contract,
        employer=employer.strip(),
        first=first,
        last=last,
        allegation=allegation.strip(),
        doubt=doubt,
        complaint=complaint,
        opened_on=today(),
        opened_by=by,
    )
    if against := _against_opening(case, by):
        raise Refused(against)
    case.number = _next_number(area)
    case.save()
    log(case, "open", by=by, after=case.state, note=case.allegation)
    if contract is not None:
        keep_records(case, by=by)
    return case


def _against_opening(case, by):
    found = case.barred(by)
    if not case.allegation:
        found.append(_("Write down what is alleged."))
    if case.person is None and not case.employer:
        found.append(_("Say whom the case is about: a person, or an employer."))
    if case.last < case.first:
        found.append(_("The last month comes before the first."))
    if case.doubt is not None and Case.objects.filter(doubt=case.doubt).exists():
        found.append(_("A case about this doubt is open already."))
    return found


def _next_number(area):
    """The county's six digits, the year, and a number that goes up; the county waits its turn."""
    county = Area.objects.select_for_update(no_key=True).get(pk=f"{area.pk[:6]}000000")
    head = f"{county.pk[:6]}-{today():%Y}-"
    last = Case.objects.filter(number__startswith=head).order_by("-number").first()
    return f"{head}{int(last.number[-4:]) + 1 if last else 1:04d}"


@transaction.atomic
def open_from_doubt(doubt, *, by, person=None):
    """One click: a case about whom a doubt is about, with what the doubt showed as evidence."""
    joined = Doubt.objects.select_related("area", "person__area", "contract__area")
    doubt = joined.select_for_update(of=("self",)).get(pk=doubt.pk)
    if doubt.state == Doubt.State.DISMISSED:
        raise Refused(_("This doubt was found untrue; look into it again before a case is opened."))
    person = person or doubt.person
    if person is None:
        raise Refused(_("The doubt is about several people: choose whom the case is about."))
    if person.pk not in doubt.people:
        raise Refused(_("The doubt is not about this person."))
    contract = doubt.contract if doubt.person_id == person.pk else None
    contract = contract or _contract_of(person, doubt.month)
    case = open_case(
        area=(contract or person).area,
        violation=doubt.pattern[:4],
        allegation=why(doubt),
        first=doubt.month,
        last=doubt.month,
        by=by,
        person=person,
        contract=contract,
        doubt=doubt,
    )
    said = {"pattern": doubt.pattern, "month": str(doubt.month), "shows": doubt.shows}
    said |= {"evidence": doubt.evidence, "found_at": doubt.found_at}
    title = _("What the doubt %(number)s showed") % {"number": doubt.pk}
    source = {"kind": "doubt", "id": doubt.pk}
    _add(case, Exhibit.Kind.DATA, title, by, data=said, text=why(doubt), source=source)
    return case


def _contract_of(person, month):
    """The contract a person held in a month, the latest."""
    held = person.contracts.filter(starts_on__lte=month.last, ends_on__gte=month.first)
    return held.select_related("area").order_by("-starts_on").first()


def open_from_complaint(complaint, *, by, **facts):
    """A case about what somebody reported; who reported it stays where it is protected."""
    return open_case(complaint=complaint, by=by, **({"allegation": complaint.text} | facts))


@transaction.atomic
def keep_records(case, *, by):
    """Freeze what the records say of the contract in the months of the case, as evidence."""
    case = _locked(case)
    _may_add(case, by)
    if case.contract is None:
        raise Refused(_("The case names no contract whose records could be kept."))
    said = snapshot(case.contract, case.first, case.last)
    words = {"first": case.first, "last": case.last}
    title = _("Records from %(first)s to %(last)s as they stood") % words
    source = {"kind": "contract", "id": case.contract_id}
    return _add(case, Exhibit.Kind.DATA, title, by, data=said, source=source)


@transaction.atomic
def add_exhibit(case, *, by, kind, title, text="", file=None, taken_on=None, place=""):
    """Add a picture, a scan or a statement; it is kept as it came and never changed."""
    case = _locked(case)
    _may_add(case, by)
    if not text.strip() and file is None:
        raise Refused(_("Add a file, or write what was said."))
    if taken_on and taken_on > today():
        raise Refused(_("This day has not come yet."))
    extra = {"text": text.strip(), "taken_on": taken_on, "place": place.strip()}
    if file is None:
        return _add(case, kind, title, by, **extra)
    handed = handed_in(file)
    made = _exhibit(case, kind, title, by, sha256=handed.sha256, name=handed.name, **extra)
    made.file.save(handed.stored_as, handed.file, save=False)
    return _kept(case, made, by)


def _may_add(case, by):
    """Evidence is added by whoever investigates or hears, until the case is over."""
    allowed = (Permission.CASE_INVESTIGATE, Permission.CASE_HEAR)
    if not any(by.has_perm(permission, case.area_id) for permission in allowed):
        raise PermissionDenied(_("Evidence is added by those who investigate the case."))
    if against := case.barred(by):
        raise NotThisPerson(against)
    if case.state in (Case.State.CLOSED, Case.State.DROPPED):
        raise Refused(_("The case is over; nothing is added to it any more."))


def _add(case, kind, title, by, **extra):
    told = extra.get("data") if extra.get("data") is not None else extra.get("text", "")
    extra.setdefault("sha256", seal_of(told))
    return _kept(case, _exhibit(case, kind, title, by, **extra), by)


def seal_of(told):
    """The SHA-256 of a text, or of records as canonical JSON."""
    if not isinstance(told, str):
        form = {"ensure_ascii": False, "sort_keys": True, "separators": (",", ":")}
        told = json.dumps(told, cls=DjangoJSONEncoder, **form)
    return hashlib.sha256(told.encode()).hexdigest()


def _exhibit(case, kind, title, by, *, data=None, **extra):
    # What is sealed is what is stored: dates and amounts as the text they become.
    data = json.loads(json.dumps(data, cls=DjangoJSONEncoder)) if data is not None else None
    number = case.exhibits.count() + 1
    title = title.strip()[:120]
    return Exhibit(
        case=case, kind=kind, title=title, number=number, data=data, added_by=by, **extra
    )


def _kept(case, made, by):
    made.save()
    log(case, "exhibit", by=by, note=made.title, number=made.number, sha256=made.sha256)
    return made


@transaction.atomic
def investigate(case, *, by, finding="", first=None, last=None, note=""):
    """Write down what was found out, as it comes, and of which months."""
    case = _locked(case)
    if not finding.strip() and not case.finding:
        raise Refused(_("Write down what was found out."))
    if (last or case.last) < (first or case.first):
        raise Refused(_("The last month comes before the first."))
    said = {"finding": finding.strip(), "first": first, "last": last}
    return take(case.investigate, by=by, note=note, **said)


@transaction.atomic
def hear(case, *, by, statement, on, note=""):
    """Write down what the person says to the finding, or in which way they kept silent."""
    if not statement.strip():
        raise Refused(_("Write down what the person says, or how they were asked and kept silent."))
    if on > today():
        raise Refused(_("This day has not come yet."))
    return take(_locked(case).hear, by=by, note=note, statement=statement.strip(), on=on)


@transaction.atomic
def decide(case, *, by, decision, basis, note=""):
    """Decide; every planned measure is to be carried out from now on."""
    if not decision.strip() or not basis.strip():
        raise Refused(_("Write the decision and the grounds it rests on."))
    case = _locked(case)
    until = today() + timedelta(days=appeal_days(case))
    said = {"decision": decision.strip(), "basis": basis.strip(), "appeal_until": until}
    case = take(case.decide, by=by, note=note, on=today(), **said)
    measures.call_planned(case, by=by)
    return case


def appeal_days(case):
    """The days in which the person may appeal, by today's rule (case.appeal_days)."""
    found = rulings([APPEAL_DAYS], on=today(), areas=[case.area_id])[case.area_id]
    return found[APPEAL_DAYS].value if APPEAL_DAYS in found else DEFAULTS[APPEAL_DAYS]


@transaction.atomic
def drop(case, *, by, finding, note=""):
    """It is not true or cannot be shown: pay goes on, and nothing of it stays on anybody."""
    if not finding.strip():
        raise Refused(_("Write down why the case is dropped."))
    case = _locked(case)
    measures.lift_all(case, by=by, because=finding)
    return take(case.drop, by=by, note=note, finding=finding.strip(), on=today())


@transaction.atomic
def transfer(case, *, by, to, paper, note=""):
    """Hand the case to discipline inspection or the police, with the paper that says so."""
    if not to.strip() or not paper.strip():
        raise Refused(_("Say to whom, and by which paper."))
    return take(_locked(case).transfer, by=by, note=note, to=to.strip(), paper=paper.strip())


@transaction.atomic
def take_back(case, *, by, note):
    """Go on with a case that was handed over, with the reason."""
    if not note.strip():
        raise Refused(_("Say why the case goes on here."))
    return take(_locked(case).take_back, by=by, note=note)


@transaction.atomic
def recover(case, *, by, note=""):
    """A recovery of the decision has begun."""
    return take(_locked(case).recover, by=by, note=note)


@transaction.atomic
def appeal(case, *, by, text, on, note=""):
    """Take in the person's appeal; what is not carried out yet waits for the answer."""
    case = _locked(case)
    if not text.strip():
        raise Refused(_("Write down what the person says against the decision."))
    if on > today() or (case.decided_on and on < case.decided_on):
        raise Refused(_("An appeal is made after the decision and not later than today."))
    return take(case.object, by=by, note=note, appeal=text.strip(), on=on)


@transaction.atomic
def answer_appeal(case, *, by, answer, note=""):
    """The decision stands, with the reasons why."""
    said = {"answer": _said(answer), "on": today()}
    return take(_locked(case).answer_appeal, by=by, note=note, **said)


@transaction.atomic
def reopen(case, *, by, answer, note=""):
    """The appeal is right: what is not carried out is lifted, and it is looked into anew."""
    case = take(_locked(case).reopen, by=by, note=note, answer=_said(answer), on=today())
    measures.lift_waiting(case, by=by, because=answer)
    return case


def _said(answer):
    if not answer.strip():
        raise Refused(_("Write the answer with its reasons."))
    return answer.strip()


@transaction.atomic
def rectify(case, *, by, note=""):
    """Everything decided is carried through."""
    return take(_locked(case).rectify, by=by, note=note)


@transaction.atomic
def close(case, *, by, note=""):
    """Look over the case once more and close it."""
    return take(_locked(case).close, by=by, note=note, on=today())


def _locked(case):
    joined = Case.objects.select_related("area", "person", "contract__person", "contract__area")
    return joined.select_for_update(of=("self",)).get(pk=case.pk)
