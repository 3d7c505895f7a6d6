"""The paper of a contract: what it says, word for word, and who signed it when and how."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contracts.models.contract import Contract
from project.kernel.roles import Permission
from registry.access import scoped
from registry.models import Area, Pass


def kept(name):
    """A trigger that forbids to change or delete what was once written."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


class ContractTemplate(models.Model):
    """The wording of an area's contracts from a day on. A new wording is a new row.

    `body` is {"clauses": [{"heading", "text"}], "summary": [text]}; a text may name the terms
    of a contract in braces.
    """

    area = models.ForeignKey(
        Area, models.PROTECT, related_name="contract_templates", verbose_name=_("area")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Contract.Kind)
    title = models.CharField(_("title"), max_length=60)
    body = models.JSONField(_("wording"))
    valid_from = models.DateField(_("valid from"))
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("added by"),
    )

    objects = scoped(Permission.CONTRACT_VIEW).as_manager()

    class Meta:
        verbose_name = _("contract template")
        verbose_name_plural = _("contract templates")
        indexes = [models.Index(fields=["area", "kind", "valid_from"], name="template_in_force")]
        triggers = [kept("contract_template_is_kept")]

    def __str__(self):
        return f"{self.title} {self.valid_from}"


class ContractPaper(models.Model):
    """One version of a contract's paper, frozen when the terms are put before the worker.

    `terms` are the facts that it prints, `content_hash` their seal together with the wording,
    `code` what its QR code leads to. The highest number is the version that counts.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="papers")
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    template = models.ForeignKey(ContractTemplate, models.PROTECT, related_name="papers")
    code = models.CharField(_("verification code"), max_length=16, unique=True)
    terms = models.JSONField(_("terms"))
    content_hash = models.CharField(_("content hash"), max_length=64)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("made by")
    )

    class Meta:
        verbose_name = _("paper of a contract")
        verbose_name_plural = _("papers of contracts")
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="paper_numbered_once")
        ]
        triggers = [kept("contract_paper_is_kept")]

    def __str__(self):
        return f"{self.contract} · {self.code}"


class Signature(models.Model):
    """One side's signature under one version of a paper. Each side signs once."""

    class Side(models.TextChoices):
        WORKER = "worker", _("Worker")
        OFFICE = "office", _("Township")

    class Means(models.TextChoices):
        PHONE = "phone", _("Drawn on a phone")
        SEAL = "seal", _("Electronic seal")

    paper = models.ForeignKey(ContractPaper, models.PROTECT, related_name="signatures")
    side = models.CharField(_("side"), max_length=6, choices=Side)
    means = models.CharField(_("means"), max_length=5, choices=Means)
    signed_at = models.DateTimeField(_("signed at"))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed by"),
    )
    let_in_by = models.ForeignKey(
        Pass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("pass")
    )
    picture = models.FileField(_("drawn signature"), upload_to="signatures/%Y/%m/", blank=True)
    device = models.CharField(_("device"), max_length=200, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True)
    witness = models.CharField(_("witness"), max_length=60, blank=True)
    certificate = models.CharField(_("certificate number"), max_length=64)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = [
            models.UniqueConstraint(fields=["paper", "side"], name="each_side_signs_once"),
            models.CheckConstraint(
                name="worker_signs_by_pass_office_by_person",
                condition=Q(side="worker", let_in_by__isnull=False, signed_by__isnull=True)
                | Q(side="office", signed_by__isnull=False, let_in_by__isnull=True),
            ),
            models.CheckConstraint(
                name="signature_has_a_whole_place",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
            ),
        ]
        triggers = [kept("signature_is_kept")]

    def __str__(self):
        return f"{self.get_side_display()} · {self.signed_at:%Y-%m-%d}"


class PaperFile(models.Model):
    """The PDF of a paper as it stood after one more signature; number 0 bears none."""

    paper = models.ForeignKey(ContractPaper, models.PROTECT, related_name="files")
    number = models.PositiveSmallIntegerField(_("signatures"), default=0)
    signature = models.OneToOneField(
        Signature, models.PROTECT, null=True, blank=True, related_name="file"
    )
    file = models.FileField(_("file"), upload_to="papers/%Y/%m/")
    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True)
    size = models.PositiveIntegerField(_("bytes"))
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("file of a paper")
        verbose_name_plural = _("files of papers")
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="paper_filed_once_a_stage"),
            models.CheckConstraint(
                name="file_after_the_first_bears_a_signature",
                condition=Q(number=0, signature__isnull=True)
                | Q(number__gt=0, signature__isnull=False),
            ),
        ]
        triggers = [kept("paper_file_is_kept")]

    def __str__(self):
        return f"{self.paper.code}-{self.number}"


class PaperVisit(models.Model):
    """One thing a worker did with the paper on the phone: opened, viewed, signed or declined."""

    class Act(models.TextChoices):
        OPENED = "opened", _("Opened")
        VIEWED = "viewed", _("Read to the end")
        SIGNED = "signed", _("Signed")
        DECLINED = "declined", _("Declined")

    paper = models.ForeignKey(ContractPaper, models.PROTECT, related_name="visits")
    act = models.CharField(_("act"), max_length=8, choices=Act)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    let_in_by = models.ForeignKey(Pass, models.PROTECT, related_name="+", verbose_name=_("pass"))
    device = models.CharField(_("device"), max_length=200, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("visit to a paper")
        verbose_name_plural = _("visits to papers")
        ordering = ["pk"]
        triggers = [kept("paper_visit_is_kept")]

    def __str__(self):
        return f"{self.paper.code} · {self.get_act_display()}"
