"""The certificates of the house with how long they last, and who must see to them in time."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from project.kernel import pages
from project.kernel.months import SHANGHAI
from project.kernel.roles import Permission
from registry.models import Certificate

WARNED = (30, 60)  # days before the end


class CertificateList(pages.RecordList):
    model = Certificate
    permission = Permission.CERTIFICATE_EDIT
    joins = ("area", "issued_by", "revoked_by")
    columns = (
        pages.Column(_("Issued to"), "subject"),
        pages.Column(_("Purpose"), "purpose"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Serial number"), "serial"),
        pages.Column(_("Valid from"), "valid_from"),
        pages.Column(_("Valid to"), "valid_to"),
        pages.Column(_("Standing"), "standing"),
        pages.Column(_("Issued by"), "issued_by"),
        pages.Column(_("Revoked by"), "revoked_by"),
        pages.Column(_("Reason"), "revoked_for"),
    )
    filters = (pages.AreaFilter(), pages.ChoiceFilter("purpose", _("Purpose")))
    search_fields = ("subject", "serial")
    search_hint = _("Name or serial number")
    empty = _(
        "No certificate has been issued yet. Begin with “manage.py certificates issue root”, then "
        "issue a time stamp and a seal for each township."
    )

    def records(self):
        """Those that somebody looks after; a worker's lives for one signature."""
        return super().records().exclude(purpose=Certificate.Purpose.WORKER)


def lines(user):
    """Inbox lines: each certificate that ends soon and has no successor yet."""
    if not user.has_perm(Permission.CERTIFICATE_EDIT):
        return []
    return [_line(one) for one in ending().visible_to(user).select_related("area")]


def ending():
    """The certificates still in use that end within sixty days."""
    now = timezone.now()
    later = Certificate.objects.valid().filter(
        area=OuterRef("area"), purpose=OuterRef("purpose"), valid_to__gt=OuterRef("valid_to")
    )
    found = Certificate.objects.valid().exclude(purpose=Certificate.Purpose.WORKER)
    found = found.filter(valid_to__lte=now + timedelta(days=max(WARNED)))
    return found.filter(~Exists(later)).order_by("valid_to", "pk")


def _line(certificate):
    left = certificate.valid_to - timezone.now()
    days = next(days for days in WARNED if left <= timedelta(days=days))
    return pages.Waiting(
        kind=gettext("certificate"),
        step=gettext("Renew a certificate within %(days)s days") % {"days": days},
        what=str(certificate),
        area=certificate.area.name,
        url=reverse("registry:certificate-list"),
        since=certificate.valid_to - timedelta(days=max(WARNED)),
        due=certificate.valid_to.astimezone(SHANGHAI).date(),
    )
