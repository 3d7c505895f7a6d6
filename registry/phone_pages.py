"""What a person's page shows of the phones that are let in, and the way to another card."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from project.kernel import pages
from project.kernel.roles import Permission

PHONE_COLUMNS = (
    pages.Column(_("Phone"), "label", link=True),
    pages.Column(_("Let in at"), "registered_at"),
    pages.Column(_("Ended at"), "ended_at"),
)


def card_for(person):
    """The way from a person or a contract to a card that lets the worker's phone in."""
    url = reverse("attendance:phone-card", args=[person.pk])
    return pages.Link(_("Let the worker's phone in"), url, Permission.PASS_ISSUE)
