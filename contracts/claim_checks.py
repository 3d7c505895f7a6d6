"""What must be true of a claim before the next step (W-4)."""

from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy.selectors import rule
from project.kernel.guards import guard
from project.kernel.months import SHANGHAI, today


def report_due(claim):
    """The moment by which an accident is reported: claim.report_hours after it."""
    hours = rule("claim.report_hours", on=claim.happened_on, area=claim.area_id)
    at = claim.happened_at or time(23, 59, 59)
    return datetime.combine(claim.happened_on, at, tzinfo=SHANGHAI) + timedelta(hours=hours)


@guard(gettext_lazy("The day of the accident has not come yet."))
def has_happened(claim):
    return claim.happened_on <= today()


@guard(gettext_lazy("The accident lies outside the contract; nobody was at work under it."))
def was_under_contract(claim):
    contract = claim.contract
    return contract.starts_on <= claim.happened_on <= contract.ends_on


@guard(gettext_lazy("No insurance covers the day of the accident; there is nobody to claim from."))
def is_covered(claim):
    return claim.cover is not None


def missing_papers(claim):
    """The papers the insurer wants (claim.papers) that have not been received."""
    wanted = rule("claim.papers", on=claim.happened_on, area=claim.area_id)
    return [paper for paper in wanted if paper not in claim.papers]


@guard(gettext_lazy("Papers are missing."))
def papers_are_complete(claim):
    words = dict(type(claim).Paper.choices)
    return [
        _("Still missing: %(paper)s.") % {"paper": words.get(paper, paper)}
        for paper in missing_papers(claim)
    ]
