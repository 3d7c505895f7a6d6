"""An application that a person sent in themselves, until the village takes it up or declines it."""

from functools import cached_property

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from posts.models.hire import Hire
from posts.models.post import Post
from posts.models.recruitment import Recruitment
from project.kernel.guards import guard
from project.kernel.masking import mask_id
from project.kernel.roles import Permission, held
from project.kernel.secrets import EncryptedTextField
from registry.access import scoped
from registry.kinship import kin_sentences
from registry.models import Area, Person


@guard(_("Nobody with this ID number is in the register; register the person first."))
def is_registered(application):
    """The ID number is registered in the township, under the name that was sent."""
    person = application.applicant
    if person is None:
        return False
    if person.area.township_code != application.area.township_code:
        return [
            translate("The person is registered in another township; ask the county to move them.")
        ]
    if person.name == application.name:
        return True
    words = translate(
        "The application names %(sent)s, but the ID number is registered for %(known)s; compare "
        "both with the ID card, then correct the register or decline."
    )
    return [words % {"sent": application.name, "known": person.name}]


class Application(ConcurrentTransitionMixin, models.Model):
    """What one person sent to one call for applicants; accepting it begins their hire."""

    class State(models.TextChoices):
        RECEIVED = "received", _("To be taken up")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    class Channel(models.TextChoices):
        PHONE = "phone", _("By the person on the phone")

    state = FSMField(
        _("state"), default=State.RECEIVED, choices=State.choices, protected=True, max_length=12
    )
    area = models.ForeignKey(
        Area,
        models.PROTECT,
        related_name="applications",
        db_index=False,
        verbose_name=_("village"),
    )
    post = models.ForeignKey(Post, models.PROTECT, related_name="applications")
    recruitment = models.ForeignKey(Recruitment, models.PROTECT, related_name="applications")
    hire = models.OneToOneField(
        Hire, models.PROTECT, null=True, blank=True, related_name="application"
    )
    name = models.CharField(_("name"), max_length=60)
    id_number = EncryptedTextField(_("ID number"))
    id_digest = models.CharField(max_length=64, editable=False)
    id_tail = models.CharField(max_length=4, editable=False)
    phone = EncryptedTextField(_("phone"))
    category = models.CharField(_("category"), max_length=30, blank=True)
    agrees = models.BooleanField(_("agrees to the masked public notice"))
    channel = models.CharField(_("channel"), max_length=5, choices=Channel, default=Channel.PHONE)
    code = models.CharField(_("receipt"), max_length=12, unique=True)
    others = models.JSONField(_("receipts given for other names or phones"), default=list)
    received_at = models.DateTimeField(_("received at"), default=timezone.now)
    due_on = models.DateField(_("answer due on"))

    objects = scoped(Permission.POST_VIEW).as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        indexes = [models.Index(fields=["area", "id"], name="application_by_area")]
        constraints = [
            models.UniqueConstraint(
                fields=["recruitment", "id_digest"], name="one_application_a_person_and_call"
            ),
            models.CheckConstraint(
                name="application_accepted_means_hire",
                condition=Q(state="accepted", hire__isnull=False)
                | ~Q(state="accepted") & Q(hire__isnull=True),
            ),
            models.CheckConstraint(name="application_agrees", condition=Q(agrees=True)),
        ]

    def __str__(self):
        return f"{self.name} · {self.post.title}"

    @property
    def masked_id(self):
        return mask_id(self.id_number)

    @cached_property
    def applicant(self):
        """Whoever the register knows by this ID number."""
        return Person.objects.filter(id_digest=self.id_digest).select_related("area").first()

    def barred(self, by):
        return kin_sentences(self.applicant, by) if self.applicant else []

    @transition(
        state,
        source=State.RECEIVED,
        target=State.ACCEPTED,
        conditions=[is_registered],
        permission=held(Permission.HIRE_APPLY),
    )
    def accept(self, *, hire):
        """The village takes the application up: a hire begins."""
        self.hire = hire

    @transition(
        state,
        source=State.RECEIVED,
        target=State.DECLINED,
        permission=held(Permission.HIRE_APPLY),
    )
    def decline(self):
        """The application goes no further, with a written reason."""


class ApplicationProcess(Process):
    """Carries no facts: it points at an Application through `artifact`."""

    class Meta:
        proxy = True
