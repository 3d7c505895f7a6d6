"""One sheet per village and month over the check-ins."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from attendance.models import sheet_checks as checks
from attendance.models.check_in import CheckIn
from contracts.models import Contract
from notices.models import Notice
from notices.objections import against_lines
from project.kernel.guards import guard
from project.kernel.hands import hands
from project.kernel.months import MonthField, today
from project.kernel.roles import Permission, held
from registry.access import scoped, within
from registry.models import Area


@guard(_("The month is not over yet."))
def month_is_over(sheet):
    return today() > sheet.month.last


@guard(_("The sheet has no line: nobody of this village holds a contract in the month."))
def has_lines(sheet):
    return sheet.lines.exists()


@guard(_("The notice of this sheet has not hung for its full length yet."))
def notice_is_over(sheet):
    if sheet.notice is None or sheet.notice.ends_on is None:
        return False
    if today() > sheet.notice.ends_on:
        return True
    return [
        translate("The notice hangs until %(day)s; the step is open from the day after.")
        % {"day": sheet.notice.ends_on}
    ]


@guard(_("Somebody objects to the days."))
def nobody_objects(sheet):
    """Every line of a sheet must be right: an open objection waits, an upheld one sends it back."""
    return against_lines(sheet.notice)


class SheetQuerySet(scoped(Permission.SHEET_VIEW)):
    def due(self, month, code):
        """The sheets of a month in the villages of an area."""
        return self.filter(within(str(code)), month=month)


class Sheet(ConcurrentTransitionMixin, models.Model):
    """A village's month of attendance: every holder on it, days empty until shown."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CONFIRMED = "confirmed", _("Confirmed by the village")
        ACKNOWLEDGED = "acknowledged", _("Acknowledged by the workers")
        REVIEWED = "reviewed", _("Reviewed by the township")
        ON_NOTICE = "on_notice", _("On public notice")
        FINAL = "final", _("Final")
        BILLED = "billed", _("Billed")
        RETURNED = "returned", _("Returned")

    FROZEN = [
        State.CONFIRMED,
        State.ACKNOWLEDGED,
        State.REVIEWED,
        State.ON_NOTICE,
        State.FINAL,
        State.BILLED,
    ]
    chain = ("confirm", "acknowledge", "review", "certify")
    restarts = ("send_back",)

    state = FSMField(
        _("state"), default=State.OPEN, choices=State.choices, protected=True, max_length=12
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="sheets", db_index=False, verbose_name=_("village")
    )
    month = MonthField(_("month"))
    notice = models.OneToOneField(Notice, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    final_at = models.DateTimeField(_("final at"), null=True, blank=True)
    final_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance sheet")
        verbose_name_plural = _("attendance sheets")
        indexes = [models.Index(fields=["area", "id"], name="sheet_by_area")]
        constraints = [
            models.UniqueConstraint(fields=["area", "month"], name="one_sheet_a_village_and_month"),
            models.CheckConstraint(
                name="sheet_is_made_final_by_somebody",
                condition=Q(final_at__isnull=True, final_by__isnull=True)
                | Q(final_at__isnull=False, final_by__isnull=False),
            ),
            models.CheckConstraint(
                name="sheet_final_was_on_notice",
                condition=~Q(state__in=["on_notice", "final", "billed"]) | Q(notice__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.area} {self.month}"

    def barred(self, by):
        """Nobody confirms days they recorded themselves."""
        recorded = CheckIn.objects.filter(
            contract__sheet_lines__sheet=self,
            day__range=(self.month.first, self.month.last),
            received_by__in=hands(by, since=self.month.first),
            source__in=(CheckIn.Source.BOOK, CheckIn.Source.ROLL_CALL),
        )
        if self.state in (self.State.OPEN, self.State.RETURNED) and recorded.exists():
            return [translate("You recorded days of this sheet; another person must confirm it.")]
        return []

    @transition(
        state,
        source=[State.OPEN, State.RETURNED],
        target=State.CONFIRMED,
        conditions=[
            month_is_over,
            has_lines,
            checks.nothing_waits,
            checks.nothing_is_asked,
            checks.nobody_counts_twice,
            checks.quantities_are_known,
            checks.book_is_scanned,
            checks.book_share_is_kept,
        ],
        permission=held(Permission.SHEET_CONFIRM),
    )
    def confirm(self):
        """The village stands by these days; they are frozen."""

    @transition(
        state,
        source=State.CONFIRMED,
        target=State.ACKNOWLEDGED,
        conditions=[checks.nothing_is_asked],
        permission=held(Permission.SHEET_ACKNOWLEDGE),
    )
    def acknowledge(self):
        """The workers have seen and signed their days on the printed sheet."""

    @transition(
        state,
        source=State.ACKNOWLEDGED,
        target=State.REVIEWED,
        permission=held(Permission.SHEET_REVIEW),
    )
    def review(self):
        """The township has checked the days against their evidence."""

    @transition(
        state,
        source=State.REVIEWED,
        target=State.ON_NOTICE,
        permission=held(Permission.SHEET_PUBLICISE),
    )
    def publicise(self, *, notice):
        """Hang the sheet up in the village."""
        self.notice = notice

    @transition(
        state,
        source=State.ON_NOTICE,
        target=State.FINAL,
        conditions=[notice_is_over, nobody_objects],
        permission=held(Permission.SHEET_CERTIFY),
    )
    def certify(self, *, by, at):
        """The notice hung for its length and nothing stands against the sheet."""
        self.final_by, self.final_at = by, at

    @transition(state, source=[State.FINAL, State.BILLED], target=State.BILLED)
    def bill(self):
        """The days have gone into a payment and are locked for good."""

    @transition(
        state,
        source=[
            State.CONFIRMED,
            State.ACKNOWLEDGED,
            State.REVIEWED,
            State.ON_NOTICE,
            State.FINAL,
        ],
        target=State.RETURNED,
        permission=held(Permission.SHEET_SEND_BACK),
    )
    def send_back(self):
        """Give the sheet back to the village; its notice no longer holds."""
        self.notice = self.final_by = self.final_at = None


FROZEN_LINE = """
    IF (SELECT state FROM attendance_sheet WHERE id = OLD.sheet_id) NOT IN ('open', 'returned')
    THEN RAISE EXCEPTION 'the sheet is confirmed: its days no longer change'
        USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


class SheetLine(models.Model):
    """One holder's month on a sheet: bit n-1 of a mask is day n. Zero until shown.

    Where hours or pieces are paid, those of each day stand beside the masks, and their sum.
    """

    sheet = models.ForeignKey(Sheet, models.PROTECT, related_name="lines", db_index=False)
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="sheet_lines")
    number = models.PositiveIntegerField(_("number"))
    full_days = models.IntegerField(_("full days"), default=0)
    half_days = models.IntegerField(_("half days"), default=0)
    days = models.GeneratedField(
        expression=Func(
            F("full_days"),
            F("half_days"),
            template="(bit_count(full_days::bit(32)) + 0.5 * bit_count(half_days::bit(32)))"
            "::numeric(4,1)",
        ),
        output_field=models.DecimalField(max_digits=4, decimal_places=1),
        db_persist=True,
    )
    # Hours or pieces of each day of the month, where these are paid; empty where nobody knows.
    quantities = ArrayField(
        models.DecimalField(max_digits=6, decimal_places=2, null=True), null=True, blank=True
    )
    quantity = models.DecimalField(
        _("hours or pieces"), max_digits=8, decimal_places=2, null=True, blank=True
    )

    class Meta:
        verbose_name = _("sheet line")
        verbose_name_plural = _("sheet lines")
        ordering = ["sheet", "number"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "contract"], name="one_line_a_holder"),
            models.CheckConstraint(
                name="a_day_is_full_or_half_not_both",
                condition=Exact(F("full_days").bitand(F("half_days")), 0),
            ),
            models.CheckConstraint(
                name="measured_line_has_its_days",
                condition=Q(quantity__isnull=True, quantities__isnull=True)
                | Q(quantity__isnull=False, quantity__gte=0, quantities__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="frozen_line_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=FROZEN_LINE,
            )
        ]

    def __str__(self):
        return f"{self.sheet} · {self.contract}"

    @property
    def measured_words(self):
        """The hours or pieces of the line as notices and papers write them; nothing for others."""
        return self.contract.measured_words(self.quantity)


class SheetProcess(Process):
    """Carries no facts: it points at a Sheet through `artifact`."""

    class Meta:
        proxy = True
