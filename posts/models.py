"""Posts created because they are needed, and who holds each."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField

from contracts.models import Contract
from policy.models import Fund
from project.kernel.money import AmountField
from project.kernel.roles import Permission
from registry.access import scoped
from registry.models import Area, Person, Unit


class Post(ConcurrentTransitionMixin, models.Model):
    """A rural public-welfare post of a village: what is done, for how much, from which fund."""

    class State(models.TextChoices):
        DRAFTED = "drafted", _("Drafted")
        SUBMITTED = "submitted", _("Submitted")
        REVIEWED = "reviewed", _("Reviewed")
        APPROVED = "approved", _("Approved")
        OPEN = "open", _("Open")
        SUSPENDED = "suspended", _("Suspended")
        CLOSED = "closed", _("Closed")
        RETURNED = "returned", _("Returned")
        REJECTED = "rejected", _("Rejected")

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
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)

    objects = scoped(Permission.POST_VIEW).as_manager()

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
    applied_on = models.DateField(_("applied on"))
    source = models.CharField(_("source"), max_length=60, blank=True)

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
        ]

    def __str__(self):
        return f"{self.person} · {self.post}"
