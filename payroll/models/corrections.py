"""Money that came back: one person says what becomes of it, another confirms it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from payroll import checks
from payroll.models.lines import PayLine
from project.kernel.guards import guard
from project.kernel.roles import Permission, held
from registry.access import scoped
from registry.models import Area, BankAccount, Fact

USER = settings.AUTH_USER_MODEL

# The new line pays what the old one paid: same contract, month, item and amount, money back.
PAYS_THE_SAME = """
    IF NOT EXISTS (
        SELECT FROM payroll_payline o
        JOIN payroll_payline n ON n.id = NEW.fresh_id AND n.account_id = NEW.account_id
            AND (n.contract_id, n.month, n.item, n.amount)
              = (o.contract_id, o.month, o.item, o.amount)
        JOIN payroll_payrun r ON r.id = n.run_id AND r.corrects_id = o.run_id
        JOIN payroll_sentline s ON s.line_id = o.id
        JOIN payroll_bankresult b ON b.sent_id = s.id AND b.outcome = 'failure'
        WHERE o.id = NEW.line_id AND NOT o.standing
    ) THEN RAISE EXCEPTION 'a line is paid again only for what came back'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


@guard(_("The bank has not said that this payment came back."))
def came_back(correction):
    return PayLine.objects.filter(pk=correction.line_id, sent__results__outcome="failure").exists()


@guard(_("This payment is settled already: it is paid again or back in the fund."))
def is_open(correction):
    return (
        correction.line.standing
        or PayLine.objects.unsettled().filter(pk=correction.line_id).exists()
    )


@guard(_("This account is the current account of another person. Enter the worker's own."))
def account_is_nobody_elses(correction):
    account = correction.account
    return (
        account is None
        or not BankAccount.objects.filter(number_digest=account.number_digest, current=True)
        .exclude(person=account.person_id)
        .exists()
    )


@guard(_("The worker is recorded as dead: settle the exit, and write the money back."))
def worker_lives(correction):
    if correction.way == Correction.Way.WRITE_BACK:
        return True
    died = Fact.objects.filter(person=correction.line.person_id, kind=Fact.Kind.DECEASED)
    return not died.exists()


class CorrectionQuerySet(scoped(Permission.PAY_VIEW)):
    def settling(self):
        """The confirmed ones that still hold: money in the fund, or a new line that stands."""
        pays = Q(fresh__standing=True) | Q(fresh__sent__isnull=False)
        return self.filter(Q(state="confirmed") & (Q(way=Correction.Way.WRITE_BACK) | pays))


class Correction(ConcurrentTransitionMixin, models.Model):
    """What becomes of a payment that came back: paid again to an account, or back to the fund."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        CONFIRMED = "confirmed", _("Confirmed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Way(models.TextChoices):
        ACCOUNT = "account", _("Pay again")
        WRITE_BACK = "write_back", _("Back to the fund")

    chain = ("propose", "confirm")
    restarts = ()

    state = FSMField(
        _("state"), default=State.PROPOSED, choices=State.choices, protected=True, max_length=10
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("township"))
    line = models.ForeignKey(PayLine, models.PROTECT, related_name="corrections")
    way = models.CharField(_("what becomes of it"), max_length=10, choices=Way)
    account = models.ForeignKey(
        BankAccount, models.PROTECT, null=True, blank=True, related_name="+"
    )
    voucher = models.CharField(_("voucher number"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=200)
    fresh = models.OneToOneField(
        PayLine, models.PROTECT, null=True, blank=True, related_name="reissues"
    )
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    proposed_by = models.ForeignKey(
        USER, models.PROTECT, related_name="+", verbose_name=_("proposed by")
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        USER,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction of a payment")
        verbose_name_plural = _("corrections of payments")
        indexes = [models.Index(fields=["area", "id"], name="correction_by_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(state="proposed"),
                name="one_open_correction_a_line",
            ),
            models.CheckConstraint(
                name="correction_is_confirmed_by_another",
                condition=~Q(state="confirmed")
                | (Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("proposed_by"))),
            ),
            models.CheckConstraint(
                name="correction_pays_into_an_account_or_back",
                condition=Q(way="account", account__isnull=False)
                | (Q(way="write_back", account__isnull=True, fresh__isnull=True) & ~Q(voucher="")),
            ),
            models.CheckConstraint(
                name="confirmed_account_has_its_new_line",
                condition=~Q(state="confirmed", way="account") | Q(fresh__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="correction_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="done_correction_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["confirmed", "withdrawn"]),
            ),
            pgtrigger.Trigger(
                name="correction_pays_the_same",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__fresh__isnull=False),
                func=PAYS_THE_SAME,
            ),
        ]

    def __str__(self):
        return f"{self.line.person} · {self.line.month}"

    def barred(self, by):
        """Nobody settles pay of their own, of their household or of a declared relative."""
        return checks.barred_from(PayLine.objects.filter(pk=self.line_id), by)

    @transition(
        state,
        source=State.PROPOSED,
        target=State.CONFIRMED,
        conditions=[came_back, is_open, account_is_nobody_elses, worker_lives],
        permission=held(Permission.PAY_CONFIRM),
    )
    def confirm(self, *, by, at, fresh=None):
        """A second person has seen the account's paper, or the voucher of the money."""
        self.confirmed_by, self.confirmed_at, self.fresh = by, at, fresh

    @transition(
        state,
        source=State.PROPOSED,
        target=State.WITHDRAWN,
        permission=held(Permission.PAY_CORRECT),
    )
    def withdraw(self):
        """Take a correction back before it is confirmed."""


class CorrectionProcess(Process):
    """Carries no facts: it points at a Correction through `artifact`."""

    class Meta:
        proxy = True
