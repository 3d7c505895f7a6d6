"""People of whom nothing is left but what a file said: no contract, no pay, nothing under way."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q

from inspections.models import Doubt
from posts.models import Hire
from project.kernel.models import Event
from registry.access import within
from registry.models import Household, Person

# What may name a person who is forgotten: it goes with them, or is true of a number alone.
GOES_ALONG = {
    *("registry.bankaccount", "registry.fact", "registry.portrait", "registry.consent"),
    *("registry.kinship", "registry.keptback", "posts.hire", "posts.joboffer"),
}
OVER = [Hire.State.REJECTED, Hire.State.WITHDRAWN]
# When somebody was last dealt with: the newest of these days counts.
TRACES = (
    ("facts", "received_at__date"),
    ("accounts", "added_at__date"),
    ("consents", "given_on"),
    ("portraits", "added_at__date"),
    ("job_offers", "offered_on"),
    ("hires", "applied_on"),
)


def strangers(code, until):
    """Those in a county whom nothing binds to a pay record and nobody has dealt with since a day.

    A person stays who works or worked, whose household does, who signs in, and of whom no trace
    says since when they are known. Whatever else names a person keeps them, also what is built
    later.
    """
    people = Person.objects.filter(within(code), user=None).exclude(id_tail="")
    for model, field in naming(Person, but=GOES_ALONG):
        people = people.exclude(Exists(model.filter(**{field: OuterRef("pk")})))
    doubted = Doubt.objects.filter(within(code)).values_list("people", flat=True)
    people = people.exclude(pk__in={person for some in doubted for person in some})
    bound = Hire.objects.filter(person=OuterRef("pk")).exclude(state__in=OVER, contract=None)
    at_work = Household.objects.filter(pk=OuterRef("household"), members__contracts__isnull=False)
    people = people.exclude(Exists(bound)).exclude(Exists(at_work))
    return people.filter(*_known_until(until))


def naming(named, *, but):
    """Every table that may name a row of a model, but some: its rows and the column it names by."""
    for link in named._meta.get_fields(include_hidden=True):
        names = link.auto_created and not link.concrete and (link.one_to_one or link.one_to_many)
        if names and link.related_model._meta.label_lower not in but:
            yield link.related_model._default_manager.all(), link.field.name


def _known_until(until):
    """Some trace of them is old enough, and none is newer."""
    kind = ContentType.objects.get_for_model(Person)
    deeds = Event.objects.filter(record_type=kind, record_id=OuterRef("pk"))
    old = Q(Exists(deeds.filter(at__date__lte=until)))
    fresh = Q(Exists(deeds.filter(at__date__gt=until)))
    for name, day in TRACES:
        link = Person._meta.get_field(name)
        theirs = link.related_model._default_manager.filter(person=OuterRef("pk"))
        old |= Q(Exists(theirs.filter(**{f"{day}__lte": until})))
        fresh |= Q(Exists(theirs.filter(**{f"{day}__gt": until})))
    return old, ~fresh
