"""The second signature of an office under a run, where its amount asks for two people."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payroll.countersign_triggers import RUN, SIGNED_BY_ANOTHER
from payroll.models.run import PayRun

USER = settings.AUTH_USER_MODEL


class Countersignature(models.Model):
    """One more person of an office has signed exactly this content of a run; never changed.

    A run that is sent back is dead and its new revision is another run, so nothing is taken along.
    """

    class Office(models.TextChoices):
        TOWNSHIP = "township", _("Township")
        DEPARTMENT = "department", _("Department")
        FINANCE = "finance", _("Finance")

    run = models.ForeignKey(PayRun, models.PROTECT, related_name="countersignatures")
    office = models.CharField(_("office"), max_length=12, choices=Office)
    sha256 = models.CharField(_("content hash"), max_length=64)
    note = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("by"))

    class Meta:
        verbose_name = _("second signature")
        verbose_name_plural = _("second signatures")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "office"], name="countersigned_once_an_office"),
            models.CheckConstraint(
                name="countersignature_is_of_an_office",
                condition=Q(office__in=["township", "department", "finance"]),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="countersignature_is_append_only",
                operation=pgtrigger.Update | pgtrigger.Delete,
            ),
            pgtrigger.Trigger(
                name="countersigned_by_another",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=RUN,
                func=SIGNED_BY_ANOTHER,
            ),
        ]

    def __str__(self):
        return f"{self.run} · {self.get_office_display()} · {self.by}"
