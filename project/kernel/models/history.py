"""What was changed in every row that may change: written by the database, whoever changed it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from project.kernel.disposable import ROW_TOLD_OF, KeptUnlessDisposed


class Change(models.Model):
    """A row was written, changed or deleted: by whom, by way of what, and from what to what.

    A trigger writes it (`project.kernel.history.Kept`), so bulk updates and SQL by hand leave rows
    too. `was` and `became` hold the columns that differ, as the database writes them; a row that
    was deleted is whole in `was`. Nobody in `by` and nothing in `via`: it came past the house.
    """

    class Deed(models.TextChoices):
        INSERT = "INSERT", _("Written")
        UPDATE = "UPDATE", _("Changed")
        DELETE = "DELETE", _("Deleted")

    at = models.DateTimeField(_("at"))
    table = models.CharField(_("table"), max_length=63)
    row = models.CharField(_("row"), max_length=40)
    deed = models.CharField(_("what was done"), max_length=6, choices=Deed)
    was = models.JSONField(_("before"), null=True)
    became = models.JSONField(_("after"), null=True)
    # A write must not fail for whom it is said to be by; check_integrity looks whether they exist.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        verbose_name=_("by"),
    )
    via = models.TextField(_("by way of"), blank=True)
    server_role = models.CharField(_("role in the database"), max_length=63)

    class Meta:
        verbose_name = _("change of a row")
        verbose_name_plural = _("changes of rows")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["table", "row", "id"], name="change_by_row"),
            models.Index(fields=["id"], condition=Q(by=None, via=""), name="change_by_nobody"),
        ]
        triggers = [
            # Who was made anonymous stands in no history either; that something changed, remains.
            KeptUnlessDisposed(
                name="change_is_append_only",
                blanks={"was": "NULL", "became": "NULL"},
                listed=ROW_TOLD_OF,
            )
        ]

    def __str__(self):
        return f"{self.deed} {self.table} {self.row}"
