"""Where a bank file has been: who took it locked, who read its password, who held it up again."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from payroll.models.run import PayRun
from project.kernel.roles import Permission
from project.kernel.secrets import EncryptedTextField
from registry.access import scoped

USER = settings.AUTH_USER_MODEL
FORGOTTEN_OR_NOT_BEING_FORGOTTEN = "OLD.password IS NULL OR NEW.password IS NOT NULL"


class FromSomewhere(models.Model):
    """The way by which a file left or came, and the address of the machine at the other end."""

    class Way(models.TextChoices):
        PAGE = "page", _("Page")
        PROGRAM = "program", _("Program")
        COMMAND = "command", _("Command")

    way = models.CharField(_("way"), max_length=10, choices=Way, blank=True)
    address = models.GenericIPAddressField(_("from where"), null=True, blank=True)

    class Meta:
        abstract = True


class LockedFile(models.Model):
    """A locked zip that left the house; its password waits, sealed, for one other person.

    The row changes once: when the password is read, or nobody came for it, it is gone for good.
    """

    run = models.ForeignKey(PayRun, models.PROTECT, related_name="locked_files")
    name = models.CharField(_("file name"), max_length=80)
    sha256 = models.CharField(_("content hash"), max_length=64, db_index=True)
    password = EncryptedTextField(null=True, editable=False)
    made_at = models.DateTimeField(_("taken at"), auto_now_add=True)
    taken_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("taken by"))
    keep_until = models.DateField(_("password is kept until"))
    read_by = models.ForeignKey(
        USER, models.PROTECT, related_name="+", null=True, verbose_name=_("password read by")
    )
    read_at = models.DateTimeField(_("password read at"), null=True)

    objects = scoped(Permission.PAY_PASSWORD, "run__area_id").as_manager()

    class Meta:
        verbose_name = _("locked bank file")
        verbose_name_plural = _("locked bank files")
        constraints = [
            models.CheckConstraint(
                name="password_is_read_by_somebody_else",
                condition=Q(read_by__isnull=True) | ~Q(read_by=F("taken_by")),
            ),
            models.CheckConstraint(
                name="password_that_was_read_is_gone",
                condition=Q(read_by__isnull=True, read_at__isnull=True)
                | Q(read_by__isnull=False, read_at__isnull=False, password__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="locked_file_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="locked_file_only_forgets",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(FORGOTTEN_OR_NOT_BEING_FORGOTTEN),
            ),
            pgtrigger.ReadOnly(
                name="locked_file_stays_as_it_left",
                fields=["run", "name", "sha256", "made_at", "taken_by", "keep_until"],
            ),
        ]

    def __str__(self):
        return self.name


class FileCheck(FromSomewhere):
    """A file held against what was given out before it goes to the bank; changed or not."""

    file = models.ForeignKey("payroll.BankFile", models.PROTECT, related_name="checks")
    name = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(_("content hash"), max_length=64)
    differences = models.PositiveIntegerField(_("differences"))
    handed_over = models.BooleanField(_("handed over to the bank"), default=False)
    note = models.CharField(_("reason"), max_length=200, blank=True)
    checked_at = models.DateTimeField(_("checked at"), auto_now_add=True)
    checked_by = models.ForeignKey(
        USER, models.PROTECT, related_name="+", verbose_name=_("checked by")
    )

    class Meta:
        verbose_name = _("check of a bank file")
        verbose_name_plural = _("checks of bank files")
        constraints = [
            models.CheckConstraint(
                name="changed_file_is_not_handed_over",
                condition=Q(handed_over=False) | Q(differences=0),
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="file_check_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self):
        return self.name
