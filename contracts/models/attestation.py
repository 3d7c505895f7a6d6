"""What whoever directs the work says of a contract's month before it may be paid."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from project.kernel.months import MonthField


class Attestation(models.Model):
    """A month of a contract attested by its site: the days, hours or pieces it stands for.

    Rows are added, never edited; the last one holds. One without days takes the others back.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="attestations")
    month = MonthField(_("month"))
    days = models.DecimalField(_("days"), max_digits=4, decimal_places=1, null=True)
    quantity = models.DecimalField(_("hours or pieces"), max_digits=8, decimal_places=2, null=True)
    basis = models.CharField(_("basis"), max_length=120)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("attestation of a month")
        verbose_name_plural = _("attestations of months")
        indexes = [models.Index(fields=["contract", "month", "-id"], name="attestation_last_first")]
        triggers = [
            pgtrigger.Protect(
                name="attestation_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return f"{self.contract} {self.month}"
