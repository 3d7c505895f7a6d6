"""The labour shares of projects as people read them: planned and paid, the minimum, what lacks."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from project.kernel import pages
from project.kernel.money import yuan
from workrelief.forecast import Forecast, forecast
from workrelief.models import Project
from workrelief.shares import ZERO, Share, percent, shares

STEP = Decimal("0.1")  # a bar ends at the next full tenth of the money
HUNDRED = Decimal(100)


def lay_shares(projects):
    """Lay beside each project the shares of its fund lines, those of all in one statement."""
    for project in projects:
        project.labour_shares = []
    by_number = {project.pk: project for project in projects}
    if by_number:
        for share in shares(Project.objects.filter(pk__in=by_number)):
            by_number[share.project].labour_shares.append(share)


def fund_of(share):
    return f"{share.fund_name} {share.year}"


def least_of(share):
    """The minimum as a share, or that no rule asks for one."""
    return _("no minimum") if share.minimum is None else percent(share.minimum, 1)


def lacking(share, labour):
    """What labour lacks to the minimum, in yuan; nothing where it is reached."""
    return ZERO if share.reaches(labour) else share.least - labour


def with_share(share, labour):
    return f"{yuan(labour)} ({percent(labour, share.amount)})"


def of_each(words):
    """A cell that says one thing of each fund line, in their order."""
    return lambda project: "；".join(words(share) for share in project.labour_shares)


@dataclass(frozen=True)
class Bar:
    """A fund line's labour drawn over its money, in hundredths of the bar's whole length."""

    share: Share
    expected: Forecast | None
    top: Decimal

    @property
    def fund(self):
        return fund_of(self.share)

    @property
    def planned(self):
        return self._long(self.share.planned / self.share.amount)

    @property
    def paid(self):
        return self._long(self.share.paid / self.share.amount)

    @property
    def committed(self):
        return self._long((self.share.paid + self.share.committed) / self.share.amount)

    @property
    def least(self):
        return None if self.share.minimum is None else self._long(self.share.minimum)

    @property
    def low(self):
        return self._long(self.expected.low / self.share.amount)

    @property
    def high(self):
        return self._long(self.expected.high / self.share.amount)

    @property
    def end(self):
        return f"{self.top * HUNDRED:.0f}%"

    @property
    def says(self):
        """The two numbers and what they are held against."""
        share = self.share
        words = {
            "planned": percent(share.planned, share.amount),
            "paid": percent(share.paid, share.amount),
            "least": least_of(share),
        }
        if share.minimum is None:
            return _("Planned %(planned)s, paid %(paid)s; no rule asks for a minimum.") % words
        return _("Planned %(planned)s, paid %(paid)s, at least %(least)s.") % words

    @property
    def foresees(self):
        """What is to be expected at completion, with its range; nothing before work was paid."""
        if self.expected is None:
            return ""
        amounts = vars(self.expected).items()
        words = {name: percent(labour, self.share.amount) for name, labour in amounts}
        return _("At completion %(point)s is to be expected, between %(low)s and %(high)s.") % words

    @property
    def lacks(self):
        """What lacks in the plan, and what will lack as things go, exactly and in yuan."""
        share, found = self.share, []
        if not share.plan_reaches:
            amount = yuan(lacking(share, share.planned))
            found.append(_("The plan lacks %(amount)s yuan of labour.") % {"amount": amount})
        if self.expected and not share.reaches(self.expected.point):
            amount = yuan(lacking(share, self.expected.point))
            found.append(
                _("As things go, %(amount)s yuan of labour will lack at completion.")
                % {"amount": amount}
            )
        return found

    @property
    def open(self):
        """What has still to arrive before the project can be accepted."""
        if self.share.paid_reaches:
            return ""
        amount = yuan(lacking(self.share, self.share.paid))
        return _("%(amount)s yuan have still to arrive on people's cards.") % {"amount": amount}

    def _long(self, part):
        return f"{min(part / self.top, 1) * HUNDRED:.2f}"


def bars_of(project):
    """A bar for each fund line of a project whose shares lie beside it."""
    reports = list(project.progress.values_list("on", "percent"))
    return [_bar(share, reports) for share in project.labour_shares]


def _bar(share, reports):
    """As long as the largest of what it shows, and a step further; a wide range is cut off."""
    expected = forecast(reports, share.payments, share.committed)
    shown = [share.planned, share.paid + share.committed, share.least]
    most = max([*shown, expected.point] if expected else shown) / share.amount
    return Bar(share, expected, (most // STEP + 1) * STEP)


FUND_LINES = (
    pages.Column(gettext_lazy("Fund"), fund_of),
    pages.Column(gettext_lazy("Issued on"), "issued_on", align="end"),
    pages.Column(gettext_lazy("Amount (yuan)"), "amount", align="end"),
    pages.Column(
        gettext_lazy("Labour planned (yuan)"), lambda s: with_share(s, s.planned), align="end"
    ),
    pages.Column(gettext_lazy("On its way (yuan)"), lambda s: yuan(s.committed), align="end"),
    pages.Column(gettext_lazy("Labour paid (yuan)"), lambda s: with_share(s, s.paid), align="end"),
    pages.Column(gettext_lazy("Minimum"), least_of, align="end"),
    pages.Column(
        gettext_lazy("The plan lacks (yuan)"), lambda s: yuan(lacking(s, s.planned)), align="end"
    ),
    pages.Column(
        gettext_lazy("Still to arrive (yuan)"), lambda s: yuan(lacking(s, s.paid)), align="end"
    ),
)
