"""A day of work as it was reported, with its evidence."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from attendance.models.device import Device
from contracts.models import Contract
from project.kernel.disposable import KeptUnlessDisposed
from registry.models import ImportedFile

# A key for each row would look up and lock the same few rows for every report of a batch: they are
# looked up once a statement, and whoever deletes one of them waits and looks here (migration 0011).
# Both see what was committed before only while no older snapshot is kept.
REFERENCES_HOLD = """
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'check-ins are written under read committed'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    IF EXISTS (
        SELECT FROM fresh
        WHERE (SELECT c.id FROM contracts_contract c WHERE c.id = fresh.contract_id) IS NULL
            OR fresh.received_by_id IS NOT NULL
            AND (SELECT u.id FROM kernel_user u WHERE u.id = fresh.received_by_id) IS NULL
    ) THEN RAISE EXCEPTION 'a check-in points at a contract or a user that is not there'
        USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
"""


class CheckIn(models.Model):
    """One day of work as it was reported, with its evidence. Stored first, judged after."""

    class Source(models.TextChoices):
        MACHINE = "machine", _("Attendance machine")
        PHONE = "phone", _("Own phone")
        ROLL_CALL = "roll_call", _("Roll call on site")
        BOOK = "book", _("Sign-in book")
        CORRECTION = "correction", _("Correction")

    class Kind(models.TextChoices):
        IN = "in", _("Came")
        AGAIN = "again", _("Still there")
        OUT = "out", _("Left")

    class Level(models.IntegerChoices):
        BOOK = 1, _("L1 sign-in book")
        CLERK = 2, _("L2 clerk or machine")
        OWN = 3, _("L3 own check-in with photo")

    client_id = models.UUIDField(unique=True)
    kind = models.CharField(
        _("kind"), max_length=5, choices=Kind, default=Kind.IN, db_default=Kind.IN.value
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="check_ins", db_constraint=False, db_index=False
    )
    day = models.DateField(_("day"))
    worth = models.DecimalField(_("days"), max_digits=2, decimal_places=1, default=1)
    quantity = models.DecimalField(
        _("hours or pieces"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    in_at = models.TimeField(_("in"), null=True, blank=True)
    out_at = models.TimeField(_("out"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    level = models.PositiveSmallIntegerField(_("evidence level"), choices=Level)
    device = models.CharField(_("device"), max_length=40, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    photo = models.CharField(_("photo"), max_length=120, blank=True)
    at = models.DateTimeField(_("the device's time"), null=True, blank=True)
    accuracy = models.PositiveIntegerField(_("accuracy in metres"), null=True, blank=True)
    phone = models.ForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="check_ins", db_index=False
    )
    sequence = models.PositiveIntegerField(_("place in the chain"), null=True, blank=True)
    said = models.TextField(_("as the device said it"), blank=True, db_default="")
    hash = models.CharField(max_length=64, blank=True, db_default="", editable=False)
    signature = models.CharField(max_length=200, blank=True, db_default="", editable=False)
    file = models.ForeignKey(
        ImportedFile, models.PROTECT, null=True, related_name="check_ins", db_index=False
    )
    voids = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="voided_by", db_index=False
    )
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        indexes = [
            models.Index(fields=["contract", "day"], name="check_in_by_day"),
            # Rows are written in the order they arrive: a span of arrivals is found by its blocks.
            BrinIndex(fields=["received_at"], name="check_in_by_arrival", autosummarize=True),
            models.Index(
                fields=["phone", "sequence"],
                condition=Q(phone__isnull=False),
                name="check_in_by_phone",
            ),
            models.Index(fields=["file"], condition=Q(file__isnull=False), name="check_in_by_file"),
        ]
        constraints = [
            models.CheckConstraint(
                name="check_in_is_a_half_or_a_whole_day", condition=Q(worth__in=["0.5", "1"])
            ),
            models.CheckConstraint(
                name="check_in_measures_no_less_than_nothing", condition=Q(quantity__gte=0)
            ),
            # Few check-ins void another: an index over all would cost each of them its place in it.
            models.UniqueConstraint(
                fields=["voids"], condition=Q(voids__isnull=False), name="check_in_is_voided_once"
            ),
            models.CheckConstraint(
                name="check_in_does_not_void_itself", condition=~Q(voids=F("id"))
            ),
            models.CheckConstraint(
                name="check_in_comes_from_somebody",
                condition=Q(received_by__isnull=False) | Q(phone__isnull=False),
            ),
        ]
        triggers = [
            # When the evidence has expired, where it was and on which phone goes; the day stays.
            KeptUnlessDisposed(
                name="check_in_is_append_only",
                blanks=dict.fromkeys(("longitude", "latitude", "accuracy"), "NULL")
                | dict.fromkeys(("device", "said", "signature"), "''"),
            ),
            pgtrigger.Trigger(
                name="check_in_references_hold",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="fresh"),
                func=REFERENCES_HOLD,
            ),
        ]

    def __str__(self):
        return f"{self.contract} {self.day}"
