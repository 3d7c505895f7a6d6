"""The signed paper of a contract, as it was scanned."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract


class ContractScan(models.Model):
    """A scan of the signed contract with its hash; kept as it came."""

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="scans")
    file = models.FileField(_("scan"), upload_to="contracts/%Y/%m/")
    name = models.CharField(_("file name"), max_length=120)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by")
    )

    class Meta:
        verbose_name = _("scan of a contract")
        verbose_name_plural = _("scans of contracts")
        constraints = [
            models.UniqueConstraint(fields=["contract", "sha256"], name="contract_scanned_once")
        ]
        triggers = [
            pgtrigger.Protect(
                name="contract_scan_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return self.name
