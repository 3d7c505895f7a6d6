"""Public notices: frozen, masked, posted for their full length, certified at the end."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, transition
from viewflow.workflow.models import Process

from policy.selectors import rule
from project.kernel.guards import guard
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import scoped
from registry.models import Area
from registry.workdays import Unit


@guard(_("The notice period is not over yet."))
def is_over(notice):
    if notice.ends_on is None:
        return False
    if today() > notice.ends_on:
        return True
    return [
        translate("The notice hangs until %(day)s; the step is open from the day after.")
        % {"day": notice.ends_on}
    ]


@guard(_("Photos of the notice on the board are missing."))
def has_its_photos(notice):
    """Where the rule asks for them, a photo shows the board at the start and at the end."""
    wanted = rule("notice.photos", on=notice.posted_on, area=notice.area_id)
    if notice.kind not in wanted:
        return True
    there = set(notice.photos.values_list("moment", flat=True))
    words = {
        "start": translate("Add the photo of the board on the day the notice was posted."),
        "end": translate("Add the photo of the board at the end of the notice."),
    }
    return [sentence for moment, sentence in words.items() if moment not in there]


def is_certified_alone(notice, user):
    """Sheets and runs certify their notices themselves; the others have a step of their own."""
    alone = notice.kind in Notice.ALONE
    return alone and user.has_perm(Permission.HIRE_CLEAR, notice.area_id)


class Notice(ConcurrentTransitionMixin, models.Model):
    """What was hung up for everybody to read. Its content never changes."""

    class State(models.TextChoices):
        PREPARED = "prepared", _("Prepared")
        POSTED = "posted", _("Posted")
        ENDED = "ended", _("Ended")
        CERTIFIED = "certified", _("Certified")
        VOID = "void", _("Void")

    class Kind(models.TextChoices):
        RECRUITMENT = "recruitment", _("Recruitment")
        HIRE = "hire", _("Proposed hires")
        ATTENDANCE = "attendance", _("Attendance")
        PAY = "pay", _("Subsidy payment")
        PROJECT = "project", _("Work-for-relief project")

    ALONE = [Kind.RECRUITMENT, Kind.HIRE, Kind.PROJECT]

    state = FSMField(
        _("state"), default=State.PREPARED, choices=State.choices, protected=True, max_length=12
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    area = models.ForeignKey(Area, models.PROTECT, related_name="notices", db_index=False)
    title = models.CharField(_("title"), max_length=120)
    content = models.JSONField(_("content"))
    sha256 = models.CharField(_("content hash"), max_length=64)
    days = models.PositiveSmallIntegerField(_("days"))
    unit = models.CharField(_("counted in"), max_length=10, choices=Unit.choices)
    posted_on = models.DateField(_("posted on"), null=True, blank=True)
    posted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    certified_on = models.DateField(_("certified on"), null=True, blank=True)
    certified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = scoped(Permission.NOTICE_VIEW).as_manager()

    class Meta:
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        indexes = [models.Index(fields=["area", "id"], name="notice_by_area")]
        constraints = [
            models.CheckConstraint(
                name="notice_is_posted_by_somebody",
                condition=Q(posted_on__isnull=True, posted_by__isnull=True, ends_on__isnull=True)
                | Q(posted_on__isnull=False, posted_by__isnull=False, ends_on__isnull=False),
            ),
            models.CheckConstraint(
                name="notice_hangs_its_full_length", condition=Q(ends_on__gt=F("posted_on"))
            ),
            models.CheckConstraint(
                name="notice_is_certified_by_somebody",
                condition=Q(certified_on__isnull=True, certified_by__isnull=True)
                | Q(certified_on__gt=F("ends_on"), certified_by__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="notice_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="notice_content_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("content", "sha256", "kind", "area", "days", "unit"),
            ),
        ]

    def __str__(self):
        return self.title

    @transition(state, source=State.PREPARED, target=State.POSTED)
    def post(self, *, by, on, ends_on):
        """Hang the notice up; the first day is the day after posting."""
        self.posted_by, self.posted_on, self.ends_on = by, on, ends_on

    @transition(
        state,
        source=State.POSTED,
        target=State.CERTIFIED,
        conditions=[is_over, has_its_photos],
        permission=is_certified_alone,
    )
    def certify(self, *, by, on):
        """Witness that the notice hung for its full length."""
        self.certified_by, self.certified_on = by, on

    @transition(
        state, source=State.POSTED, target=State.CERTIFIED, conditions=[is_over, has_its_photos]
    )
    def certify_along(self, *, by, on):
        """Witness it together with the sheet or the run that the notice belongs to."""
        self.certified_by, self.certified_on = by, on

    @transition(state, source=[State.PREPARED, State.POSTED, State.CERTIFIED], target=State.VOID)
    def void(self):
        """Take back a notice whose content no longer holds."""

    def line_numbers(self):
        """The numbers by which its lines are named: as written, else by their place."""
        rows = self.content.get("rows", [])
        return [row.get("number", place) for place, row in enumerate(rows, start=1)]


class NoticeProcess(Process):
    """Carries no facts: it points at a Notice through `artifact`."""

    class Meta:
        proxy = True
