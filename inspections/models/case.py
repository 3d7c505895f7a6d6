"""A case: what somebody is said to have done, what shows it, what they say, what was decided."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from contracts.models import Contract
from inspections import case_checks as checks
from inspections.models.doubt import Doubt
from notices.models import Objection
from project.kernel.months import MonthField
from project.kernel.roles import Permission, held, held_either
from registry.access import scoped
from registry.models import Area, Person

USER = settings.AUTH_USER_MODEL
APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


class Case(ConcurrentTransitionMixin, models.Model):
    """A suspected violation that is looked into, heard, decided and carried through (W-9).

    Every consequence is a measure, carried out by whoever may do that anyway; the case itself
    changes no contract and no pay. `violation` is a code of the catalogue, V-01 to V-38.
    """

    class State(models.TextChoices):
        OPENED = "opened", pgettext_lazy("case", "Opened")
        INVESTIGATING = "investigating", _("Being investigated")
        HEARD = "heard", pgettext_lazy("case", "Heard")
        DECIDED = "decided", pgettext_lazy("case", "Decided")
        RECOVERING = "recovering", _("Money is being recovered")
        APPEALED = "appealed", _("Appealed")
        TRANSFERRED = "transferred", _("Handed to discipline inspection")
        RECTIFIED = "rectified", _("Put right")
        CLOSED = "closed", pgettext_lazy("case", "Closed")
        DROPPED = "dropped", _("Dropped: not true")

    BEFORE_DECISION = [State.OPENED, State.INVESTIGATING, State.HEARD]
    CARRIED_THROUGH = [State.DECIDED, State.RECOVERING]
    chain = ("investigate", "hear", "decide", "answer_appeal", "reopen")
    together = ("investigate", "hear")
    restarts = ()

    state = FSMField(
        _("state"), default=State.OPENED, choices=State.choices, protected=True, max_length=14
    )
    number = models.CharField(_("case number"), max_length=24, unique=True)
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="cases", db_index=False, verbose_name=_("area")
    )
    violation = models.CharField(_("violation"), max_length=4)
    person = models.ForeignKey(
        *(Person, models.PROTECT),
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("person"),
    )
    contract = models.ForeignKey(
        *(Contract, models.PROTECT),
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("contract"),
    )
    employer = models.CharField(_("employer"), max_length=80, blank=True)
    first = MonthField(_("from the month"))
    last = MonthField(_("to the month"))
    allegation = models.TextField(_("what is alleged"))
    doubt = models.OneToOneField(
        *(Doubt, models.PROTECT),
        null=True,
        blank=True,
        related_name="case",
        verbose_name=_("doubt"),
    )
    complaint = models.ForeignKey(
        *(Objection, models.PROTECT),
        null=True,
        blank=True,
        related_name="cases",
        verbose_name=_("complaint"),
    )
    opened_on = models.DateField(_("opened on"))
    opened_by = models.ForeignKey(
        USER, models.PROTECT, related_name="+", verbose_name=_("opened by")
    )
    finding = models.TextField(_("what was found out"), blank=True)
    statement = models.TextField(_("what the person says"), blank=True)
    heard_on = models.DateField(_("heard on"), null=True, blank=True)
    decision = models.TextField(_("decision"), blank=True)
    basis = models.TextField(_("grounds of the decision"), blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    appeal_until = models.DateField(_("appeal until"), null=True, blank=True)
    appeal = models.TextField(_("appeal"), blank=True)
    appealed_on = models.DateField(_("appealed on"), null=True, blank=True)
    answer = models.TextField(_("answer to the appeal"), blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    transferred_to = models.CharField(_("handed to"), max_length=120, blank=True)
    transfer_paper = models.CharField(_("paper it was handed over by"), max_length=120, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = scoped(Permission.CASE_VIEW).as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["area", "id"], name="case_by_area"),
            models.Index(
                fields=["contract"],
                condition=~Q(state__in=["closed", "dropped"]),
                name="case_running",
            ),
        ]
        constraints = [
            models.CheckConstraint(name="case_has_its_months", condition=Q(last__gte=F("first"))),
            models.CheckConstraint(
                name="case_is_about_somebody",
                condition=Q(person__isnull=False) | ~Q(employer=""),
            ),
            models.CheckConstraint(
                name="case_contract_is_of_its_person",
                condition=Q(contract__isnull=True) | Q(person__isnull=False),
            ),
            models.CheckConstraint(name="case_says_what", condition=~Q(allegation="")),
            models.CheckConstraint(
                name="case_decided_by_somebody_after_a_hearing",
                condition=Q(
                    state__in=["opened", "investigating", "heard", "dropped", "transferred"]
                )
                | (
                    Q(decided_by__isnull=False, decided_on__isnull=False, heard_on__isnull=False)
                    & ~Q(decision="")
                    & ~Q(finding="")
                ),
            ),
            models.CheckConstraint(
                name="appeal_answered_by_another",
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("decided_by")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="case_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="closed_case_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state="closed"),
            ),
            pgtrigger.Protect(
                name="case_stays_what_it_is",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(
                    *("number", "area", "person", "contract", "employer", "doubt", "complaint"),
                    *("opened_on", "opened_by", "allegation"),
                ),
            ),
        ]

    def __str__(self):
        return self.number

    @property
    def people(self):
        return [self.person_id] if self.person_id else []

    def barred(self, by):
        """Nobody acts on a case about themselves, their household or a declared relative."""
        return checks.barred(self, by)

    @transition(
        state,
        source=[State.OPENED, State.INVESTIGATING],
        target=State.INVESTIGATING,
        permission=held(Permission.CASE_INVESTIGATE),
    )
    def investigate(self, *, finding, first, last):
        """What was found out is written down, as it comes; the months may change with it."""
        self.finding = finding or self.finding
        self.first, self.last = first or self.first, last or self.last

    @transition(
        state,
        source=[State.INVESTIGATING, State.HEARD],
        target=State.HEARD,
        conditions=[checks.has_a_finding, checks.has_evidence],
        permission=held(Permission.CASE_HEAR),
    )
    def hear(self, *, statement, on):
        """The person was shown the finding; what they say, or that they are silent, is kept."""
        self.statement, self.heard_on = statement, on

    @transition(
        state,
        source=State.HEARD,
        target=State.DECIDED,
        conditions=[checks.has_evidence, checks.has_measures],
        permission=held(Permission.CASE_DECIDE),
    )
    def decide(self, *, by, on, decision, basis, appeal_until):
        """Somebody who did not look into it decides, with the measures that follow."""
        self.decided_by, self.decided_on = by, on
        self.decision, self.basis, self.appeal_until = decision, basis, appeal_until

    @transition(
        state,
        source=[*BEFORE_DECISION, State.TRANSFERRED],
        target=State.DROPPED,
        conditions=[checks.work_goes_on],
        permission=held(Permission.CASE_INVESTIGATE),
    )
    def drop(self, *, finding, on):
        """It is not true, or cannot be shown; nothing of it stays on anybody."""
        self.finding, self.closed_on = finding, on

    @transition(
        state,
        source=[*BEFORE_DECISION, *CARRIED_THROUGH],
        target=State.TRANSFERRED,
        conditions=[checks.has_evidence],
        permission=held(Permission.CASE_DECIDE),
    )
    def transfer(self, *, to, paper):
        """Handed to discipline inspection or the police, with what was found."""
        self.transferred_to, self.transfer_paper = to, paper

    @transition(
        state,
        source=State.TRANSFERRED,
        target=State.INVESTIGATING,
        permission=held(Permission.CASE_INVESTIGATE),
    )
    def take_back(self):
        """They have answered or left it to us; it goes on here."""

    @transition(
        state,
        source=[State.DECIDED, State.RECOVERING],
        target=State.RECOVERING,
        permission=held_either(Permission.RECOVERY_PROPOSE, Permission.CASE_INVESTIGATE),
    )
    def recover(self):
        """A recovery of the decision has begun."""

    @transition(
        state,
        source=[State.DECIDED, State.RECOVERING, State.RECTIFIED],
        target=State.APPEALED,
        conditions=[checks.appeal_is_in_time],
        permission=held_either(Permission.CASE_HEAR, Permission.CASE_INVESTIGATE),
    )
    def object(self, *, appeal, on):
        """The person appeals, within the days for it; what is not done yet waits."""
        self.appeal, self.appealed_on = appeal, on

    @transition(
        state,
        source=State.APPEALED,
        target=State.DECIDED,
        permission=held(Permission.CASE_DECIDE),
    )
    def answer_appeal(self, *, by, on, answer):
        """Somebody who neither looked into it nor decided it lets the decision stand."""
        self.answer, self.answered_by, self.answered_on = answer, by, on

    @transition(
        state,
        source=State.APPEALED,
        target=State.INVESTIGATING,
        permission=held(Permission.CASE_DECIDE),
    )
    def reopen(self, *, by, on, answer):
        """The appeal is upheld: measures not carried out are lifted, and it is looked into anew."""
        self.answer, self.answered_by, self.answered_on = answer, by, on

    @transition(
        state,
        source=CARRIED_THROUGH,
        target=State.RECTIFIED,
        conditions=[checks.measures_are_carried_out],
        permission=held_either(Permission.CASE_INVESTIGATE, Permission.MEASURE_REPORT),
    )
    def rectify(self):
        """Every measure is carried through: money is back, exits are made, reports are in."""

    @transition(
        state,
        source=[State.RECTIFIED, State.TRANSFERRED],
        target=State.CLOSED,
        conditions=[checks.appeal_days_are_over, checks.nothing_is_held_back],
        permission=held(Permission.CASE_DECIDE),
    )
    def close(self, *, on):
        """Somebody looks over it once more, and it is done."""
        self.closed_on = on


class CaseProcess(Process):
    """Carries no facts: it points at a Case through `artifact`."""

    class Meta:
        proxy = True


class Exhibit(models.Model):
    """One piece of evidence of a case, written once: a file, a saying, or a snapshot of records.

    `data` of a snapshot is what the records said when it was taken; `sha256` is of the file, or of
    the data as canonical JSON. `source` names the record it was taken from, as a doubt names it.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Picture")
        SCAN = "scan", _("Scan of a paper")
        SAYING = "saying", _("Statement of somebody")
        DATA = "data", _("Records as they stood")
        VISIT = "visit", _("Visit")

    case = models.ForeignKey(Case, models.PROTECT, related_name="exhibits", db_index=False)
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("what it says"), blank=True)
    file = models.FileField(_("file"), upload_to="cases/%Y/%m/", blank=True)
    name = models.CharField(_("file name"), max_length=120, blank=True)
    data = models.JSONField(_("records"), null=True, blank=True)
    source = models.JSONField(_("taken from"), default=dict, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    taken_on = models.DateField(_("of the day"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=120, blank=True)
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("added by"))

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("pieces of evidence")
        ordering = ["case", "number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="exhibit_numbered_once"),
            models.CheckConstraint(
                name="exhibit_shows_something",
                condition=~Q(file="") | ~Q(text="") | Q(data__isnull=False),
            ),
        ]
        triggers = [pgtrigger.Protect(name="exhibit_is_append_only", operation=APPEND_ONLY)]

    def __str__(self):
        return f"{self.case} · {self.number}"
