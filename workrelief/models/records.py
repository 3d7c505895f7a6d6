"""What proves a project: who acts in it, its progress, its training, its papers, its posts."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, TextField, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from posts.models import Post
from registry.models import Person
from workrelief.models.project import Project

USER = settings.AUTH_USER_MODEL
APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


class Party(models.Model):
    """Somebody who acts for one side of one project; nobody acts for two sides of it."""

    class Part(models.TextChoices):
        OWNER = "owner", pgettext_lazy("project", "Owner")
        CONTRACTOR = "contractor", _("Contractor or council")
        ENGINEER = "engineer", _("Supervising engineer")

    project = models.ForeignKey(Project, models.PROTECT, related_name="parties")
    user = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("person"))
    part = models.CharField(_("acts as"), max_length=10, choices=Part)
    named_on = models.DateField(_("named on"))
    named_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "user"],
                condition=Q(until__isnull=True),
                name="one_side_a_person",
            )
        ]

    def __str__(self):
        return f"{self.get_part_display()} · {self.user}"


class Stoppage(models.Model):
    """Days on which the work stood still; nobody is paid for work on them."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="stoppages")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("stoppage")
        verbose_name_plural = _("stoppages")
        constraints = [
            models.CheckConstraint(
                name="stoppage_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            ExclusionConstraint(
                name="one_stoppage_a_day",
                expressions=[
                    ("project", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_on",
                            "ends_on",
                            Value("[]"),
                            function="daterange",
                            output_field=TextField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.starts_on} – {self.ends_on or ''}"


class Progress(models.Model):
    """How far the works are, as reported for a day and looked at by the supervising engineer."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="progress")
    on = models.DateField(_("on"))
    percent = models.DecimalField(_("works done (%)"), max_digits=5, decimal_places=2)
    done = models.TextField(_("what was done"), blank=True)
    reported_at = models.DateTimeField(_("reported at"), auto_now_add=True)
    reported_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ["on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="progress_is_a_share", condition=Q(percent__gte=0, percent__lte=100)
            )
        ]
        triggers = [pgtrigger.Protect(name="progress_is_append_only", operation=APPEND_ONLY)]

    def __str__(self):
        return f"{self.on} {self.percent}%"


class Training(models.Model):
    """A course for the project's workers, planned or held (F-29)."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="trainings")
    on = models.DateField(_("on"))
    topic = models.CharField(_("topic"), max_length=120)
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1)
    teacher = models.CharField(_("teacher"), max_length=60)
    planned_people = models.PositiveIntegerField(_("planned people"), default=0)
    held = models.BooleanField(_("held"), default=False)
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        ordering = ["on", "pk"]
        constraints = [models.CheckConstraint(name="training_takes_time", condition=Q(hours__gt=0))]

    def __str__(self):
        return f"{self.on} {self.topic}"


class Trainee(models.Model):
    """A worker who signed the list of a course."""

    training = models.ForeignKey(Training, models.CASCADE, related_name="trainees")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("trainee")
        verbose_name_plural = _("trainees")
        constraints = [
            models.UniqueConstraint(fields=["training", "person"], name="trained_once_a_course")
        ]

    def __str__(self):
        return str(self.person)


class ProjectPaper(models.Model):
    """A paper or picture of the project with its hash, kept as it came and for good (R-72)."""

    class Kind(models.TextChoices):
        FEASIBILITY = "feasibility", _("Feasibility report with its chapter on labour")
        BUDGET = "budget", _("Budget with labour listed")
        ORGANISATION = "organisation", _("Plan of labour organisation (F-23)")
        WORKS_CONTRACT = "works_contract", _("Works contract")
        SIGNBOARD = "signboard", _("Photo of the signboard")
        TRAINING = "training", _("Signed training list (F-29)")
        LEDGER = "ledger", _("Attendance ledger (F-26)")
        WAGES = "wages", _("Signed wage list (F-27)")
        NOTICE = "notice", _("Photo of the wage notice (F-28)")
        BANK_SLIP = "bank_slip", _("Bank slip")
        ACCEPTANCE = "acceptance", _("Acceptance (F-30)")
        OTHER = "other", _("Other")

    project = models.ForeignKey(Project, models.PROTECT, related_name="papers")
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    file = models.FileField(_("file"), upload_to="workrelief/%Y/%m/")
    name = models.CharField(_("file name"), max_length=120)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("added by"))

    class Meta:
        verbose_name = _("project paper")
        verbose_name_plural = _("project papers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "sha256"], name="project_paper_once")
        ]
        triggers = [pgtrigger.Protect(name="project_paper_is_append_only", operation=APPEND_ONLY)]

    def __str__(self):
        return self.name


class CreatedPost(models.Model):
    """A public-welfare post that came about through the project, as it was promised."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="created_posts")
    post = models.OneToOneField(Post, models.PROTECT, related_name="relief_origin")
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("post created by a project")
        verbose_name_plural = _("posts created by projects")

    def __str__(self):
        return str(self.post)
