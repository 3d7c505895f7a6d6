"""A post: why it is needed, what is done on it, and what it costs."""

from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from contracts.models import Contract
from policy.models import Fund
from posts import checks
from project.kernel.guards import warned_by
from project.kernel.money import AmountField
from project.kernel.months import today
from project.kernel.roles import Permission, held
from registry.access import scoped
from registry.models import Area, Unit


class PostQuerySet(scoped(Permission.POST_VIEW)):
    def with_vacancies(self):
        """Add `held`, the people who hold the post, and `vacancies`, the room that is left.

        People are counted, not contracts: a renewal is a second contract of the same person, and
        whoever leaves takes their place to the last working day.
        """
        live = Q(
            hires__contract__state__in=["signed", "in_force", "suspended", "ended"],
            hires__contract__ends_on__gte=today(),
        )
        return self.annotate(
            held=Count("hires__person", filter=live, distinct=True),
            vacancies=F("headcount") - F("held"),
        )


class Post(ConcurrentTransitionMixin, models.Model):
    """A rural public-welfare post of a village: what is done, for how much, from which fund."""

    # The village answers for the days of a post by its sheet; nobody else attests them.
    attested = False

    class State(models.TextChoices):
        DRAFTED = "drafted", _("Drafted")
        SUBMITTED = "submitted", _("Submitted")
        REVIEWED = "reviewed", _("Reviewed")
        APPROVED = "approved", _("Approved")
        OPEN = "open", pgettext_lazy("post", "Open")
        SUSPENDED = "suspended", _("Suspended")
        CLOSED = "closed", pgettext_lazy("post", "Closed")
        RETURNED = "returned", _("Returned")
        REJECTED = "rejected", _("Rejected")

    chain = ("draft", "submit", "review", "approve", "open", "renew")
    together = ("draft", "submit")
    restarts = ("send_back", "open", "renew")

    state = FSMField(
        _("state"), default=State.DRAFTED, choices=State.choices, protected=True, max_length=12
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="posts", db_index=False, verbose_name=_("village")
    )
    number = models.CharField(_("post number"), max_length=40, unique=True)
    title = models.CharField(_("post"), max_length=60)
    post_type = models.CharField(_("post type"), max_length=30)
    duties = models.TextField(_("duties"), blank=True)
    department = models.ForeignKey(
        Unit, models.PROTECT, related_name="developed_posts", verbose_name=_("department")
    )
    fund = models.ForeignKey(Fund, models.PROTECT, related_name="posts", verbose_name=_("fund"))
    standard = AmountField(_("subsidy standard"))
    headcount = models.PositiveSmallIntegerField(_("headcount"), default=1)
    workload = models.TextField(_("workload standard"), blank=True)
    place = models.CharField(_("place of work"), max_length=120, blank=True)
    hours = models.DecimalField(
        _("hours a month"), max_digits=5, decimal_places=1, null=True, blank=True
    )
    pay_basis = models.CharField(
        _("pay basis"),
        max_length=6,
        choices=Contract.PayBasis,
        default=Contract.PayBasis.MONTH,
    )
    kind = models.CharField(
        _("kind of contract"),
        max_length=10,
        choices=Contract.Kind,
        default=Contract.Kind.SERVICE,
    )
    unit = models.CharField(_("using unit"), max_length=80, blank=True)
    manager = models.CharField(_("person in charge"), max_length=60, blank=True)
    manager_phone = models.CharField(_("telephone"), max_length=20, blank=True)
    minutes = models.TextField(_("village committee's minutes"), blank=True)
    due_on = models.DateField(_("to be decided by"), null=True, blank=True)
    approved_until = models.DateField(_("approved until"), null=True, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        indexes = [models.Index(fields=["area", "id"], name="post_by_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "title", "post_type", "department", "fund", "standard"],
                condition=~Q(state__in=["closed", "rejected"]),
                name="like_posts_of_a_village_are_one",
            ),
            models.CheckConstraint(name="post_pays_something", condition=Q(standard__gt=0)),
            models.CheckConstraint(name="post_has_room", condition=Q(headcount__gte=1)),
        ]

    def __str__(self):
        return f"{self.area} · {self.title}"

    @transition(
        state,
        source=[State.DRAFTED, State.RETURNED],
        target=State.SUBMITTED,
        conditions=[checks.need_is_described, checks.employer_is_not_barred],
        permission=held(Permission.POST_SUBMIT),
    )
    def submit(self, *, due_on):
        """The village asks for the post."""
        self.due_on = due_on

    @transition(
        state,
        source=State.SUBMITTED,
        target=State.REVIEWED,
        conditions=[checks.type_is_allowed],
        permission=held(Permission.POST_REVIEW),
    )
    @warned_by(checks.is_on_a_par, checks.has_workload)
    def review(self, *, due_on):
        """The township finds the post needed."""
        self.due_on = due_on

    @transition(
        state,
        source=State.REVIEWED,
        target=State.APPROVED,
        conditions=[
            checks.quota_has_room,
            checks.policy_is_valid,
            checks.employer_is_not_barred,
        ],
        permission=held(Permission.POST_APPROVE),
    )
    def approve(self, *, until, due_on):
        """The county department approves the post up to a day."""
        self.approved_until, self.due_on = until, due_on

    @transition(
        state,
        source=State.APPROVED,
        target=State.OPEN,
        conditions=[checks.budget_has_room, checks.employer_is_not_barred],
        permission=held(Permission.POST_OPEN),
    )
    def open(self):
        """Finance finds the money; people may be hired."""

    @transition(
        state,
        source=State.OPEN,
        target=State.OPEN,
        conditions=[
            checks.policy_is_valid,
            checks.budget_has_room,
            checks.employer_is_not_barred,
        ],
        permission=held(Permission.POST_APPROVE),
    )
    def renew(self, *, until):
        """The yearly look: the post is still needed."""
        self.approved_until = until

    @transition(
        state, source=State.OPEN, target=State.SUSPENDED, permission=held(Permission.POST_CLOSE)
    )
    def suspend(self):
        """No work is planned on the post for a while."""

    @transition(
        state, source=State.SUSPENDED, target=State.OPEN, permission=held(Permission.POST_CLOSE)
    )
    def resume(self):
        """Work goes on."""

    @transition(
        state,
        source=[State.OPEN, State.SUSPENDED],
        target=State.CLOSED,
        conditions=[checks.nobody_holds_it],
        permission=held(Permission.POST_CLOSE),
    )
    def close(self):
        """The post is no longer needed; nobody holds it any more."""

    @transition(
        state,
        source=State.SUBMITTED,
        target=State.RETURNED,
        permission=held(Permission.POST_REVIEW),
    )
    @transition(
        state,
        source=State.REVIEWED,
        target=State.RETURNED,
        permission=held(Permission.POST_APPROVE),
    )
    @transition(
        state,
        source=State.APPROVED,
        target=State.RETURNED,
        permission=held(Permission.POST_OPEN),
    )
    def send_back(self):
        """Give the request back to the village."""

    @transition(
        state,
        source=[State.SUBMITTED, State.REVIEWED, State.APPROVED],
        target=State.REJECTED,
        permission=held(Permission.POST_APPROVE),
    )
    def reject(self):
        """The post is not set up."""


class PostProcess(Process):
    """Carries no facts: it points at a Post through `artifact`."""

    class Meta:
        proxy = True
