"""Looking for doubts in the background, county by county."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from inspections import flows
from inspections.services import counties, may_detect
from project.kernel.jobs import ask, carry_out
from project.kernel.months import Month
from registry.models import Area


@app.task(name="inspections.detect", retry=RetryStrategy(max_attempts=5, wait=5))
def detect(job_id, month, area):
    """Look through a month county by county; a county is found and handed over whole, or again."""
    month = Month.parse(month)

    def look(county, by):
        with transaction.atomic():
            flows.detect(month, county, by=by)

    url = reverse("inspections:doubt-list") + f"?month={month}&area={area}"
    carry_out(job_id, counties(Area.objects.get(pk=area)), look, url=url)


def ask_to_detect(*, by, month, area):
    """Give the workers a month to look through, unless it is plain already why they may not."""
    may_detect(month, area, by=by)
    title = _("Look for doubts: %(month)s in %(area)s") % {"month": month, "area": area}
    return ask(detect, title=title, by=by, month=str(month), area=area.code)
