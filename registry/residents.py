"""People as files name them: found by ID number in one query, and made from what a row says."""

from django.utils.translation import gettext as _

from project.kernel.months import today
from project.kernel.secrets import digest
from registry.idnumber import birth_on, check, sex
from registry.models import Household, Person
from registry.names import normalise_name, sort_key


def id_rule(text):
    """A rule of an ID number column: the number as it is on the card."""
    return check(text, on=today())


def name_rule(text):
    """A rule of a name column: one spelling of one name."""
    name = normalise_name(text)
    if len(name) > 60:
        raise ValueError(_("The name is longer than 60 characters. Shorten it."))
    return name


def by_id_number(numbers):
    """The people known among some ID numbers, by number; the numbers stay sealed."""
    wanted = {digest(number): number for number in numbers}
    found = Person.objects.filter(id_digest__in=wanted).defer("id_number")
    return {wanted[person.id_digest]: person for person in found.select_related("area")}


def resident(id_number, *, name, area, **details):
    """A person not yet in the register; sex and birthday are those of the ID number."""
    return Person(
        area=area,
        name=name,
        name_key=sort_key(name)[:200],
        id_number=id_number,
        id_digest=digest(id_number),
        id_tail=id_number[-4:],
        sex=sex(id_number),
        born_on=birth_on(id_number),
        **details,
    )


def enter_households(homes):
    """Enter those of the households that are not known yet; all of them, by number."""
    known = Household.objects.in_bulk(list(homes), field_name="number")
    fresh = [home for number, home in homes.items() if number not in known]
    return known | {home.number: home for home in Household.objects.bulk_create(fresh)}
