"""One person's way onto a post: applied, checked, appraised, on notice, approved, placed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from contracts.models import Contract
from notices.models import Notice
from posts import eligibility, hire_checks
from posts.models.post import Post
from posts.models.recruitment import Appraisal, Recruitment
from project.kernel.guards import warned_by
from project.kernel.roles import Permission, held
from registry.access import scoped
from registry.kinship import kin_sentences
from registry.models import Area, Person


def by_field():
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )


class Hire(ConcurrentTransitionMixin, models.Model):
    """One person's way onto a post; its last step leaves a contract behind."""

    class State(models.TextChoices):
        APPLIED = "applied", _("Applied")
        CHECKED = "checked", _("Checked")
        APPRAISED = "appraised", _("Appraised")
        ON_NOTICE = "on_notice", _("On public notice")
        CLEARED = "cleared", _("Cleared")
        APPROVED = "approved", _("Approved")
        PLACED = "placed", _("Placed")
        RESERVE = "reserve", _("In reserve")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        OBJECTED = "objected", _("Objected to")

    UNDER_WAY = [
        State.APPLIED,
        State.CHECKED,
        State.APPRAISED,
        State.ON_NOTICE,
        State.CLEARED,
        State.APPROVED,
    ]
    chain = ("apply", "screen", "clear", "overrule", "approve")
    restarts = ()

    state = FSMField(
        _("state"), default=State.APPLIED, choices=State.choices, protected=True, max_length=12
    )
    area = models.ForeignKey(
        Area, models.PROTECT, related_name="hires", db_index=False, verbose_name=_("village")
    )
    post = models.ForeignKey(Post, models.PROTECT, related_name="hires")
    person = models.ForeignKey(Person, models.PROTECT, related_name="hires")
    contract = models.OneToOneField(
        Contract, models.PROTECT, null=True, blank=True, related_name="hire"
    )
    recruitment = models.ForeignKey(
        Recruitment, models.PROTECT, null=True, blank=True, related_name="hires"
    )
    applied_on = models.DateField(_("applied on"))
    source = models.CharField(_("source"), max_length=60, blank=True)
    starts_on = models.DateField(_("planned first day"), null=True, blank=True)
    materials = models.JSONField(_("papers handed in"), default=list, blank=True)
    score = models.PositiveSmallIntegerField(_("priority"), null=True, blank=True)
    score_reasons = models.JSONField(_("reasons of the priority"), default=list, blank=True)
    appraisal = models.ForeignKey(
        Appraisal, models.PROTECT, null=True, blank=True, related_name="hires"
    )
    votes_for = models.PositiveSmallIntegerField(_("for"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("against"), null=True, blank=True)
    votes_abstained = models.PositiveSmallIntegerField(_("abstained"), null=True, blank=True)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, blank=True, related_name="hires")
    notice_line = models.PositiveIntegerField(_("line of the notice"), null=True, blank=True)
    township_notice = models.ForeignKey(
        Notice, models.PROTECT, null=True, blank=True, related_name="township_hires"
    )
    township_line = models.PositiveIntegerField(_("line of the township's notice"), null=True)
    trained_on, trained_by = models.DateField(_("trained on"), null=True, blank=True), by_field()
    training = models.CharField(_("training"), max_length=200, blank=True)

    objects = scoped(Permission.POST_VIEW).as_manager()

    class Meta:
        verbose_name = _("hire")
        verbose_name_plural = _("hires")
        indexes = [models.Index(fields=["area", "id"], name="hire_by_area")]
        constraints = [
            models.CheckConstraint(
                name="placed_means_contract",
                condition=~Q(state="placed") | Q(contract__isnull=False),
            ),
            models.CheckConstraint(
                name="hire_trained_by_somebody",
                condition=Q(trained_on__isnull=True, trained_by__isnull=True)
                | Q(trained_on__isnull=False, trained_by__isnull=False),
            ),
            models.CheckConstraint(
                name="hire_cleared_was_on_notice",
                condition=~Q(state__in=["on_notice", "cleared", "approved"])
                | Q(notice__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["person", "post"],
                condition=Q(
                    state__in=[
                        "applied",
                        "checked",
                        "appraised",
                        "on_notice",
                        "cleared",
                        "approved",
                    ]
                ),
                name="one_application_a_person_and_post",
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.post}"

    def barred(self, by):
        return kin_sentences(self.person, by)

    @transition(
        state,
        source=State.APPLIED,
        target=State.CHECKED,
        conditions=[
            hire_checks.post_is_open,
            hire_checks.starts_within_the_post,
            hire_checks.materials_are_complete,
            eligibility.is_eligible,
        ],
        permission=held(Permission.HIRE_CHECK),
    )
    @warned_by(eligibility.labour_fits, eligibility.offers_were_made)
    def screen(self, *, score, reasons):
        """The papers are complete and every rule of eligibility is met."""
        self.score, self.score_reasons = score, reasons

    @transition(
        state,
        source=State.APPLIED,
        target=State.APPLIED,
        permission=held(Permission.HIRE_APPLY),
    )
    def hand_in(self, *, materials, starts_on=None):
        """Papers that were missing are handed in; the planned first day may be put right."""
        self.materials = materials
        self.starts_on = starts_on or self.starts_on

    @transition(
        state,
        source=State.CHECKED,
        target=State.APPRAISED,
        conditions=[hire_checks.villagers_agree],
        permission=held(Permission.HIRE_APPRAISE),
    )
    def appraise(self):
        """The villagers have voted for the person."""

    @transition(
        state,
        source=[State.APPRAISED, State.ON_NOTICE],
        target=State.ON_NOTICE,
        conditions=[hire_checks.hangs_nowhere],
        permission=held(Permission.HIRE_PUBLICISE),
    )
    def publicise(self, *, notice, line):
        """Hang the name up for everybody to read."""
        self.notice, self.notice_line = notice, line

    @transition(
        state,
        source=State.CLEARED,
        target=State.CLEARED,
        conditions=[hire_checks.township_wants_a_notice],
        permission=held(Permission.RECRUIT),
    )
    def publicise_township(self, *, notice, line):
        """Hang the name up in the township as well, where the rule wants it."""
        self.township_notice, self.township_line = notice, line

    @transition(
        state,
        source=State.ON_NOTICE,
        target=State.CLEARED,
        conditions=[hire_checks.notice_is_certified, hire_checks.nobody_objects],
        permission=held(Permission.HIRE_CLEAR),
    )
    def clear(self):
        """The notice hung for its length and nothing stands against the person."""

    @transition(
        state,
        source=State.CLEARED,
        target=State.APPROVED,
        conditions=[
            hire_checks.post_is_open,
            hire_checks.post_has_room,
            eligibility.is_eligible,
            hire_checks.township_notice_is_certified,
            hire_checks.nobody_objects,
        ],
        permission=held(Permission.HIRE_APPROVE),
    )
    @warned_by(hire_checks.comes_first)
    def approve(self):
        """The county approves the hire."""

    @transition(
        state,
        source=State.APPROVED,
        target=State.APPROVED,
        permission=held(Permission.HIRE_PLACE),
    )
    def train(self, *, by, on, training):
        """The duties and the dangers were explained before the first day (F-08)."""
        self.trained_by, self.trained_on, self.training = by, on, training

    @transition(
        state,
        source=State.APPROVED,
        target=State.PLACED,
        conditions=[
            hire_checks.post_is_open,
            hire_checks.post_has_room,
            hire_checks.starts_within_the_post,
            hire_checks.is_trained,
            eligibility.is_eligible,
            hire_checks.nobody_objects,
        ],
        permission=held(Permission.HIRE_PLACE),
    )
    def place(self, *, contract):
        """Put the person on the post: a contract is drafted."""
        self.contract = contract

    @transition(
        state,
        source=State.ON_NOTICE,
        target=State.OBJECTED,
        conditions=[hire_checks.somebody_objects],
        permission=held(Permission.HIRE_CLEAR),
    )
    def hold_up(self):
        """An objection stops this person and nobody else."""

    @transition(
        state,
        source=State.OBJECTED,
        target=State.CLEARED,
        conditions=[hire_checks.notice_is_certified, hire_checks.nobody_objects],
        permission=held(Permission.HIRE_CLEAR),
    )
    def overrule(self):
        """Every objection has been answered and none was upheld."""

    @transition(
        state,
        source=[State.CHECKED, State.APPRAISED, State.CLEARED],
        target=State.RESERVE,
        permission=held(Permission.HIRE_CHECK),
    )
    def keep_in_reserve(self):
        """No room now; the person comes next when a post falls vacant."""

    @transition(
        state,
        source=State.RESERVE,
        target=State.CHECKED,
        conditions=[
            hire_checks.post_is_open,
            hire_checks.post_has_room,
            hire_checks.starts_within_the_post,
            eligibility.is_eligible,
        ],
        permission=held(Permission.HIRE_CHECK),
    )
    def call_up(self):
        """A post fell vacant: the person of the reserve list is checked again and goes on."""

    @transition(
        state,
        source=[*UNDER_WAY, State.RESERVE, State.OBJECTED],
        target=State.REJECTED,
        permission=held(Permission.HIRE_CHECK),
    )
    def reject(self):
        """The person is not hired, with a written reason."""

    @transition(
        state,
        source=[*UNDER_WAY, State.RESERVE, State.OBJECTED],
        target=State.WITHDRAWN,
        permission=held(Permission.HIRE_APPLY),
    )
    def withdraw(self):
        """The person no longer wants the post."""


class HireProcess(Process):
    """Carries no facts: it points at a Hire through `artifact`."""

    class Meta:
        proxy = True
