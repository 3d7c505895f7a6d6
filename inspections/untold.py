"""Which looks at a person's data wait until the person is heard: those of an open inquiry.

Whoever is told early that somebody looks into them can put the evidence away. A public office may
be silent where telling would hinder its duty (Personal Information Protection Law, article 35);
once the person was heard, or the inquiry came to nothing, every look is told.
"""

from datetime import datetime, time

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from inspections.models import Case, Doubt
from project.kernel.looks import waits
from project.kernel.models import Look
from project.kernel.months import SHANGHAI
from registry.models import Appointment

# What these look at beside an inquiry is looked at for it.
INQUIRERS = ("inspector", "discipline_viewer")


@waits
def looks_of_inquiries(person):
    """The looks made for inquiries of which the person was not heard yet, since the first began."""
    since = _begun(person)
    if since is None:
        return None
    ours = ContentType.objects.get_for_models(*apps.get_app_config("inspections").get_models())
    by_office = Appointment.objects.filter(role__in=INQUIRERS).values("user")
    of_inquiry = (
        Q(what=Look.What.CASE)
        | Q(record_type__in=[kind.pk for kind in ours.values()])
        | Q(by__in=by_office)
    )
    return Q(at__gte=since) & of_inquiry


def _begun(person):
    unheard = Q(state__in=[Case.State.OPENED, Case.State.INVESTIGATING])
    days = person.cases.filter(unheard).values_list("opened_on", flat=True)
    found = [datetime.combine(day, time.min, SHANGHAI) for day in days]
    doubts = Doubt.objects.filter(people__contains=[person.pk], state__in=Doubt.WAITING)
    found += doubts.filter(statement="", case=None).values_list("found_at", flat=True)
    return min(found, default=None)
