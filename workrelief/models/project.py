"""The project: what is built with relief money, and how far it is."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from contracts.models import InsurancePolicy
from project.kernel.guards import warned_by
from project.kernel.money import AmountField
from project.kernel.roles import Permission, held, held_either
from registry.access import scoped
from registry.models import Area, Unit
from workrelief import acceptance, checks
from workrelief.parties import held_as

USER = settings.AUTH_USER_MODEL


class Project(ConcurrentTransitionMixin, models.Model):
    """A work-for-relief project, from the reserve list to the archive that is kept for good."""

    class State(models.TextChoices):
        RESERVE = "reserve", pgettext_lazy("project", "On the reserve list")
        APPLIED = "applied", pgettext_lazy("project", "Applied for")
        PLAN_ISSUED = "plan_issued", _("Plan issued")
        PREPARING = "preparing", pgettext_lazy("project", "In preparation")
        STARTED = "started", _("Under construction")
        MAIN_DONE = "main_done", _("Main works done")
        ACCEPTED = "accepted", pgettext_lazy("project", "Accepted")
        IN_USE = "in_use", _("In use")
        HANDED_OVER = "handed_over", _("Handed over")
        ARCHIVED = "archived", _("Archived")
        SUSPENDED = "suspended", pgettext_lazy("project", "Stopped for a while")
        RECTIFYING = "rectifying", _("Being put right")
        CANCELLED = "cancelled", _("Cancelled")

    class Field(models.TextChoices):
        TRANSPORT = "transport", _("Transport")
        WATER = "water", _("Water conservancy")
        ENERGY = "energy", _("Energy")
        FARMING = "farming", _("Agriculture and countryside")
        TOWN = "town", _("Town construction")
        ECOLOGY = "ecology", _("Ecology and environment")
        DISASTER = "disaster", _("Reconstruction after a disaster")

    class Mode(models.TextChoices):
        TENDER = "tender", _("A contractor by tender, with local labour")
        VILLAGERS = "villagers", _("The villagers themselves, by a project council")
        COLLECTIVE = "collective", _("The village's collective economic organisation")
        COOPERATIVE = "cooperative", _("A labour or farming cooperative")

    class Form(models.TextChoices):
        SPECIAL = "special", _("Project of the special fund")
        FARMING = "farming", _("Work-for-relief way in agricultural infrastructure")
        KEY = "key", _("Government key project")

    # Whoever asks for money does not grant it, and whoever built does not accept.
    chain = ("apply", "issue_plan", "prepare", "start", "accept")
    together = ("apply", "prepare", "start")
    restarts = ()
    # Where work may be done and wages come about.
    AT_WORK = [State.STARTED, State.MAIN_DONE, State.RECTIFYING]

    state = FSMField(
        _("state"), default=State.RESERVE, choices=State.choices, protected=True, max_length=12
    )
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        related_name="relief_projects",
        db_index=False,
        verbose_name=_("area"),
    )
    number = models.CharField(_("project number"), max_length=40, unique=True)
    name = models.CharField(_("project name"), max_length=120)
    form = models.CharField(_("form"), max_length=8, choices=Form, default=Form.SPECIAL)
    field = models.CharField(_("field"), max_length=10, choices=Field)
    mode = models.CharField(_("organisation of labour"), max_length=12, choices=Mode)
    year = models.PositiveSmallIntegerField(_("plan year"))
    content = models.TextField(_("what is built"))
    scale = models.CharField(_("scale"), max_length=200, blank=True)
    investment = AmountField(_("total investment (yuan)"))
    beneficiaries = models.PositiveIntegerField(_("people who benefit"), default=0)
    owner = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("owner")
    )
    contractor = models.CharField(_("contractor or council"), max_length=80, blank=True)
    engineer = models.CharField(_("supervising engineer's office"), max_length=80, blank=True)
    designer = models.CharField(_("designer"), max_length=80, blank=True)
    legal_person = models.CharField(_("project's legal person"), max_length=60, blank=True)
    responsible = models.CharField(_("responsible person"), max_length=60, blank=True)
    supervision = models.CharField(_("unit that supervises directly"), max_length=80, blank=True)
    hotline = models.CharField(_("hotline"), max_length=40, blank=True)
    promised_posts = models.PositiveSmallIntegerField(_("posts promised afterwards"), default=0)
    planned_start = models.DateField(_("planned start"), null=True, blank=True)
    planned_end = models.DateField(_("planned end"), null=True, blank=True)
    # What the budget and the contract must say before work is prepared (R-75, W-10).
    budget_lists_labour = models.BooleanField(
        _("the budget lists labour separately"), default=False
    )
    contract_has_clauses = models.BooleanField(
        _("the works contract has the labour clauses: roster, signature, card, month"),
        default=False,
    )
    plan_received_on = models.DateField(_("plan received on"), null=True, blank=True)
    plan_issued_on = models.DateField(_("plan issued on"), null=True, blank=True)
    plan_document = models.CharField(_("plan document"), max_length=120, blank=True)
    insurance = models.ForeignKey(
        InsurancePolicy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="relief_projects",
        verbose_name=_("work-injury or accident insurance"),
    )
    started_on = models.DateField(_("started on"), null=True, blank=True)
    main_done_on = models.DateField(_("main works done on"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)

    objects = scoped(Permission.RELIEF_VIEW).as_manager()

    class Meta:
        verbose_name = _("work-for-relief project")
        verbose_name_plural = _("work-for-relief projects")
        indexes = [models.Index(fields=["area", "id"], name="relief_project_by_area")]
        constraints = [
            models.CheckConstraint(
                name="project_investment_is_positive", condition=Q(investment__gt=0)
            ),
            models.CheckConstraint(
                name="project_ends_after_it_starts",
                condition=Q(planned_end__isnull=True) | Q(planned_end__gte=F("planned_start")),
            ),
            models.CheckConstraint(
                name="project_at_work_has_begun",
                condition=~Q(state__in=["started", "main_done", "accepted", "in_use"])
                | Q(started_on__isnull=False),
            ),
            models.CheckConstraint(
                name="project_main_done_after_start",
                condition=Q(main_done_on__isnull=True) | Q(main_done_on__gte=F("started_on")),
            ),
            models.CheckConstraint(
                name="project_accepted_was_done",
                condition=~Q(state__in=["accepted", "in_use", "handed_over", "archived"])
                | Q(accepted_on__gte=F("main_done_on")),
            ),
            models.CheckConstraint(
                name="project_prepared_has_a_plan",
                condition=Q(state__in=["reserve", "applied", "cancelled"])
                | Q(plan_issued_on__isnull=False),
            ),
        ]

    def __str__(self):
        return self.name

    @transition(
        state,
        source=State.RESERVE,
        target=State.APPLIED,
        conditions=[checks.is_described],
        permission=held(Permission.RELIEF_OWN),
    )
    def apply(self):
        """Ask for the project's money."""

    @transition(
        state,
        source=State.APPLIED,
        target=State.PLAN_ISSUED,
        conditions=[checks.has_fund_lines, checks.nobody_is_barred],
        permission=held(Permission.RELIEF_PLAN),
    )
    def issue_plan(self, *, document, received_on, on):
        """Hand the plan on with its money, by fund and year (R-77)."""
        self.plan_document, self.plan_received_on, self.plan_issued_on = document, received_on, on

    @transition(
        state,
        source=State.PLAN_ISSUED,
        target=State.PREPARING,
        conditions=[
            checks.labour_is_planned,
            checks.plan_reaches_the_minimum,
            checks.training_is_planned,
            checks.signboard_is_complete,
            checks.papers_speak_of_labour,
            checks.parties_are_named,
            checks.nobody_is_barred,
        ],
        permission=held_as(Permission.RELIEF_OWN, "owner"),
    )
    @warned_by(checks.plan_came_in_time)
    def prepare(self):
        """Labour is planned and the plan reaches each fund's minimum; people may be listed."""

    @transition(
        state,
        source=State.PREPARING,
        target=State.STARTED,
        conditions=[
            checks.roster_is_opened,
            checks.is_insured,
            checks.signboard_stands,
            checks.nobody_is_barred,
        ],
        permission=held_as(Permission.RELIEF_OWN, "owner"),
    )
    @warned_by(checks.relocated_have_their_share)
    def start(self, *, on):
        """Work begins."""
        self.started_on = on

    @transition(
        state,
        source=State.STARTED,
        target=State.MAIN_DONE,
        conditions=[checks.progress_is_whole],
        permission=held_as(Permission.RELIEF_OWN, "owner"),
    )
    @warned_by(checks.pay_keeps_up)
    def finish(self, *, on):
        """The main works are done; nobody works on the site after this day."""
        self.main_done_on = on

    @transition(
        state,
        source=State.MAIN_DONE,
        target=State.ACCEPTED,
        conditions=[
            acceptance.share_is_reached,
            acceptance.nothing_is_unpaid,
            acceptance.everybody_was_trained,
            acceptance.posts_were_created,
            acceptance.papers_are_there,
        ],
        permission=held(Permission.RELIEF_PLAN),
    )
    def accept(self, *, on):
        """The works are accepted, and the people's money has arrived."""
        self.accepted_on = on

    @transition(
        state,
        source=State.MAIN_DONE,
        target=State.RECTIFYING,
        permission=held(Permission.RELIEF_PLAN),
    )
    def rectify(self):
        """What falls short is put right before anybody accepts."""

    @transition(
        state,
        source=State.RECTIFYING,
        target=State.MAIN_DONE,
        permission=held_as(Permission.RELIEF_OWN, "owner"),
    )
    def put_right(self):
        """What fell short is put right; the acceptance may look again."""

    @transition(
        state,
        source=State.ACCEPTED,
        target=State.IN_USE,
        permission=held(Permission.RELIEF_OWN),
    )
    def put_in_use(self):
        """People use what was built."""

    @transition(
        state,
        source=State.IN_USE,
        target=State.HANDED_OVER,
        permission=held(Permission.RELIEF_OWN),
    )
    def hand_over(self):
        """Whoever keeps it in order has taken it over."""

    @transition(
        state,
        source=State.HANDED_OVER,
        target=State.ARCHIVED,
        conditions=[acceptance.papers_are_there],
        permission=held(Permission.RELIEF_PLAN),
    )
    def archive(self):
        """The papers of the labour's pay are kept for good (R-72)."""

    @transition(
        state,
        source=State.STARTED,
        target=State.SUSPENDED,
        permission=held_either(Permission.RELIEF_OWN, Permission.RELIEF_PLAN),
    )
    def suspend(self):
        """Stop work for a while; nobody works on days of a stop."""

    @transition(
        state,
        source=State.SUSPENDED,
        target=State.STARTED,
        permission=held_either(Permission.RELIEF_OWN, Permission.RELIEF_PLAN),
    )
    def resume(self):
        """Go on with the work."""

    @transition(
        state,
        source=[State.RESERVE, State.APPLIED, State.PLAN_ISSUED, State.PREPARING],
        target=State.CANCELLED,
        conditions=[checks.nobody_is_placed],
        permission=held(Permission.RELIEF_PLAN),
    )
    def cancel(self):
        """The project is given up before anybody worked on it."""


class ProjectProcess(Process):
    """Carries no facts: it points at a Project through `artifact`."""

    class Meta:
        proxy = True
