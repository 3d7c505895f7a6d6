"""What stands behind a sheet beside check-ins: its scanned book, and the workers' own word."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.models.device import Device
from attendance.models.evidence import kept
from attendance.models.sheet import Sheet, SheetLine


class SheetScan(models.Model):
    """A page of the sign-in book as it was scanned, with its hash."""

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="scans")
    file = models.FileField(_("scan"), upload_to="sign-in-books/%Y/%m/")
    name = models.CharField(_("file name"), max_length=120)
    sha256 = models.CharField(_("SHA-256"), max_length=64, db_index=True)
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        verbose_name = _("scan of a sign-in book")
        verbose_name_plural = _("scans of sign-in books")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "sha256"], name="book_page_scanned_once")
        ]
        triggers = [kept("book_scan_is_kept")]

    def __str__(self):
        return self.name


class Acknowledgement(models.Model):
    """What a worker said on the own phone about the days of the own line, as they stood then."""

    line = models.ForeignKey(SheetLine, models.PROTECT, related_name="acknowledgements")
    phone = models.ForeignKey(Device, models.PROTECT, related_name="acknowledgements")
    agrees = models.BooleanField(_("agrees"))
    full_days = models.IntegerField(_("full days"))
    half_days = models.IntegerField(_("half days"))
    quantity = models.DecimalField(
        _("hours or pieces"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")
        triggers = [kept("acknowledgement_is_kept")]

    def __str__(self):
        return f"{self.line} · {self.at:%Y-%m-%d}"
