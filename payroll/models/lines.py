"""What each contract earns in a month, written once, and what makes a line wait."""

from decimal import Decimal

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, Least
from django.utils.translation import gettext_lazy as _

from attendance.models import SheetLine
from contracts.models import Contract
from notices.models import Objection
from payroll.models.run import PayRun
from project.kernel.money import AmountField
from project.kernel.months import MonthField
from project.kernel.roles import Permission
from registry.access import scoped
from registry.models import Area, BankAccount, Fact, Person

USER = settings.AUTH_USER_MODEL
ZERO = Value(Decimal(0), output_field=models.DecimalField())

# What papers say of a line that is not the month's subsidy itself.
BESIDE = {"uninsured_days": "（未参保天数）", "social_insurance": "（社保补贴）"}

LINE_IS_KEPT = """
    IF TG_OP = 'DELETE' THEN
        IF (SELECT state FROM payroll_payrun WHERE id = OLD.run_id) = 'prepared'
        THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'pay lines are kept: only a run still in preparation is computed again'
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.standing AND NOT NEW.standing AND to_jsonb(OLD) - 'standing' = to_jsonb(NEW) - 'standing'
    THEN
        IF EXISTS (
            SELECT FROM payroll_sentline s LEFT JOIN payroll_bankresult b ON b.sent_id = s.id
            WHERE s.line_id = OLD.id AND b.outcome IS DISTINCT FROM 'failure'
        ) THEN RAISE EXCEPTION 'money was sent for this line and has not come back'
            USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a pay line never changes: correct it by a new line'
        USING ERRCODE = 'check_violation';
"""
REFERENCES_HOLD = """
    IF EXISTS (
        SELECT FROM fresh LEFT JOIN payroll_payrun r ON r.id = fresh.run_id
        LEFT JOIN contracts_contract c ON c.id = fresh.contract_id
        WHERE r.id IS NULL OR c.id IS NULL OR c.person_id <> fresh.person_id
            OR r.month <> fresh.month
            OR fresh.carried_from_id IS NOT NULL AND NOT EXISTS (
                SELECT FROM payroll_payline o JOIN payroll_payrun s ON s.id = o.run_id
                WHERE o.id = fresh.carried_from_id AND NOT o.standing
                    AND (o.contract_id, o.month, o.item, o.amount)
                      = (fresh.contract_id, fresh.month, fresh.item, fresh.amount)
                    AND r.supplements_id IN (s.id, s.supplements_id)
            )
    ) THEN RAISE EXCEPTION 'a pay line points at a run or contract that does not bear it out'
        USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
"""


class LineState(models.TextChoices):
    """Where a line stands; derived from its holds, its file and the bank's answer, never stored."""

    PAYABLE = "payable", _("Payable")
    HELD = "held", _("Held")
    EXCLUDED = "excluded", _("Nothing due")
    SENT = "sent", _("Sent")
    PAID = "paid", _("Paid")
    RETURNED = "returned", _("Came back")
    REISSUED = "reissued", _("Paid again by a later run")
    CARRIED = "carried", _("Carried to a supplementary run")
    WRITTEN_BACK = "written_back", _("Back in the fund")


def held():
    """A condition: something holds the line and nobody has answered it."""
    return Exists(Hold.objects.waiting().filter(line=OuterRef("pk")))


def objected():
    """A condition: somebody objects to exactly this line of the run's notice, or was right to."""
    said = Objection.objects.stopping()
    return Exists(said.filter(notice=OuterRef("run__notice"), line=OuterRef("number")))


def settled(way):
    """A condition: what came back was settled in a way, and a line that pays again still stands."""
    found = apps.get_model("payroll", "Correction").objects.settling()
    return Exists(found.filter(line=OuterRef("pk"), way=way))


def _returned():
    return Q(sent__results__outcome="failure")


def carried():
    """A condition: a supplementary run took the line over."""
    later = PayLine.objects.filter(carried_from=OuterRef("pk"))
    return Q(standing=False) & Exists(later)


class PayLineQuerySet(scoped(Permission.PAY_VIEW)):
    def with_state(self):
        """Add `state`, read from the rows that say so."""
        return self.annotate(
            is_held=held() | objected(),
            state=Case(
                When(sent__results__outcome="success", then=Value(LineState.PAID)),
                When(_returned() & settled("account"), then=Value(LineState.REISSUED)),
                When(_returned() & settled("write_back"), then=Value(LineState.WRITTEN_BACK)),
                When(_returned(), then=Value(LineState.RETURNED)),
                When(sent__isnull=False, then=Value(LineState.SENT)),
                When(carried(), then=Value(LineState.CARRIED)),
                When(amount=0, then=Value(LineState.EXCLUDED)),
                When(held() | objected(), then=Value(LineState.HELD)),
                default=Value(LineState.PAYABLE),
                output_field=models.CharField(),
            ),
        )

    def payable(self):
        """The lines that go to the bank: something is due and nothing holds them."""
        return self.filter(~held(), ~objected(), amount__gt=0, standing=True)

    def unsettled(self):
        """The lines whose money came back and is neither paid again nor back in the fund."""
        return self.filter(_returned(), ~settled("account"), ~settled("write_back"))

    def held(self):
        return self.filter(held() | objected(), amount__gt=0)


class PayLine(models.Model):
    """What one contract earns in one month: inputs, rules and result, written once.

    amount = due by the days worked, with what is added or taken off (its parts), at least nothing
    and at most the cap, less what is kept back for a recovery. Days that no insurance covers stand
    on a line of their own (S-28); `on_days` are then the days of either line, as a mask.
    """

    class Item(models.TextChoices):
        POST_SUBSIDY = "post_subsidy", _("Post subsidy")
        UNINSURED_DAYS = "uninsured_days", _("Post subsidy of days without insurance")
        SOCIAL_INSURANCE = "social_insurance", _("Social insurance subsidy")

    run = models.ForeignKey(
        PayRun, models.PROTECT, related_name="lines", db_constraint=False, db_index=False
    )
    number = models.PositiveIntegerField(_("number"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="pay_lines", db_constraint=False, db_index=False
    )
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="pay_lines", db_constraint=False, db_index=False
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="pay_lines", db_constraint=False, db_index=False
    )
    account = models.ForeignKey(
        BankAccount,
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    sheet_line = models.ForeignKey(
        SheetLine,
        models.PROTECT,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    month = MonthField(_("month"))
    item = models.CharField(_("item"), max_length=20, choices=Item)
    standard = AmountField(_("standard"))
    days_worked = models.DecimalField(_("days worked"), max_digits=4, decimal_places=1)
    required_days = models.PositiveSmallIntegerField(_("required days"))
    quantity = models.DecimalField(
        _("hours or pieces paid"), max_digits=8, decimal_places=2, null=True, blank=True
    )
    on_days = models.PositiveIntegerField(_("days it is about"), null=True, blank=True)
    due = AmountField(_("due by days"))
    adjusted = AmountField(_("added and taken off"), default=0)
    cap = AmountField(_("cap"), null=True)
    offset = AmountField(_("kept back"), default=0)
    amount = AmountField(_("amount"))
    rules = ArrayField(models.BigIntegerField(), verbose_name=_("rules used"))
    standing = models.BooleanField(default=True)
    carried_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="carried_to",
        db_constraint=False,
        db_index=False,
    )

    objects = PayLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("pay line")
        verbose_name_plural = _("pay lines")
        ordering = ["run", "number"]
        indexes = [
            models.Index(fields=["area", "id"], condition=Q(standing=True), name="line_by_area")
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="line_numbered_once_a_run"),
            models.UniqueConstraint(
                fields=["contract", "month", "item"],
                condition=Q(standing=True),
                name="one_standing_line_a_contract_month_and_item",
            ),
            models.UniqueConstraint(
                fields=["carried_from"],
                condition=Q(carried_from__isnull=False),
                name="line_carried_over_once",
            ),
            models.CheckConstraint(
                name="line_adds_up",
                condition=Q(amount__gte=0, offset__gte=0, due__gte=0)
                & Q(amount=Greatest(ZERO, Least(F("due") + F("adjusted"), F("cap"))) - F("offset")),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="line_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=LINE_IS_KEPT,
            ),
            pgtrigger.Trigger(
                name="line_references_hold",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="fresh"),
                func=REFERENCES_HOLD,
            ),
        ]

    def __str__(self):
        return f"{self.run} · {self.number}"

    @property
    def post_title(self):
        """The post on papers, which are Chinese, with what the line is for if not the subsidy."""
        return self.contract.title + BESIDE.get(self.item, "")

    @property
    def state_words(self):
        """The state in words, for lines read through `with_state`."""
        return LineState(self.state).label


class PayPart(models.Model):
    """What a rule or a recovery adds to a line or takes off it, and the row that says so.

    `source` is the assessment, the offset or nothing, by its kind; `quantity` are days.
    """

    class Kind(models.TextChoices):
        FACTOR = "factor", _("Share for the grade")
        GRADE = "grade", _("Bonus or deduction for the grade")
        ABSENCE = "absence", _("Deduction for days of absence")
        FLOOR = "floor", _("Raised to the least that is paid")
        OFFSET = "offset", _("Kept back for a recovery")

    line = models.ForeignKey(PayLine, models.CASCADE, related_name="parts")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    amount = AmountField(_("amount"))
    quantity = models.DecimalField(_("days"), max_digits=4, decimal_places=1, null=True)
    rule = models.BigIntegerField(_("rule"), null=True)
    source = models.BigIntegerField(_("record"), null=True)

    class Meta:
        verbose_name = _("part of a line")
        verbose_name_plural = _("parts of a line")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "kind"], name="one_part_a_line_and_kind"),
            models.CheckConstraint(
                name="part_says_its_reason",
                condition=~Q(amount=0) & (Q(rule__isnull=False) | Q(source__isnull=False)),
            ),
        ]
        triggers = [pgtrigger.Protect(name="part_is_kept", operation=pgtrigger.Update)]

    def __str__(self):
        return f"{self.line} · {self.get_kind_display()}"


class HoldQuerySet(models.QuerySet):
    def waiting(self):
        """The holds nobody has answered."""
        return self.filter(~Exists(self._answers()))

    def with_answer(self):
        """Add `answer`, the reason with which somebody released the hold."""
        return self.annotate(answer=Subquery(self._answers().values("reason")[:1]))

    @staticmethod
    def _answers():
        answers = Release.objects.annotate(about=Coalesce("fact", 0))
        return answers.filter(
            run=OuterRef("line__run"),
            contract=OuterRef("line__contract"),
            code=OuterRef("code"),
            about=Coalesce(OuterRef("fact"), 0),
        )


class Hold(models.Model):
    """A reason why a line must wait, with its evidence; the line itself stays untouched."""

    class Code(models.TextChoices):
        FACT = "fact", _("Another department's data")
        INSURANCE = "insurance", _("No accident insurance")
        ACCOUNT = "account", _("No current bank account")
        NAME = "name", _("The account is in another name")
        FEW_DAYS = "few_days", _("Fewer days than the rule wants")
        ATTEST = "attest", _("Not attested by whoever directs the work")
        CASE = "case", _("Withheld while a case is looked into")

    line = models.ForeignKey(PayLine, models.CASCADE, related_name="holds")
    code = models.CharField(_("reason"), max_length=12, choices=Code)
    fact = models.ForeignKey(Fact, models.PROTECT, null=True, related_name="+")
    detail = models.CharField(_("detail"), max_length=200, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints = [
            models.UniqueConstraint(
                fields=["line", "code", "fact"], nulls_distinct=False, name="held_once_a_reason"
            )
        ]
        triggers = [pgtrigger.Protect(name="hold_is_kept", operation=pgtrigger.Update)]

    def __str__(self):
        return f"{self.line} · {self.get_code_display()}"


class Release(models.Model):
    """A hold answered by a person with a reason, so that the contract's line may be paid.

    It answers the reason, not the row: when the run is prepared again the answer still stands.
    """

    run = models.ForeignKey(PayRun, models.PROTECT, related_name="releases")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    code = models.CharField(_("reason"), max_length=12, choices=Hold.Code)
    fact = models.ForeignKey(Fact, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(_("reason"))
    released_at = models.DateTimeField(auto_now_add=True)
    released_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "contract", "code", "fact"],
                nulls_distinct=False,
                name="released_once_a_reason",
            ),
            models.CheckConstraint(
                name="release_attests_nothing",
                condition=~Q(code__in=["attest", "case"]),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="release_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return f"{self.contract} · {self.get_code_display()} · {self.released_by}"
