"""The poster by which anybody can report what is wrong, with the QR code of its place."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from project.kernel.documents import pdf


def poster(area):
    """One sheet: what can be reported, how, and that nobody needs to give a name."""
    address = f"{settings.SITE_ADDRESS}{reverse('complain')}?at={area.pk}"
    facts = {"area": area, "above": area.parent, "address": address}
    facts["printed_at"] = timezone.localtime()
    return pdf(
        "print/complaint_poster.html",
        facts | {"form": {"qr": address}},
        title=_("Report what is wrong"),
    )
