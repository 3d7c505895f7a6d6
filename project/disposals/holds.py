"""Why something that has expired stays: whatever is still open about the people it is about."""

from django.utils.translation import gettext as _

from contracts.models import Claim, Contract, Exit
from inspections.models import Case, Doubt
from notices.models import Objection
from payroll.models import PayLine, PayRun, Recovery
from policy.selectors import rulings
from project.kernel.months import today
from registry.access import within
from registry.models import Area, Person

HOLD = "retention.hold"


def held_in(area):
    """The people of a county whose data stays for now: {person: the first reason}."""
    found: dict[int, str] = {}
    for look in (_cases, _doubts, _recoveries, _claims, _exits, _pay, _places):
        for person, reason in look(area.code):
            if person is not None:
                found.setdefault(person, reason)
    return found


def _cases(code):
    over = [Case.State.CLOSED, Case.State.DROPPED]
    for case in Case.objects.filter(within(code)).exclude(state__in=over):
        for person in case.people:
            yield person, _("Case %(number)s is open.") % {"number": case.number}


def _doubts(code):
    waiting = Doubt.objects.filter(within(code), state__in=Doubt.WAITING)
    for doubt in waiting.only("pattern", "month", "person", "people"):
        words = {"pattern": doubt.pattern, "month": doubt.month}
        for person in {doubt.person_id, *doubt.people}:
            yield person, _("Doubt %(pattern)s of %(month)s is not decided.") % words


def _recoveries(code):
    over = [Recovery.State.SETTLED, Recovery.State.CANCELLED]
    asked = Recovery.objects.filter(within(code)).exclude(state__in=over)
    for person in asked.values_list("contract__person", flat=True):
        yield person, _("Money is being recovered.")


def _claims(code):
    over = [Claim.State.SETTLED, Claim.State.REJECTED]
    for person in _through_contract(Claim, code, over):
        yield person, _("A claim after an accident is open.")


def _exits(code):
    over = [Exit.State.CLOSED, Exit.State.CANCELLED]
    for person in _through_contract(Exit, code, over):
        yield person, _("An exit is under way.")


def _through_contract(model, code, over):
    found = model.objects.filter(within(code)).exclude(state__in=over)
    return found.values_list("contract__person", flat=True).distinct()


def _pay(code):
    """Who waits for a month's pay has their days shown until it is paid and closed."""
    over = [PayRun.State.CLOSED, *PayRun.DEAD]
    lines = PayLine.objects.filter(within(code)).exclude(run__state__in=over)
    for person in lines.values_list("person", flat=True).distinct():
        yield person, _("Pay of this person is not closed.")


def _places(code):
    """Everybody where an objection is not answered, or where an audit holds everything."""
    for place, reason in [*_objections(code), *_audits(code)]:
        residents = Person.objects.filter(within(place)).values_list("pk", flat=True)
        holders = Contract.objects.filter(within(place)).values_list("person", flat=True)
        for person in {*residents, *holders}:
            yield person, reason


def _objections(code):
    pending = Objection.objects.pending().filter(within(code)).select_related("notice")
    for objection in pending:
        of_notice = objection.notice.area_id if objection.notice else None
        place = objection.place_id or of_notice or objection.area_id
        yield place, _("Objection %(code)s is not answered.") % {"code": objection.code}


def _audits(code):
    """A rule holds everything in an area for as long as an audit or a court wants it."""
    places = list(Area.objects.filter(within(code, "code")).values_list("code", flat=True))
    for place, found in rulings([HOLD], on=today(), areas=places).items():
        if HOLD in found and found[HOLD].value:
            yield place, _("An audit holds everything in this area.")
