"""Registers of disposal (档案销毁清册): what expired, who let it go, and what was kept after all.

A register is drawn up, approved by somebody else and only then carried out; it stays for good.
"""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from project.kernel.guards import guard
from project.kernel.roles import Permission, held
from registry.access import scoped
from registry.models.areas import Area
from registry.models.people import Person

USER = settings.AUTH_USER_MODEL
APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete
BACKWARDS = pgtrigger.Condition(
    "OLD.state IS DISTINCT FROM NEW.state AND (OLD.state, NEW.state) NOT IN ("
    "('drawn_up', 'approved'), ('drawn_up', 'refused'), ('approved', 'refused'),"
    " ('approved', 'under_way'), ('under_way', 'carried_out'))"
)


@guard(_("There is nothing on this register that has expired."))
def lists_something(disposal):
    """A register of nothing needs nobody's approval."""
    return disposal.rows > 0


@guard(
    _(
        "No document sets how long this is kept here. Enter the rule with the county's document, "
        "then draw the register up anew."
    )
)
def has_a_basis(disposal):
    """What the house proposes holds nowhere before a county has put it in force."""
    return bool(disposal.basis)


class Disposal(ConcurrentTransitionMixin, models.Model):
    """A register of what has expired in a county, up to a day; nothing goes that is not listed.

    `sha256` is over the list itself, by table and row number: what is approved is what goes.
    """

    class State(models.TextChoices):
        DRAWN_UP = "drawn_up", pgettext_lazy("register", "Drawn up")
        APPROVED = "approved", pgettext_lazy("register", "Approved")
        UNDER_WAY = "under_way", pgettext_lazy("register", "Being carried out")
        CARRIED_OUT = "carried_out", pgettext_lazy("register", "Carried out")
        REFUSED = "refused", pgettext_lazy("register", "Refused")

    class Kind(models.TextChoices):
        EVIDENCE = "evidence", _("Pictures and places of attendance")
        PORTRAITS = "portraits", _("Enrolment pictures of people long gone")
        PEOPLE = "people", _("People who never held a post")

    OPEN = [State.DRAWN_UP, State.APPROVED, State.UNDER_WAY]
    chain = ("draw_up", "approve", "carry_out", "resume")
    together = (
        "draw_up",
        "carry_out",
        "resume",
    )  # whoever drew it up carries out what was approved
    restarts = ()

    state = FSMField(
        _("state"), default=State.DRAWN_UP, choices=State.choices, protected=True, max_length=12
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="disposals", db_index=False, verbose_name=_("county")
    )
    kind = models.CharField(_("what goes"), max_length=10, choices=Kind)
    number = models.CharField(_("register number"), max_length=24, unique=True)
    until = models.DateField(_("expired up to"))
    months = models.PositiveSmallIntegerField(_("months kept"))
    basis = models.CharField(_("by the document"), max_length=200, blank=True)
    rows = models.PositiveBigIntegerField(_("rows"))
    files = models.PositiveBigIntegerField(_("files"))
    people = models.PositiveBigIntegerField(_("people"))
    kept = models.PositiveBigIntegerField(_("rows kept back"))
    sha256 = models.CharField(_("hash of the list"), max_length=64)
    drawn_at = models.DateTimeField(_("drawn up at"), auto_now_add=True)
    drawn_by = models.ForeignKey(
        USER, models.PROTECT, related_name="+", verbose_name=_("drawn up by")
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    approved_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved by")
    )
    carried_by = models.ForeignKey(
        *(USER, models.PROTECT),
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("carried out by"),
    )
    witness = models.CharField(_("supervised on site by"), max_length=60, blank=True)
    carried_at = models.DateTimeField(_("carried out at"), null=True, blank=True)

    objects = scoped(Permission.DISPOSAL_VIEW).as_manager()

    class Meta:
        verbose_name = _("register of disposal")
        verbose_name_plural = _("registers of disposal")
        indexes = [models.Index(fields=["area", "id"], name="disposal_by_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "kind"],
                condition=Q(state__in=["drawn_up", "approved", "under_way"]),
                name="one_open_register_of_a_kind",
            ),
            models.CheckConstraint(
                name="disposal_approved_by_another",
                condition=Q(approved_by__isnull=True)
                | (
                    ~Q(approved_by=F("drawn_by"))
                    & (Q(carried_by__isnull=True) | ~Q(approved_by=F("carried_by")))
                ),
            ),
            models.CheckConstraint(
                name="disposal_carried_out_was_approved",
                condition=Q(state__in=["drawn_up", "approved", "refused"])
                | (
                    Q(approved_by__isnull=False, approved_at__isnull=False)
                    & Q(carried_by__isnull=False)
                    & ~Q(witness="")
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="disposal_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="disposal_begins_at_the_beginning",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__state__df="drawn_up"),
            ),
            pgtrigger.Protect(
                name="disposal_goes_step_by_step", operation=pgtrigger.Update, condition=BACKWARDS
            ),
            pgtrigger.Protect(
                name="disposal_lists_what_it_listed",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    *("area", "kind", "number", "until", "months", "basis", "rows", "files"),
                    *("people", "kept", "sha256", "drawn_at", "drawn_by"),
                ),
            ),
            pgtrigger.Protect(
                name="carried_out_disposal_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="carried_out"),
            ),
        ]

    def __str__(self):
        return self.number

    @transition(
        state,
        source=State.DRAWN_UP,
        target=State.APPROVED,
        conditions=[lists_something, has_a_basis],
        permission=held(Permission.DISPOSAL_APPROVE),
    )
    def approve(self, by, *, at):
        """Somebody other than who drew it up has read the list and lets it go."""
        self.approved_by, self.approved_at = by, at

    @transition(
        state,
        source=State.APPROVED,
        target=State.UNDER_WAY,
        permission=held(Permission.DISPOSAL_DRAW),
    )
    def carry_out(self, by, *, witness):
        """What is listed begins to go, somebody else watching."""
        self.carried_by, self.witness = by, witness

    @transition(
        state,
        source=State.UNDER_WAY,
        target=State.UNDER_WAY,
        permission=held(Permission.DISPOSAL_DRAW),
    )
    def resume(self):
        """Go on where it stopped: what went already goes no second time."""

    @transition(
        state,
        source=State.UNDER_WAY,
        target=State.CARRIED_OUT,
        permission=held(Permission.DISPOSAL_DRAW),
    )
    def finish(self, *, at):
        """Everything listed is gone."""
        self.carried_at = at

    @transition(
        state,
        source=[State.DRAWN_UP, State.APPROVED],
        target=State.REFUSED,
        permission=held(Permission.DISPOSAL_APPROVE),
    )
    def refuse(self):
        """Nothing goes; the next register is drawn up anew."""


class DisposalProcess(Process):
    """Carries no facts: it points at a Disposal through `artifact`."""

    class Meta:
        proxy = True


class DisposalList(models.Model):
    """Up to 4,096 rows of one table on a register: what may go, and nothing else."""

    disposal = models.ForeignKey(
        Disposal, models.PROTECT, related_name="lists", verbose_name=_("register of disposal")
    )
    table = models.CharField(_("table"), max_length=63)
    first = models.BigIntegerField(_("first row"))
    last = models.BigIntegerField(_("last row"))
    ids = ArrayField(models.BigIntegerField(), verbose_name=_("rows"))

    class Meta:
        verbose_name = _("list of a register")
        verbose_name_plural = _("lists of registers")
        indexes = [models.Index(fields=["table", "last"], name="disposal_list_by_row")]
        triggers = [
            pgtrigger.Protect(name="disposal_list_is_append_only", operation=APPEND_ONLY),
            pgtrigger.Trigger(
                name="disposal_list_is_drawn_up_first",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF (SELECT d.state FROM registry_disposal d WHERE d.id = NEW.disposal_id)
                        <> 'drawn_up'
                    THEN RAISE EXCEPTION 'this register is closed: nothing more is listed';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self):
        return f"{self.table} {self.first}–{self.last}"


class KeptBack(models.Model):
    """Somebody whose expired data stays, because something about them is still open."""

    disposal = models.ForeignKey(
        Disposal, models.PROTECT, related_name="kept_back", verbose_name=_("register of disposal")
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("person"))
    reason = models.CharField(_("kept because"), max_length=200)
    rows = models.PositiveIntegerField(_("rows"))

    class Meta:
        verbose_name = _("kept back from a register")
        verbose_name_plural = _("kept back from registers")
        ordering = ["pk"]
        triggers = [pgtrigger.Protect(name="kept_back_is_append_only", operation=APPEND_ONLY)]

    def __str__(self):
        return f"{self.person} · {self.reason}"


class DisposedRows(models.Model):
    """The digests of rows after a register emptied them, so that seals over them can be judged."""

    disposal = models.ForeignKey(
        Disposal, models.PROTECT, related_name="disposed", verbose_name=_("register of disposal")
    )
    table = models.CharField(_("table"), max_length=63)
    columns = ArrayField(models.CharField(max_length=63), verbose_name=_("columns"))
    first = models.BigIntegerField(_("first row"))
    last = models.BigIntegerField(_("last row"))
    ids = ArrayField(models.BigIntegerField(), verbose_name=_("rows"))
    digests = models.BinaryField(_("digests"))

    class Meta:
        verbose_name = _("emptied rows")
        verbose_name_plural = _("emptied rows")
        indexes = [models.Index(fields=["table", "last"], name="disposed_rows_by_row")]
        triggers = [pgtrigger.Protect(name="disposed_rows_are_append_only", operation=APPEND_ONLY)]

    def __str__(self):
        return f"{self.table} {self.first}–{self.last}"
