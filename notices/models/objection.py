"""What somebody says against a notice, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from notices.models.notice import Notice
from project.kernel.guards import guard
from project.kernel.hands import hands, stood_in_for
from project.kernel.roles import Permission, held, held_either
from project.kernel.secrets import EncryptedTextField
from registry.access import areas, in_areas, scoped
from registry.models import Area


def by_field(related="+"):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name=related
    )


class ObjectionQuerySet(scoped(Permission.NOTICE_VIEW)):
    def visible_to(self, user):
        """Whoever sees the notices there sees what is said against them; complaints only the few
        who look into them, so that nobody complained about reads them.
        """
        reported = in_areas(areas(user, Permission.COMPLAINT_VIEW))
        said = in_areas(areas(user, Permission.NOTICE_VIEW))
        return self.filter(Q(notice__isnull=False) & said | Q(notice__isnull=True) & reported)

    def pending(self):
        """Objections nobody has answered yet; they stop the line they are about."""
        return self.filter(state__in=Objection.PENDING)

    def stopping(self):
        """Those that stop what they are about: not answered yet, or upheld."""
        return self.filter(Q(state__in=Objection.PENDING) | Q(outcome=Objection.Outcome.UPHELD))


@guard(_("The notice this objection was upheld against still stands."))
def has_its_consequence(objection):
    """An upheld objection to days, or to a whole list, is closed once the list is taken back."""
    if objection.outcome != Objection.Outcome.UPHELD:
        return True
    notice = objection.notice
    if notice is None:
        return True
    whole = objection.line is None or notice.kind == Notice.Kind.ATTENDANCE
    if not whole or notice.state == Notice.State.VOID:
        return True
    return [translate("The objection was upheld: send back what the notice shows, then close it.")]


class Objection(ConcurrentTransitionMixin, models.Model):
    """An objection to one line of a notice, or to all of it; it may be anonymous."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        ASSIGNED = "assigned", _("Assigned")
        VERIFIED = "verified", _("Verified")
        ANSWERED = "answered", _("Answered")
        CLOSED = "closed", _("Closed")

    class Channel(models.TextChoices):
        WEB = "web", _("Web page")
        PHONE = "phone", _("Telephone")
        PAPER = "paper", _("Paper")

    class Outcome(models.TextChoices):
        UPHELD = "upheld", _("Upheld")
        UNFOUNDED = "unfounded", _("Unfounded")

    PENDING = [State.RECEIVED, State.ASSIGNED, State.VERIFIED]
    state = FSMField(
        _("state"), default=State.RECEIVED, choices=State.choices, protected=True, max_length=12
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="objections", db_index=False)
    # Without a notice it is a complaint (举报): the county has it, and no village sees it.
    notice = models.ForeignKey(
        Notice, models.PROTECT, null=True, blank=True, related_name="objections"
    )
    place = models.ForeignKey(
        *(Area, models.PROTECT),
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("village it is about"),
    )
    line = models.PositiveIntegerField(_("line of the notice"), null=True, blank=True)
    channel = models.CharField(_("channel"), max_length=5, choices=Channel)
    text = models.TextField(_("what is said"))
    complainant = EncryptedTextField(_("name"), blank=True, default="")
    contact = EncryptedTextField(_("telephone"), blank=True, default="")
    code = models.CharField(_("receipt"), max_length=12, unique=True)
    received_on = models.DateField(_("received on"))
    due_on = models.DateField(_("answer due on"))
    received_by = by_field()
    assignee = by_field("assigned_objections")
    finding = models.TextField(_("what was found"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    answered_by = by_field()

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        indexes = [models.Index(fields=["area", "id"], name="objection_by_area")]
        constraints = [
            models.CheckConstraint(
                name="objection_answered_by_somebody_with_an_outcome",
                condition=Q(answered_on__isnull=True, answered_by__isnull=True)
                | Q(answered_on__isnull=False, answered_by__isnull=False) & ~Q(outcome=""),
            ),
            models.CheckConstraint(name="objection_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="complaint_is_against_no_line",
                condition=Q(notice__isnull=False, place__isnull=True) | Q(line__isnull=True),
            ),
            models.CheckConstraint(
                name="objection_answered_by_another",
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("assignee")),
            ),
        ]

    def __str__(self):
        return f"{self.title} · {self.code}"

    @property
    def title(self):
        """The notice it is said against, or that it is a complaint."""
        return self.notice.title if self.notice else translate("Complaint")

    def barred(self, by):
        """One person names who looks into it, another looks, and whoever looked does not answer."""
        assigns = by.has_perm(Permission.OBJECTION_ASSIGN, self.area_id)
        if self.state == self.State.ASSIGNED and not self.named(by) and not assigns:
            return [self.not_yours()]
        looked = self.assignee_id in hands(by, since=self.received_on)
        if self.state == self.State.VERIFIED and looked:
            return [translate("You looked into this objection; another person must answer it.")]
        return []

    def named(self, user):
        """Whether it was given to the user, or to somebody whom the user replaces today."""
        return self.assignee_id in {user.pk, *stood_in_for(user)}

    def verifiable_by(self, user):
        """Say whether the user's roles let them look into objections here."""
        return user.has_perm(Permission.OBJECTION_VERIFY, self.area_id)

    def not_yours(self):
        """What is said to whoever would verify in the place of the person named."""
        words = translate("%(name)s looks into this objection; it is not yours to verify.")
        return words % {"name": self.assignee}

    @transition(
        state,
        source=[State.RECEIVED, State.ASSIGNED],
        target=State.ASSIGNED,
        permission=held(Permission.OBJECTION_ASSIGN),
    )
    def assign(self, *, assignee):
        """Name who looks into it."""
        self.assignee = assignee

    @transition(
        state,
        source=State.ASSIGNED,
        target=State.RECEIVED,
        permission=held_either(Permission.OBJECTION_ASSIGN, Permission.APPOINT),
    )
    def hand_back(self):
        """Whoever looked into it leaves; somebody else has to be named."""
        self.assignee = None

    @transition(
        state,
        source=State.ASSIGNED,
        target=State.VERIFIED,
        permission=held(Permission.OBJECTION_VERIFY),
    )
    def verify(self, *, finding, outcome):
        """Write down what was found."""
        self.finding, self.outcome = finding, outcome

    @transition(
        state,
        source=State.VERIFIED,
        target=State.ANSWERED,
        permission=held(Permission.OBJECTION_ANSWER),
    )
    def reply(self, *, by, on, answer):
        """Tell the complainant, or the public where nobody gave a name."""
        self.answer, self.answered_on, self.answered_by = answer, on, by

    @transition(
        state,
        source=State.ANSWERED,
        target=State.CLOSED,
        conditions=[has_its_consequence],
        permission=held(Permission.OBJECTION_ANSWER),
    )
    def close(self):
        """What follows from the answer has been done."""


class ObjectionProcess(Process):
    """Carries no facts: it points at an Objection through `artifact`."""

    class Meta:
        proxy = True
