"""The page of the sums of pay: a table, three charts with their words and tables, a workbook."""

from decimal import Decimal

from django.urls import path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from project.kernel import pages
from project.kernel.money import yuan
from project.kernel.pages.workbooks import workbook
from project.kernel.roles import Permission
from reports.charts import beside
from reports.pay_forms import SpanForm
from reports.pay_sums import COLUMNS, GROUPINGS, pay_sums

SHOWN = 200
LARGEST = 12
DRAWN = ("planned", "committed", "paid")
HOUSEHOLD = "household"


class PaySumsPage(pages.Permitted, TemplateView):
    """What was planned, committed, held and paid in a span; the workbook holds every row."""

    template_name = "reports/pay.html"
    permission = Permission.PAY_VIEW

    def get(self, request, *args, **kwargs):
        form = SpanForm(request.GET, user=request.user)
        if not form.is_valid():
            faults = [f"{form.fields[name].label}: {said[0]}" for name, said in form.errors.items()]
            return self.render_to_response(self.get_context_data(form=form, faults=faults))
        asked = form.cleaned_data
        by = asked["by"] or "township"
        found = pay_sums(request.user, asked["span"], by, asked["above"])
        if request.GET.get("format") == "xlsx":
            return workbook(f"pay-sums-{by}", *sheet(found, by), by=request.user)
        shown = SpanForm(_shown(asked, by), user=request.user)
        told = self._told(found, asked["span"], by)
        return self.render_to_response(self.get_context_data(form=shown, **told))

    def _told(self, found, span, by):
        """The table and, where there is anything, its charts."""
        empty = not any(value for sums in found.months.values() for value in sums.values())
        charts = [] if empty else self._charts(found)
        return {
            "span": span,
            "heads": heads(by),
            "rows": [cells(row, by) for row in found.rows[:SHOWN]],
            "over": len(found.rows) > SHOWN,
            "total": cells(found.total, by),
            "by": by,
            "empty": empty,
            "charts": charts,
            "summary": "" if empty else summary(found.months, span),
        }

    def _charts(self, found):
        """By month, by township, and how late the money was."""
        months = [(str(month), sums) for month, sums in found.months.items()]
        towns = self._of_sums(_("Township by township"), _("Township"), largest(found.towns), True)
        if len(found.towns) > LARGEST:
            towns["words"] += " " + translate("Only the %(count)s largest are drawn.") % {
                "count": LARGEST
            }
        charts = [self._of_sums(_("Month by month"), _("Month"), months), towns]
        return [*charts, self._of_arrivals(found)] if found.arrivals else charts

    def _of_sums(self, title, head, pairs, flat=False):
        series = [
            (str(COLUMNS[name]), [(key, sums[name]) for key, sums in pairs]) for name in DRAWN
        ]
        return {
            "title": title,
            "words": highest(pairs),
            "picture": beside(series, flat=flat),
            "heads": [head, *COLUMNS.values()],
            "rows": [(key, [sums[name] for name in COLUMNS]) for key, sums in pairs],
        }

    def _of_arrivals(self, found):
        arrivals, came = found.arrivals, {one.month: one for one in found.arrivals}
        days = [(str(month), came[month].days if month in came else None) for month in found.months]
        most = [(str(month), came[month].most if month in came else None) for month in found.months]
        series = [(translate("On average"), days), (translate("The last payment"), most)]
        return {
            "title": _("Days from the end of the month to the bank's credit"),
            "words": lateness(arrivals[-1]),
            "picture": beside(series),
            "heads": [
                _("Month"),
                _("Number of payments"),
                _("Days on average"),
                _("Days to the last"),
            ],
            "rows": [(one.month, [one.payments, str(one.days), one.most]) for one in arrivals],
        }

    def get_context_data(self, **kwargs):
        told = {"title": _("Sums of pay"), "back_url": reverse("reports:index")}
        return super().get_context_data(**told | kwargs)


def _shown(asked, by):
    """The form as it was understood, with both months filled in."""
    span = asked["span"]
    above = asked["above"]
    told = {"first": str(span.first), "last": str(span.last), "area": span.area, "by": by}
    return told | ({} if above is None else {"above": above})


def columns(by):
    """The names of the columns of sums; households have no posts, and so no plan."""
    return [name for name in COLUMNS if by != HOUSEHOLD or name != "planned"]


def heads(by):
    """The heading of the group, and those of the numbers."""
    place = [_("Village")] if by == HOUSEHOLD else []
    return {
        "of": [GROUPINGS[by].title, *place],
        "numbers": [_("People"), _("Months of people"), *(COLUMNS[name] for name in columns(by))],
    }


def cells(row, by):
    """A row as the page and the workbook have it."""
    return {
        "of": [row.name, row.place] if by == HOUSEHOLD else [row.name],
        "numbers": [row.people, row.months, *(row.sums[name] for name in columns(by))],
    }


def sheet(found, by):
    """Headings and rows of the workbook, the last line with the sums."""
    head = heads(by)
    rows = [cells(row, by) for row in (*found.rows, found.total)]
    return (
        [str(word) for word in (*head["of"], *head["numbers"])],
        [[*row["of"], *row["numbers"]] for row in rows],
    )


def largest(towns):
    """The townships with the most planned or paid, in their order; a picture bears no more."""
    sizes = [max(sums["planned"], sums["paid"]) for _name, sums in towns]
    chosen = sorted(range(len(towns)), key=lambda place: -sizes[place])[:LARGEST]
    return [towns[place] for place in sorted(chosen)]


def summary(months, span):
    """The span in one sentence, with the share of the plan that was paid where there is a plan."""
    sums = {name: sum((of[name] for of in months.values()), Decimal(0)) for name in COLUMNS}
    told = {name: yuan(amount) for name, amount in sums.items()}
    told |= {"first": span.first, "last": span.last}
    said = translate(
        "From %(first)s to %(last)s the bank credited %(paid)s yuan. %(committed)s yuan are "
        "confirmed or approved and not credited yet, %(held)s wait for an answer, %(returned)s "
        "came back and %(recovered)s were recovered."
    )
    if sums["planned"]:
        told["share"] = (100 * sums["paid"] / sums["planned"]).quantize(Decimal("0.1"))
        plan = translate("The plan is %(planned)s yuan; %(share)s %% of it is paid.")
        return f"{said % told} {plan % told}"
    return said % told


def highest(pairs):
    """Which bar is the longest, in words for whoever cannot see it."""
    name, sums = max(pairs, key=lambda pair: pair[1]["paid"])
    if not sums["paid"]:
        return translate("Nothing has been credited yet.")
    told = {"where": name, "paid": yuan(sums["paid"])}
    return translate("The most was paid in %(where)s: %(paid)s yuan.") % told


def lateness(last):
    """How late the newest month arrived."""
    return translate(
        "The money of %(month)s was credited %(days)s days after the end of the month on average, "
        "the last payment after %(most)s days."
    ) % {"month": last.month, "days": last.days, "most": last.most}


urlpatterns = [path("pay/", PaySumsPage.as_view(), name="pay")]
