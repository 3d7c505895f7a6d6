"""What went to the bank, line by line, and what the bank answered: two facts, joined."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payroll.models.custody import FromSomewhere, LockedFile
from payroll.models.lines import PayLine
from payroll.models.run import PayRun
from project.kernel.money import AmountField
from registry.models import ImportedFile

USER = settings.AUTH_USER_MODEL
APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete
# One join for a million results in place of two look-ups for each.
ANSWERS_HOLD = """
    IF EXISTS (
        SELECT FROM fresh LEFT JOIN payroll_sentline s ON s.id = fresh.sent_id
        WHERE s.id IS NULL OR s.amount <> fresh.amount
    ) OR EXISTS (
        SELECT FROM (SELECT DISTINCT source_id FROM fresh) f
        LEFT JOIN registry_importedfile i ON i.id = f.source_id WHERE i.id IS NULL
    ) THEN RAISE EXCEPTION 'a bank result speaks of a line or an amount that was not sent'
        USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
"""


class BankFile(models.Model):
    """One batch handed to the bank, known by its number."""

    run = models.ForeignKey(PayRun, models.PROTECT, related_name="files")
    number = models.CharField(_("batch number"), max_length=40, unique=True)
    rows = models.PositiveIntegerField(_("rows"))
    total = AmountField(_("total"))
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("bank file")
        verbose_name_plural = _("bank files")
        triggers = [pgtrigger.Protect(name="bank_file_is_append_only", operation=APPEND_ONLY)]

    def __str__(self):
        return self.number


class Handover(FromSomewhere):
    """One taking of a bank file or a part of it: who, when, from where, in which form and bytes."""

    file = models.ForeignKey(BankFile, models.PROTECT, related_name="handovers")
    number = models.CharField(_("batch number"), max_length=48, db_index=True)
    form = models.CharField(_("format"), max_length=20)
    name = models.CharField(_("file name"), max_length=80)
    rows = models.PositiveIntegerField(_("rows"))
    total = AmountField(_("total"))
    sha256 = models.CharField(_("content hash"), max_length=64)
    taken_at = models.DateTimeField(_("taken at"), auto_now_add=True)
    taken_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    locked = models.ForeignKey(
        LockedFile, models.PROTECT, related_name="handovers", null=True, verbose_name=_("locked in")
    )

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        triggers = [pgtrigger.Protect(name="handover_is_append_only", operation=APPEND_ONLY)]

    def __str__(self):
        return self.name


class SentLine(models.Model):
    """A pay line's place in a bank file, and what was sent; a line is sent once and never again.

    The answer is compared with what was sent, not with what the register says by then. The account
    is kept as its keyed fingerprint only, so a million of them are compared by one join.
    """

    file = models.ForeignKey(BankFile, models.PROTECT, related_name="lines", db_index=False)
    number = models.PositiveIntegerField(_("line number"))
    line = models.OneToOneField(PayLine, models.PROTECT, related_name="sent")
    amount = AmountField(_("amount"))
    payee = models.CharField(_("account name"), max_length=60)
    account_digest = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = _("sent line")
        verbose_name_plural = _("sent lines")
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="sent_line_numbered_once")
        ]
        triggers = [pgtrigger.Protect(name="sent_line_is_append_only", operation=APPEND_ONLY)]

    def __str__(self):
        return f"{self.file} · {self.number}"


class BankResult(models.Model):
    """One row of the bank's answer as it came, and the sent line it speaks of."""

    class Outcome(models.TextChoices):
        SUCCESS = "success", _("Credited")
        FAILURE = "failure", _("Came back")

    source = models.ForeignKey(
        ImportedFile,
        models.PROTECT,
        related_name="results",
        db_constraint=False,
        db_index=False,
    )
    row = models.PositiveIntegerField(_("row"))
    sent = models.ForeignKey(
        SentLine, models.PROTECT, related_name="results", db_constraint=False, db_index=False
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    amount = AmountField(_("amount"))
    reason = models.CharField(_("reason"), max_length=120, blank=True)
    credited_on = models.DateField(_("credited on"), null=True, blank=True)
    serial = models.CharField(_("serial number"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("bank result")
        verbose_name_plural = _("bank results")
        constraints = [
            models.UniqueConstraint(fields=["sent"], name="one_answer_a_sent_line"),
            models.UniqueConstraint(fields=["source", "row"], name="one_result_a_row"),
            models.CheckConstraint(
                name="credited_on_a_day",
                condition=Q(outcome="failure") | Q(credited_on__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="bank_result_is_append_only", operation=APPEND_ONLY),
            pgtrigger.Trigger(
                name="answers_hold",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="fresh"),
                func=ANSWERS_HOLD,
            ),
        ]

    def __str__(self):
        return f"{self.sent} · {self.get_outcome_display()}"
