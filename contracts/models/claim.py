"""Accidents of people at work, from the report to the insurer's answer."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from contracts import claim_checks as checks
from contracts.models.contract import Contract
from contracts.models.insurance import Cover
from project.kernel.money import AmountField
from project.kernel.roles import Permission, held
from registry.access import scoped
from registry.kinship import kin_sentences
from registry.models import Area


class Claim(ConcurrentTransitionMixin, models.Model):
    """One accident of one worker, and what the insurer was asked for and paid."""

    class State(models.TextChoices):
        REPORTED = "reported", _("Reported")
        DOCUMENTS = "documents", _("Papers are collected")
        SUBMITTED = "submitted", _("With the insurer")
        SETTLED = "settled", _("Settled")
        REJECTED = "rejected", _("Rejected")

    class Paper(models.TextChoices):
        ID_CARD = "id_card", _("ID card")
        DIAGNOSIS = "diagnosis", _("Diagnosis")
        CASE_NOTES = "case_notes", _("Medical record")
        INVOICE = "invoice", _("Medical invoices")
        ACCOUNT = "account", _("Account of the accident")
        AT_WORK = "at_work", _("Proof of being at work")
        BANK_CARD = "bank_card", _("Bank card")
        DEATH = "death", _("Death certificate")

    chain = ("report", "submit", "settle")
    together = ("report", "submit")
    restarts = ()

    state = FSMField(
        _("state"), default=State.REPORTED, choices=State.choices, protected=True, max_length=12
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="claims", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="claims")
    cover = models.ForeignKey(Cover, models.PROTECT, null=True, related_name="claims")
    happened_on = models.DateField(_("day of the accident"))
    happened_at = models.TimeField(_("time of the accident"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=120)
    account = models.TextField(_("what happened"))
    injury = models.CharField(_("injury"), max_length=200, blank=True)
    reported_at = models.DateTimeField(_("reported at"))
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due_at = models.DateTimeField(_("to be reported by"))
    papers = ArrayField(
        models.CharField(max_length=12, choices=Paper), default=list, verbose_name=_("papers")
    )
    asked = AmountField(_("amount claimed (yuan)"), null=True, blank=True)
    number = models.CharField(_("case number of the insurer"), max_length=40, blank=True)
    submitted_on = models.DateField(_("sent to the insurer on"), null=True, blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    paid = AmountField(_("amount paid (yuan)"), null=True, blank=True)
    answer = models.TextField(_("answer of the insurer"), blank=True)

    objects = scoped(Permission.CONTRACT_VIEW).as_manager()

    class Meta:
        verbose_name = _("accident")
        verbose_name_plural = _("accidents and claims")
        indexes = [models.Index(fields=["area", "id"], name="claim_by_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "happened_on"],
                name="one_accident_a_worker_and_day",
                violation_error_message=_("This accident has been reported already."),
            ),
            models.CheckConstraint(
                name="claim_settled_says_what_was_paid",
                condition=~Q(state="settled") | Q(paid__isnull=False, answered_on__isnull=False),
            ),
            models.CheckConstraint(
                name="claim_with_the_insurer_is_covered",
                condition=~Q(state__in=["submitted", "settled"]) | Q(cover__isnull=False),
            ),
            models.CheckConstraint(
                name="claim_is_answered_after_it_was_sent",
                condition=Q(answered_on__isnull=True) | Q(answered_on__gte=F("submitted_on")),
            ),
        ]

    def __str__(self):
        return f"{self.contract.person} · {self.happened_on}"

    @property
    def is_late(self):
        """Whether it was reported after the hours that the rule allows."""
        return self.reported_at > self.due_at

    @property
    def papers_held(self):
        """The papers received, in words."""
        words = dict(self.Paper.choices)
        return "、".join(str(words[paper]) for paper in self.papers)

    @property
    def papers_missing(self):
        """The papers still wanted, in words."""
        words = dict(self.Paper.choices)
        return "、".join(str(words.get(paper, paper)) for paper in checks.missing_papers(self))

    def barred(self, by):
        return kin_sentences(self.contract.person, by)

    @transition(
        state,
        source=[State.REPORTED, State.DOCUMENTS],
        target=State.DOCUMENTS,
        permission=held(Permission.CLAIM_EDIT),
    )
    def collect(self, *, papers):
        """Note the papers that have come in."""
        self.papers = papers

    @transition(
        state,
        source=State.DOCUMENTS,
        target=State.SUBMITTED,
        conditions=[checks.is_covered, checks.papers_are_complete],
        permission=held(Permission.CLAIM_EDIT),
    )
    def submit(self, *, on, asked, number):
        """Send the claim with its papers to the insurer."""
        self.submitted_on, self.asked, self.number = on, asked, number

    @transition(
        state,
        source=State.SUBMITTED,
        target=State.SETTLED,
        permission=held(Permission.CLAIM_DECIDE),
    )
    def settle(self, *, on, paid, answer):
        """The insurer has paid; the township leader signs the file off."""
        self.answered_on, self.paid, self.answer = on, paid, answer

    @transition(
        state,
        source=[State.REPORTED, State.DOCUMENTS, State.SUBMITTED],
        target=State.REJECTED,
        permission=held(Permission.CLAIM_DECIDE),
    )
    def reject(self, *, on, answer):
        """Nothing is paid, for a written reason: the insurer refused, or nobody covers the day."""
        if self.submitted_on:
            self.answered_on = on
        self.answer = answer


class ClaimProcess(Process):
    """Carries no facts: it points at a Claim through `artifact`."""

    class Meta:
        proxy = True
