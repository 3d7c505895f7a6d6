"""People who sign in, what was done to each record, and long work under way."""

import pgtrigger
from django.conf import settings
from django.contrib.auth import get_backends
from django.contrib.auth.models import AbstractUser
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """Somebody who signs in. What they may do, only their appointments say."""

    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self):
        return self.name or self.username

    def has_perm(self, perm, obj=None):
        """Nobody is above the roles: a superuser has no right that no role gives."""
        backends = [backend for backend in get_backends() if hasattr(backend, "areas")]
        return self.is_active and any(b.has_perm(self, perm, obj) for b in backends)

    def has_module_perms(self, app_label):
        return False


class EventQuerySet(models.QuerySet):
    def of(self, record):
        return self.filter(
            record_type=ContentType.objects.get_for_model(record), record_id=record.pk
        )

    def name_of(self, by, record, *verbs):
        """The person who took a step, and in whose place, as papers name them; blank for nobody."""
        if by is None:
            return ""
        taken = self.of(record).filter(by=by, verb__in=verbs).exclude(after="refused")
        event = taken.select_related("by").last()
        return event.who if event else str(by)


class Event(models.Model):
    """One thing done to one record. Written once, never edited."""

    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verb = models.CharField(_("step"), max_length=50)
    before = models.CharField(_("before"), max_length=30, blank=True)
    after = models.CharField(_("after"), max_length=30, blank=True)
    note = models.TextField(_("reason"), blank=True)
    data = models.JSONField(default=dict, blank=True)
    record_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    record_id = models.PositiveBigIntegerField()
    record = GenericForeignKey("record_type", "record_id")

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["pk"]
        indexes = [models.Index(fields=["record_type", "record_id", "id"])]
        triggers = [
            pgtrigger.Protect(
                name="event_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return f"{self.verb} {self.record_type_id}/{self.record_id}"

    @property
    def who(self):
        """Who did it, and in whose place; every paper and page that names who acted says both."""
        absent = "、".join(self.data.get("in_place_of", {}).values())
        if not absent:
            return str(self.by)
        words = translate("%(name)s (in place of %(absent)s)")
        return words % {"name": self.by, "absent": absent}


class Job(models.Model):
    """Long work under way, for the page that shows its progress."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    kind = models.CharField(_("kind"), max_length=50)
    title = models.CharField(_("title"), max_length=200)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(_("total"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    message = models.TextField(_("message"), blank=True)
    url = models.CharField(_("result"), max_length=200, blank=True)
    # What was found out, where that is kept nowhere else; what was done is in the records.
    found = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self):
        return self.title


class Token(models.Model):
    """A program's way to act as a person. Only the digest is kept; the secret is shown once.

    `scopes` are the permissions it uses of those the person holds; empty for all of them.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens")
    name = models.CharField(_("used by"), max_length=60)
    created = models.DateTimeField(_("made at"), auto_now_add=True)
    expires_on = models.DateField(_("last day"))
    last_used = models.DateTimeField(_("last used at"), null=True, blank=True)
    scopes = ArrayField(
        models.CharField(max_length=60),
        default=list,
        db_default=[],
        blank=True,
        verbose_name=_("for"),
    )
    read_only = models.BooleanField(_("only reads"), default=False, db_default=False)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self):
        return f"{self.user} · {self.name}"
