"""Many contracts offered, sealed and packed in one go, and what became of each."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from contracts.models.paper import ContractPaper
from project.kernel.models import Job
from project.kernel.roles import Permission
from registry.access import scoped
from registry.models import Area


class ContractBatch(models.Model):
    """Contracts that somebody chose in an area; the job does them one by one and packs them."""

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="contract_batches", verbose_name=_("area")
    )
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="contract_batch")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    file = models.FileField(_("package"), upload_to="batches/%Y/%m/", blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)

    objects = scoped(Permission.CONTRACT_VIEW).as_manager()

    class Meta:
        verbose_name = _("batch of contracts")
        verbose_name_plural = _("batches of contracts")
        constraints = [
            models.CheckConstraint(
                name="batch_package_has_its_hash",
                condition=Q(file="", sha256="") | ~Q(file="") & ~Q(sha256=""),
            )
        ]

    def __str__(self):
        return f"{self.area} · {self.asked_at:%Y-%m-%d}"


class BatchLine(models.Model):
    """One contract of a batch: done, or refused with every reason, or not reached yet."""

    batch = models.ForeignKey(ContractBatch, models.PROTECT, related_name="lines")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="batch_lines")
    paper = models.ForeignKey(ContractPaper, models.PROTECT, null=True, related_name="+")
    reasons = models.JSONField(_("reasons"), default=list)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("line of a batch")
        verbose_name_plural = _("lines of batches")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "contract"], name="contract_once_a_batch")
        ]

    def __str__(self):
        return f"{self.batch_id} · {self.contract_id}"
