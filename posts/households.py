"""Households nobody of whom works: found from their members, recognised, helped, cleared (C-27).

That nobody works is never stored: it follows from the members' ages, capacities, contracts and
what other departments say of them. Only what people did about it is kept.
"""

from dateutil.relativedelta import relativedelta
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from contracts.models import Contract
from policy.selectors import rule
from posts.models import Hire, JobOffer, ZeroEmployment
from project.kernel.guards import Refused, log
from project.kernel.months import Month, today
from project.kernel.roles import Permission
from registry.models import NATION, Fact, Household, Person
from registry.retirement import Track, retirement_month

Kind = Fact.Kind
HOLDING = ["signed", "in_force", "suspended", "ended"]
WORKS = [
    Kind.INSURED,
    Kind.LEGAL_REP,
    Kind.SHAREHOLDER,
    Kind.SELF_EMPLOYED,
    Kind.PUBLIC_PAYROLL,
    Kind.OTHER_POST,
    Kind.AWAY,
]
CANNOT_WORK = [Kind.DECEASED, Kind.PENSION, Kind.PRISON, Kind.STUDENT]
TRACKS = {Person.Sex.MALE: Track.MAN_60, Person.Sex.FEMALE: Track.WOMAN_50}
OLDEST = 80 * 12


def able(people, day):
    """Those of working age who can work; a missing mark of capacity does not excuse (C-29)."""
    youngest = day - relativedelta(years=rule("age.min", on=day, area=NATION))
    of_age = Q(pk__in=[])
    for sex, track in TRACKS.items():
        of_age |= Q(sex=sex, born_on__gt=_retired_until(day, track))
    hindered = Fact.objects.on(day).filter(person=OuterRef("pk"), kind__in=CANNOT_WORK)
    fit = people.filter(of_age, born_on__lte=youngest).exclude(capacity=Person.Capacity.NONE)
    return fit.exclude(Exists(hindered))


def _retired_until(day, track):
    """Whoever was born by this day has reached the retirement age on `day` (R-97)."""
    now = Month.of(day)
    born = (now.plus(-back) for back in range(45 * 12, OLDEST))
    return next(month.last for month in born if retirement_month(month.first, track) <= now)


def working(people, day):
    """Those who hold a contract on the day, or of whom another department says that they work."""
    held = Contract.objects.filter(
        person=OuterRef("pk"), state__in=HOLDING, starts_on__lte=day, ends_on__gte=day
    )
    told = Fact.objects.on(day).filter(person=OuterRef("pk"), kind__in=WORKS)
    return people.filter(Exists(held) | Exists(told))


def without_work(households, day=None):
    """The households with somebody who could work and nobody who does."""
    day = day or today()
    members = able(Person.objects.filter(household=OuterRef("pk")), day)
    return households.filter(Exists(members)).exclude(Exists(working(members, day)))


def unrecognised(households):
    """The households without work that nobody has recognised."""
    open_ = ZeroEmployment.objects.filter(household=OuterRef("pk"), cleared_on__isnull=True)
    return without_work(households).exclude(Exists(open_))


def who_works(household, day=None):
    """The able members who work on a day."""
    day = day or today()
    return list(working(able(household.members.all(), day), day).order_by("pk"))


def why_not_recognised(household):
    """Every reason why a household does not count as one without work."""
    if not able(household.members.all(), today()).exists():
        return [_("Nobody of the household is of working age and able to work.")]
    return [_("%(name)s works.") % {"name": person.name} for person in who_works(household)]


@transaction.atomic
def recognise(*, household, by, applied_on, note=""):
    """Recognise a household without work; it comes first in hiring until it is cleared."""
    _permit(by, household.area_id)
    household = Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
    reasons = why_not_recognised(household)
    if household.zero_employment.filter(cleared_on__isnull=True).exists():
        reasons.append(_("The household is recognised already."))
    if applied_on > today():
        reasons.append(_("The day of the application has not come yet."))
    if reasons:
        raise Refused(reasons)
    made = ZeroEmployment.objects.create(
        area_id=household.area_id,
        household=household,
        applied_on=applied_on,
        recognised_on=today(),
        recognised_by=by,
    )
    log(made, "recognise", by=by, note=note)
    return made


@transaction.atomic
def offer_job(record, *, by, person, offered_on, employer, result, note=""):
    """Record one job recommended to a member of the household (C-30)."""
    record = _locked(record, by)
    reasons = _outsider(record, person)
    if offered_on > today():
        reasons.append(_("The day of the offer has not come yet."))
    if reasons:
        raise Refused(reasons)
    try:
        with transaction.atomic():
            JobOffer.objects.create(
                person=person,
                offered_on=offered_on,
                employer=employer.strip(),
                result=result.strip(),
                recorded_by=by,
            )
    except IntegrityError as twice:
        raise Refused(_("This offer of the same employer and day is recorded.")) from twice
    log(record, "offer_job", by=by, note=note or f"{person.name}：{employer}")
    return record


@transaction.atomic
def give_help(record, *, by, person, help_given, note=""):
    """Record who was helped: onto a post, or by as many job offers as the rule wants."""
    record = _locked(record, by)
    reasons = _outsider(record, person) or _without_help(person, record)
    if record.helped_on:
        reasons.append(_("Help is recorded already."))
    if reasons:
        raise Refused(reasons)
    record.helped_person, record.helped_on, record.helped_by = person, today(), by
    record.help_given = help_given.strip()
    record.save()
    log(record, "give_help", by=by, note=note or record.help_given)
    return record


def _outsider(record, person):
    if able(Person.objects.filter(household=record.household_id), today()).filter(pk=person.pk):
        return []
    return [_("%(name)s is no member of this household who can work.") % {"name": person.name}]


def _without_help(person, record):
    """A hire under way or a contract is help; otherwise the offers the rule asks for are."""
    gone = [Hire.State.REJECTED, Hire.State.WITHDRAWN]
    hired = person.hires.filter(applied_on__gte=record.applied_on).exclude(state__in=gone)
    wanted = rule("household.job_offers", on=today(), area=record.area_id)
    made = person.job_offers.count()
    if hired.exists() or made >= wanted:
        return []
    return [
        _(
            "%(name)s is on no way onto a post and has %(made)s of %(wanted)s recorded job offers "
            "(C-30)."
        )
        % {"name": person.name, "made": made, "wanted": wanted}
    ]


@transaction.atomic
def clear(record, *, by, clearing="", note=""):
    """Strike the household off once somebody of it works, or nobody can any more."""
    record = _locked(record, by)
    if without_work(Household.objects.filter(pk=record.household_id)).exists():
        raise Refused(_("Nobody of the household works yet, so it is not cleared (C-29)."))
    names = "、".join(person.name for person in who_works(record.household))
    if not names and not clearing.strip():
        raise Refused(_("Nobody of the household can work any more; write why it is cleared."))
    record.cleared_on, record.cleared_by = today(), by
    record.clearing = clearing.strip() or _("%(names)s works.") % {"names": names}
    record.save()
    log(record, "clear", by=by, note=note or record.clearing)
    return record


def _permit(by, area):
    if not by.has_perm(Permission.HOUSEHOLD_HELP, area):
        raise PermissionDenied(_("Helping households belongs to the township officer."))


def _locked(record, by):
    _permit(by, record.area_id)
    joined = ZeroEmployment.objects.select_for_update(of=("self",)).select_related("household")
    record = joined.get(pk=record.pk)
    if record.cleared_on:
        raise Refused(_("The household was cleared; recognise it again if nobody works."))
    return record
