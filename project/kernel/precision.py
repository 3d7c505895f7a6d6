"""How often doubts were right: most doubts are noise, and who decides should know how much."""

from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

FEW = 20  # decisions below which a share says nothing
RECENT = 40


class Counted:
    """Doubts of one source as they stand: waiting, verifying, confirmed and cleared."""

    waiting: int
    verifying: int
    confirmed: int
    cleared: int

    @property
    def hits(self):
        return self.waiting + self.looked_at

    @property
    def looked_at(self):
        return self.verifying + self.decided

    @property
    def decided(self):
        return self.confirmed + self.cleared

    @property
    def enough(self):
        """Whether so many were decided that a share says something."""
        return self.decided >= FEW

    @property
    def fraction(self):
        """The exact share: confirmed of decided."""
        return f"{self.confirmed}/{self.decided}"

    @property
    def percent(self):
        """The share in per cent to one place, half up; None where too few were decided."""
        if not self.enough:
            return None
        exact = Decimal(self.confirmed) * 100 / self.decided
        return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)

    @property
    def words(self):
        """The share as people read it, or that there are too few decisions to say."""
        if self.enough:
            return f"{self.fraction} = {self.percent} %"
        return _("%(fraction)s: too few decisions to say (fewer than %(few)s)") % {
            "fraction": self.fraction,
            "few": FEW,
        }

    def weighed(self, said):
        """A sentence about recent decisions, with a caution where there were few."""
        return said if self.enough else f"{said} {_('That is too few to judge by.')}"
