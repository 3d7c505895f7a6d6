"""Who looked at what is protected, who is signed in, and the seals on what was written."""

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class Look(models.Model):
    """Somebody read what is protected: a number unmasked, a picture, a file taken out.

    `people` are the numbers of those it shows, so that each of them can be told who looked.
    Written once; nobody can switch it off.
    """

    class What(models.TextChoices):
        NUMBER = "number", _("Whole ID or account number")
        PHOTO = "photo", _("Picture")
        PAPER = "paper", _("Scan or paper")
        EXPORT = "export", _("List taken out")
        CASE = "case", _("Case file")

    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("who looked"))
    what = models.CharField(_("what was read"), max_length=8, choices=What)
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    people = ArrayField(models.BigIntegerField(), default=list, verbose_name=_("people"))
    rows = models.PositiveIntegerField(_("rows"), default=1)
    record_type = models.ForeignKey(
        ContentType, models.PROTECT, null=True, blank=True, related_name="+"
    )
    record_id = models.PositiveBigIntegerField(null=True, blank=True)
    record = GenericForeignKey("record_type", "record_id")

    class Meta:
        verbose_name = _("look at protected data")
        verbose_name_plural = _("looks at protected data")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["record_type", "record_id", "id"], name="look_by_record"),
            GinIndex(fields=["people"], name="look_by_person"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="look_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return f"{self.by} · {self.get_what_display()} · {self.at:%Y-%m-%d %H:%M}"


class SignIn(models.Model):
    """One session of somebody: when and where it began, and when it was ended.

    Only a digest of the session's key is kept; whoever reads this table cannot take a session over.
    """

    user = models.ForeignKey(USER, models.PROTECT, related_name="sign_ins")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    agent = models.CharField(_("browser"), max_length=200, blank=True)
    second_factor = models.BooleanField(_("with a second factor"), default=False)
    began_at = models.DateTimeField(_("began at"), auto_now_add=True)
    seen_at = models.DateTimeField(_("last seen at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes = [
            models.Index(fields=["user"], condition=Q(ended_at__isnull=True), name="sign_in_open")
        ]
        triggers = [pgtrigger.Protect(name="sign_in_is_kept", operation=pgtrigger.Delete)]

    def __str__(self):
        return f"{self.user} · {self.began_at:%Y-%m-%d %H:%M}"


class Seal(models.Model):
    """A link of the chain over what was written: hourly, each one signed, each on the one before.

    `heads` says of each append-only table up to which row it is sealed, how many rows that are, and
    the hash of the rows since the seal before. `hash` is over number, previous and heads.
    """

    number = models.PositiveIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("sealed at"))
    heads = models.JSONField(_("what is sealed"))
    previous = models.CharField(_("hash of the seal before"), max_length=64, blank=True)
    hash = models.CharField(_("hash"), max_length=64, unique=True)
    signature = models.TextField(_("signature"))
    key = models.CharField(_("key"), max_length=64)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="seal_follows_another", condition=Q(number=1, previous="") | ~Q(previous="")
            ),
            models.CheckConstraint(
                name="seal_differs_from_the_one_before", condition=~Q(hash=F("previous"))
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="seal_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return f"{self.number} · {self.hash[:12]}"


class SealedRows(models.Model):
    """Up to 4,096 rows of an append-only table under one seal: their numbers, a digest of each.

    A digest is the first eight bytes of the SHA-256 of the row as PostgreSQL writes it, over the
    columns the table had by then, so that a later column does not disturb what was sealed before.
    """

    seal = models.ForeignKey(
        Seal, models.PROTECT, related_name="chunks", db_index=False, verbose_name=_("seal")
    )
    table = models.CharField(_("table"), max_length=63)
    columns = ArrayField(models.CharField(max_length=63), verbose_name=_("columns"))
    first = models.BigIntegerField(_("first row"))
    last = models.BigIntegerField(_("last row"))
    ids = ArrayField(models.BigIntegerField(), verbose_name=_("rows"))
    digests = models.BinaryField(_("digests"))

    class Meta:
        verbose_name = _("sealed rows")
        verbose_name_plural = _("sealed rows")
        ordering = ["table", "last"]
        constraints = [
            models.UniqueConstraint(fields=["table", "last"], name="rows_are_sealed_once"),
            models.UniqueConstraint(
                fields=["seal", "table", "last"], name="sealed_rows_in_their_order"
            ),
            models.CheckConstraint(
                name="sealed_rows_go_upwards", condition=Q(first__lte=F("last"), first__gt=0)
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="sealed_rows_are_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return f"{self.table} {self.first}–{self.last}"
