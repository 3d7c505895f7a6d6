"""Pay that waits while a case is looked into, or that a decision keeps back for good (扣发)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from project.kernel.months import MonthField
from project.kernel.roles import Permission
from registry.access import scoped
from registry.models import Area

USER = settings.AUTH_USER_MODEL


class WithholdingQuerySet(scoped(Permission.PAY_VIEW)):
    def live(self):
        """Those that hold lines now."""
        return self.filter(lifted_at__isnull=True)


class Withholding(models.Model):
    """The lines of a contract from month to month wait, by a case; nobody releases them by a word.

    Lifted, the next run pays what is due. `final`, the decision keeps these months back for good.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("area"))
    contract = models.ForeignKey(
        Contract, models.PROTECT, related_name="withholdings", verbose_name=_("contract")
    )
    first = MonthField(_("from the month"))
    last = MonthField(_("to the month"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500)
    decision = models.CharField(_("case or decision"), max_length=120)
    final = models.BooleanField(_("for good"), default=False)
    begun_at = models.DateTimeField(_("since"), auto_now_add=True)
    begun_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("by"))
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)
    lifted_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lifted by")
    )
    lifted_because = models.CharField(_("why it was lifted"), max_length=500, blank=True)

    objects = WithholdingQuerySet.as_manager()

    class Meta:
        verbose_name = _("withheld pay")
        verbose_name_plural = _("withheld pay")
        indexes = [
            models.Index(
                fields=["contract"],
                condition=Q(lifted_at__isnull=True),
                name="withholding_live",
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="withholding_has_its_months",
                condition=Q(last__isnull=True) | Q(last__gte=F("first")),
            ),
            models.CheckConstraint(name="withholding_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="withholding_for_good_has_an_end", condition=Q(final=False) | ~Q(last=None)
            ),
            models.CheckConstraint(
                name="withholding_is_lifted_by_somebody_who_says_why",
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_because="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="withholding_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="lifted_withholding_is_frozen",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__lifted_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="withholding_stays_what_it_is",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("contract", "first", "reason", "begun_by", "area"),
            ),
        ]

    def __str__(self):
        return f"{self.contract} · {self.first}"
