"""The pages of work-for-relief: shares against minimums, people and days, lateness of wages."""

from collections import defaultdict
from decimal import Decimal

from django.urls import path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from project.kernel import pages
from project.kernel.money import half_up
from project.kernel.months import today
from project.kernel.pages.workbooks import download, workbook
from project.kernel.roles import Permission
from registry.models import Area, Person
from reports.charts import beside, courses
from reports.relief_forms import ReliefForm
from reports.relief_sums import arrivals, course, overview, people
from workrelief.shares import ZERO, percent
from workrelief.workbooks import dispatch_workbook, ledger_workbook

SHOWN = 50
DRAWN = 12
SEXES = dict(Person.Sex.choices)
HEADS = (
    *(_("Project"), _("Project number"), _("Township"), _("State"), _("Fund"), _("Amount (yuan)")),
    *(_("Minimum"), _("Labour planned"), _("Labour paid"), _("On its way"), _("Works done (%)")),
    *(_("Forecast at completion"), _("From"), _("To"), _("Months of late wages")),
)
TABS = (
    ("relief", _("Labour shares")),
    ("relief-people", _("People and days")),
    ("relief-late", _("Lateness of wages")),
)


class ReliefPage(pages.Permitted, TemplateView):
    """One page of the three; the filters hold on all of them."""

    permission = Permission.RELIEF_VIEW
    title = ""

    def get(self, request, *args, **kwargs):
        self.form = ReliefForm(request.GET, user=request.user)
        if not self.form.is_valid():
            errors = self.form.errors.items()
            faults = [f"{self.form.fields[name].label}: {said[0]}" for name, said in errors]
            return self.render_to_response(self.get_context_data(faults=faults))
        if file := self.file(request.GET.get("format", "")):
            return file
        return self.render_to_response(self.get_context_data(**self.told()))

    def file(self, asked):
        """The workbook asked for, if the page has any."""

    def told(self):
        raise NotImplementedError

    def get_context_data(self, **kwargs):
        asked = self.request.GET.copy()
        asked.pop("format", None)
        query = f"?{asked.urlencode()}" if asked else ""
        here = self.request.resolver_match.url_name
        tabs = [(words, reverse(f"reports:{name}") + query, name == here) for name, words in TABS]
        told = {"title": self.title, "form": self.form, "tabs": tabs}
        return super().get_context_data(**told | kwargs)


class Shares(ReliefPage):
    """Every fund line: planned, paid and forecast against its minimum, and what is late."""

    template_name = "reports/relief.html"
    title = _("Labour shares")

    def lines(self):
        asked = self.form.cleaned_data
        fund = asked["fund"].pk if asked["fund"] else ""
        return overview(self.form.projects(), fund=fund, short=asked["short"])

    def file(self, asked):
        tables = {"dispatch.xlsx": dispatch_workbook, "ledger.xlsx": ledger_workbook}
        if asked == "xlsx":
            heads = [str(head) for head in HEADS]
            rows = [cells(line) for line in self.lines()]
            return workbook("relief-shares", heads, rows, by=self.request.user)
        if asked in tables:
            content = tables[asked](self.form.projects(), today(), place=self._place())
            name = f"{asked.removesuffix('.xlsx')}-{today()}"
            return download(name, content, by=self.request.user)
        return None

    def _place(self):
        """The area asked for, or the one area in which all its projects lie."""
        asked = self.form.cleaned_data["area"]
        counties = {code[:6] for code in self.form.projects().values_list("area", flat=True)}
        code = asked or (f"{counties.pop()}000000" if len(counties) == 1 else "")
        found = Area.objects.filter(code=code).first()
        return found.name if found else ""

    def told(self):
        lines = self.lines()
        months = course(lines)
        charts = [self._course(months), self._lines(lines)] if lines else []
        return {
            "rows": [shown(line) for line in lines[:SHOWN]],
            "over": len(lines) > SHOWN,
            "charts": charts,
            "summary": summary(lines) if lines else "",
        }

    def _course(self, months):
        paid = [(str(one.month), hundredths(one.paid, one.amount)) for one in months]
        least = [(str(one.month), hundredths(one.least, one.amount)) for one in months]
        series = [(translate("Labour paid (%)"), paid), (translate("Minimum (%)"), least)]
        rows = [
            (one.month, [one.paid, one.amount, percent(one.paid, one.amount), one.least])
            for one in months
        ]
        return {
            "title": _("Labour paid against the minimum, month by month"),
            "words": ahead(months[-1]) if months else "",
            "picture": courses(series),
            "heads": [
                *(_("Month"), _("Labour paid (yuan)"), _("Funds given (yuan)"), _("Share")),
                _("Least labour (yuan)"),
            ],
            "rows": rows,
        }

    def _lines(self, lines):
        """The fund lines that lack most of their minimum, or the first of them all."""
        most = sorted(lines, key=lambda line: line.share.paid - line.share.least)[:DRAWN]
        names = [f"{line.name[:14]} · {line.share.fund_name[:6]}" for line in most]
        series = [
            (translate("Labour planned (%)"), [line.share.planned for line in most]),
            (translate("Labour paid (%)"), [line.share.paid for line in most]),
            (translate("Minimum (%)"), [line.share.least for line in most]),
        ]
        bars = [
            (
                words,
                [
                    (name, hundredths(yuan, line.share.amount))
                    for name, yuan, line in zip(names, sums, most, strict=True)
                ],
            )
            for words, sums in series
        ]
        return {
            "title": _("The fund lines that lack most"),
            "words": translate("At most %(count)s are drawn; the table above holds them all.")
            % {"count": DRAWN},
            "picture": beside(bars, flat=True),
            "heads": [_("Project"), _("Planned"), _("Paid"), _("Minimum")],
            "rows": [
                (f"{line.name} · {line.share.fund_name}", [texts[1], texts[2], texts[0]])
                for line in most
                for texts in [texts_of(line)]
            ],
        }


class People(ReliefPage):
    """People and person-days by category and sex."""

    template_name = "reports/relief_people.html"
    title = _("People and days")

    def told(self):
        groups = people(self.form.projects())
        sums = defaultdict(lambda: {"people": 0, "worked": 0, "days": Decimal(0)})
        names = {}
        for group in groups:
            names[group.category] = group.words
            for key in (group.category, (group.category, group.sex)):
                for name in ("people", "worked", "days"):
                    sums[key][name] += getattr(group, name)
        rows = [(name, category, self._row(sums, category)) for category, name in names.items()]
        charts = []
        if groups:
            charts = [
                self._chart(_("People by category and sex"), "people", names, sums),
                self._chart(_("Person-days by category and sex"), "days", names, sums),
            ]
        return {
            "rows": rows,
            "charts": charts,
            "total": total(groups),
            "sexes": list(SEXES.values()),
        }

    def _row(self, sums, category):
        return [
            sums[category]["people"],
            *(sums[category, sex]["people"] for sex in SEXES),
            sums[category]["worked"],
            sums[category]["days"],
            *(sums[category, sex]["days"] for sex in SEXES),
        ]

    def _chart(self, title, of, names, sums):
        series = [
            (str(words), [(str(names[c]), sums[c, sex][of]) for c in names])
            for sex, words in SEXES.items()
        ]
        most = max(names, key=lambda category: sums[category][of])
        return {
            "title": title,
            "words": translate("Most of them: %(category)s.") % {"category": names[most]},
            "picture": beside(series, flat=True),
            "heads": [_("Category"), *SEXES.values()],
            "rows": [(names[c], [sums[c, sex][of] for sex in SEXES]) for c in names],
        }


class Lateness(ReliefPage):
    """How many days after their due day the wages of each month arrived (R-81)."""

    template_name = "reports/relief_late.html"
    title = _("Lateness of wages")

    def told(self):
        found = arrivals(self.form.projects())
        late = [one for one in found if one.days]
        by_month = defaultdict(list)
        for one in found:
            by_month[one.month].append(one)
        return {
            "rows": late[:SHOWN],
            "over": len(late) > SHOWN,
            "charts": [self._chart(by_month)] if found else [],
        }

    def _chart(self, by_month):
        months = [(month, [one.days for one in by_month[month]]) for month in sorted(by_month)]
        mean = [(str(m), Decimal(sum(days)) / len(days)) for m, days in months]
        most = [(str(month), max(days)) for month, days in months]
        series = [(translate("On average"), mean), (translate("The latest"), most)]
        late = sum(1 for _month, days in months for over in days if over)
        told = {"late": late, "all": sum(len(days) for _month, days in months)}
        return {
            "title": _("Days over the day by which wages are due"),
            "words": translate("%(late)s of %(all)s months of wages were or are late.") % told,
            "picture": beside(series),
            "heads": [_("Month"), _("Months of wages"), _("Late"), _("Days at most")],
            "rows": [(m, [len(d), sum(1 for over in d if over), max(d)]) for m, d in months],
        }


def cells(line):
    """A row of the workbook: sums as sums, shares as texts."""
    share, guess = line.share, line.forecast
    return [
        *(line.name, line.number, line.town, str(line.state_words)),
        *(f"{share.fund_name} {share.year}", share.amount, least_of(share), half_up(share.planned)),
        *(share.paid, share.committed, line.done),
        *((guess.point, guess.low, guess.high) if guess else (None, None, None)),
        line.late,
    ]


def least_of(share):
    return "" if share.minimum is None else percent(share.minimum, 1)


def texts_of(line):
    """Minimum, planned, paid and forecast as shares, for people to read."""
    share, guess = line.share, line.forecast
    spread = [percent(yuan, share.amount) for yuan in (guess.low, guess.high)] if guess else []
    return [
        least_of(share),
        percent(share.planned, share.amount),
        percent(share.paid, share.amount),
        percent(guess.point, share.amount) if guess else "",
        " – ".join(spread),
    ]


def shown(line):
    """A row of the page with the addresses behind its numbers."""
    return {
        "line": line,
        "planned": half_up(line.share.planned),
        "texts": texts_of(line),
        "url": reverse("workrelief:project", args=[line.project]),
        "batches": reverse("workrelief:wagebatch-list") + f"?project={line.project}",
    }


def hundredths(yuan, amount):
    return yuan * 100 / amount if amount else None


def total(groups):
    """The last line: all categories together."""
    return [
        sum(group.people for group in groups),
        *(sum(group.people for group in groups if group.sex == sex) for sex in SEXES),
        sum(group.worked for group in groups),
        sum((group.days for group in groups), ZERO),
        *(sum((g.days for g in groups if g.sex == sex), ZERO) for sex in SEXES),
    ]


def summary(lines):
    """All that is shown in one sentence."""
    amount = sum((line.share.amount for line in lines), ZERO)
    told = {
        "projects": len({line.project for line in lines}),
        "lines": len(lines),
        "planned": percent(sum((line.share.planned for line in lines), ZERO), amount),
        "paid": percent(sum((line.share.paid for line in lines), ZERO), amount),
        "short": sum(1 for line in lines if line.short),
    }
    return (
        translate(
            "%(projects)s projects with %(lines)s fund lines: %(planned)s of their money is planned"
            " for labour, %(paid)s has arrived on people's cards. %(short)s fund lines fall short."
        )
        % told
    )


def ahead(last):
    """Where the newest month stands to the minimum, compared exactly."""
    told = {"month": last.month, "share": percent(last.paid, last.amount)}
    told["least"] = percent(last.least, last.amount)
    if last.paid >= last.least:
        return (
            translate("By %(month)s: %(share)s paid, the minimum of %(least)s is reached.") % told
        )
    return translate("By %(month)s: %(share)s paid of the %(least)s asked for.") % told


urlpatterns = [
    path("relief/", Shares.as_view(), name="relief"),
    path("relief/people/", People.as_view(), name="relief-people"),
    path("relief/lateness/", Lateness.as_view(), name="relief-late"),
]
