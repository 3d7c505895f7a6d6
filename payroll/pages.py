"""Pay runs and their lines: what is due to whom, what waits and why, what the bank said."""

from django.contrib import messages
from django.db.models import Count, Prefetch, Q, Sum
from django.http import Http404
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView

from payroll import (
    comparison_pages,
    correction_pages,
    file_pages,
    precision,
    preview_pages,
    recovery_pages,
    services,
    supplement_pages,
    supplements,
)
from payroll.delays import clock
from payroll.explain import explain, objected
from payroll.forms import PrepareForm, ReleaseForm
from payroll.models import Hold, LineState, PayLine, PayRun
from payroll.tasks import ask_to_prepare
from policy.models import Fund
from project.kernel import pages
from project.kernel.roles import Permission
from registry.mergers import RolledUpAreaFilter

AT_ONCE = 300


def funds(user):
    return list(Fund.objects.values_list("pk", "name"))


class RunList(pages.RecordList):
    model = PayRun
    permission = Permission.PAY_VIEW
    joins = ("area", "fund", "prepared_by")
    columns = (
        pages.Column(_("Township"), "area.name", link=True),
        pages.Column(_("Month"), "month"),
        pages.Column(_("Fund"), "fund.name"),
        pages.Column(_("Revision"), "revision", align="end"),
        pages.Column(_("Prepared by"), "prepared_by"),
        pages.Column(_("Prepared at"), "prepared_at"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (
        pages.AreaFilter(),
        pages.MonthFilter(),
        pages.ChoiceFilter("fund", _("Fund"), choices=funds),
        pages.StateFilter(),
    )
    search_fields = ("area__name",)
    search_hint = _("Township")
    steps = ("confirm", "publicise", "township_approve", "department_approve", "finance_approve")
    links = (
        pages.Link(_("Prepare a month"), reverse_lazy("payroll:prepare"), Permission.PAY_PREPARE),
        pages.Link(_("Preview"), reverse_lazy("payroll:preview"), Permission.PAY_PREPARE),
        pages.Link(_("What if"), reverse_lazy("payroll:what-if"), Permission.PAY_PREPARE),
        pages.Link(
            _("Import bank results"), reverse_lazy("import-bank-results"), Permission.PAY_RECONCILE
        ),
        pages.Link(_("Payments that came back"), reverse_lazy("payroll:correction-list")),
        pages.Link(_("Recoveries"), reverse_lazy("payroll:recovery-list")),
        pages.Link(_("Data comparisons"), reverse_lazy("payroll:comparison-list")),
        pages.Link(_("All pay lines"), reverse_lazy("payroll:payline-list")),
    )
    empty = _("No pay run has been prepared yet. The township officer prepares the month.")


class RunPage(pages.RecordPage):
    model = PayRun
    template_name = "payroll/run.html"
    permission = Permission.PAY_VIEW
    joins = (
        "area",
        "fund",
        "notice",
        "prepared_by",
        "confirmed_by",
        "township_approved_by",
        "department_approved_by",
        "finance_approved_by",
        "sent_by",
    )
    deeds = {
        "prepare": _("Prepared"),
        "release": _("Hold released"),
        "hold": _("Lines held by a late report"),
        "reissue": _("Opened to pay again"),
        "export": _("Bank file taken"),
        **file_pages.DEEDS,
    }
    summary = (
        pages.Column(_("Prepared by"), "prepared_by"),
        pages.Column(_("Prepared at"), "prepared_at"),
        pages.Column(_("Revision"), "revision"),
        pages.Column(_("Notice hangs until"), "notice.ends_on"),
        pages.Column(_("Content hash"), "sha256"),
    )
    facts = (
        pages.Group(
            _("Who acted"),
            (
                pages.Column(_("Confirmed by"), "confirmed_by"),
                pages.Column(_("Township"), "township_approved_by"),
                pages.Column(_("Department"), "department_approved_by"),
                pages.Column(_("Finance"), "finance_approved_by"),
                pages.Column(_("Sent by"), "sent_by"),
            ),
        ),
    )

    def links(self, run):
        return comparison_pages.covering(run, self.request.user)

    def tables(self, run):
        files = run.files.select_related("made_by").order_by("pk")
        linked = PayRun.objects.filter(
            Q(corrects=run) | Q(supplements=run) | Q(pk__in=[run.corrects_id, run.supplements_id])
        )
        signed = run.countersignatures.select_related("by")
        return [
            *([(_("Second signatures"), SIGNED, signed)] if signed else []),
            (_("How long it took, since the end of the month"), CLOCK, clock(run)),
            (_("Bank files"), FILE_COLUMNS, files),
            (
                _("Corrects or supplements, or the other way"),
                LINKED,
                linked.select_related("area", "fund"),
            ),
        ]

    def get_context_data(self, **kwargs):
        run, asked = self.object, self.request.GET
        chosen = asked.get("state", "") if asked.get("state") in LineState.values else ""
        rows, after = self._rows(run, chosen, asked.get("after", ""))
        return super().get_context_data(
            sums=sums(run.lines.all()),
            chosen=chosen,
            lines=rows,
            after=after,
            first=not asked.get("after"),
            releases=self._releases(run),
            corrects=self.request.user.has_perm(Permission.PAY_CORRECT, run.area_id),
            supplements=self._supplements(run),
            **kwargs,
        )

    def _rows(self, run, chosen, after):
        """The lines in their order, as many as a page bears, and where the next page begins."""
        lines = run.lines.with_state().select_related("person", "contract", "area")
        lines = lines.prefetch_related(waiting())
        lines = lines.filter(state=chosen) if chosen else lines
        lines = lines.filter(number__gt=int(after)) if after.isdecimal() else lines
        found = list(lines.order_by("number")[: AT_ONCE + 1])
        told = objected(found)
        for line in found:
            line.objections = told[run.notice_id, line.number]
        return found[:AT_ONCE], found[AT_ONCE - 1].number if len(found) > AT_ONCE else ""

    def _supplements(self, run):
        """Whether something of a sent run waits that the person may put into a later one."""
        may = self.request.user.has_perm(Permission.PAY_PREPARE, run.area_id)
        first = not run.supplements_id and not run.corrects_id
        return may and first and run.state in PayRun.AT_THE_BANK and supplements.owes(run)

    def _releases(self, run):
        """Holds may be answered while the run is still prepared."""
        may = self.request.user.has_perm(Permission.PAY_RELEASE, run.area_id)
        return may and run.state == PayRun.State.PREPARED


def waiting():
    """The holds of each line that nobody has answered."""
    held = Hold.objects.waiting().select_related("fact")
    return Prefetch("holds", queryset=held, to_attr="waits")


def sums(lines):
    """What the lines come to by state, and together."""
    by_state = lines.with_state().order_by().values("state")
    found = {row["state"]: row for row in by_state.annotate(n=Count("pk"), sum=Sum("amount"))}
    rows = [
        {
            "state": state,
            "words": state.label,
            "count": found[state]["n"],
            "sum": found[state]["sum"],
        }
        for state in LineState
        if state in found
    ]
    return {
        "rows": rows,
        "count": sum(row["count"] for row in rows),
        "sum": sum(row["sum"] for row in rows),
    }


CLOCK = (
    pages.Column(_("Stage"), "title"),
    pages.Column(_("On"), "on"),
    pages.Column(_("Who, or whose turn"), "holder"),
    pages.Column(_("Days since the month"), "since_month", align="end"),
    pages.Column(_("Days for this stage"), "took", align="end"),
    pages.Column(_("Days allowed"), "allowed", align="end"),
    pages.Column(_("Days late"), "late_by", align="end"),
)
SIGNED = (
    pages.Column(_("Office"), "get_office_display"),
    pages.Column(_("By"), "by"),
    pages.Column(_("On"), "at"),
    pages.Column(_("Reason"), "note"),
    pages.Column(_("Content hash"), "sha256"),
)
LINKED = (
    pages.Column(_("Township"), "area.name", link=True),
    pages.Column(_("Month"), "month"),
    pages.Column(_("Prepared at"), "prepared_at"),
    pages.Column(_("State"), "state", badge=True),
)
FILE_COLUMNS = (
    pages.Column(_("Batch number"), "number", link=True),
    pages.Column(_("Rows"), "rows", align="end"),
    pages.Column(_("Total (yuan)"), "total", align="end"),
    pages.Column(_("Made at"), "made_at"),
    pages.Column(_("Made by"), "made_by"),
)


class LineList(pages.RecordList):
    model = PayLine
    permission = Permission.PAY_VIEW
    joins = ("area", "person", "contract", "run__fund", "run__area")
    columns = (
        pages.Column(_("Name"), "person.name", link=True),
        pages.Column(_("ID number"), "person.masked_id"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Post"), "contract.title"),
        pages.Column(_("Item"), "item"),
        pages.Column(_("Month"), "month"),
        pages.Column(_("Fund"), "run.fund.name"),
        pages.Column(_("Days worked"), "days_worked", align="end"),
        pages.Column(_("Amount (yuan)"), "amount", align="end"),
        pages.Column(_("State"), "state_words", badge=True),
    )
    filters = (
        RolledUpAreaFilter(),
        pages.MonthFilter(),
        pages.ChoiceFilter("fund", _("Fund"), "run__fund", choices=funds),
        pages.ChoiceFilter("item", _("Item"), choices=PayLine.Item.choices),
        pages.ChoiceFilter("state", _("State"), choices=LineState.choices),
    )
    search_fields = ("person__name", "contract__title")
    search_hint = _("Name or post")
    title = _("Pay lines")

    def records(self):
        """Lines that stand; those of runs sent back are found from their run."""
        return super().records().filter(standing=True).with_state()


class LinePage(pages.Permitted, DetailView):
    """Why a line comes to its amount, and why it was or was not paid."""

    model = PayLine
    template_name = "payroll/line.html"
    permission = Permission.PAY_VIEW

    def get_queryset(self):
        seen = PayLine.objects.visible_to(self.request.user)
        return seen.with_state().select_related("run__area", "run__fund", "person", "area")

    def get_context_data(self, **kwargs):
        line = self.object
        return super().get_context_data(
            title=f"{line.person} · {line.month}",
            state=line.state_words,
            explained=explain(line),
            papers=self.request.resolver_match.site.papers_for(line),
            **kwargs,
        )


class ReleaseHold(pages.EntryPage):
    """Answer what holds a line with a reason, so that it may be paid."""

    permission = Permission.PAY_RELEASE
    form_class = ReleaseForm
    title = _("Release a held line")
    label = _("Release")
    help = _("Write what was checked and which paper shows it. Your name stays beside the reason.")

    def dispatch(self, request, *args, **kwargs):
        seen = PayLine.objects.visible_to(request.user)
        holds = Hold.objects.waiting().filter(line__in=seen)
        self.hold = (
            holds.select_related("line__run", "line__person", "fact")
            .filter(pk=kwargs["pk"])
            .first()
        )
        if self.hold is None:
            raise Http404
        self.crumb = self.hold.line.run
        self.back_url = pages.url_of(self.hold.line.run)
        return super().dispatch(request, *args, **kwargs)

    def enter(self, *, by, reason):
        services.release(self.hold, by=by, reason=reason)
        messages.success(self.request, translate("The hold is released."))
        return self.back_url

    def get_context_data(self, **kwargs):
        line = self.hold.line
        summary = [
            (_("Name"), line.person.name),
            (_("What holds it"), self.hold.get_code_display()),
            (_("Amount (yuan)"), f"{line.amount:,.2f}"),
            *self._reported(),
        ]
        return super().get_context_data(summary=summary, **kwargs)

    def _reported(self):
        """What a department said, and how often such hits were right so far."""
        fact = self.hold.fact
        if fact is None:
            return []
        return [
            (_("Source department"), fact.source),
            (_("Kind of hit"), fact.get_kind_display()),
            (_("From"), fact.starts_on),
            (
                _("How often such hits are right"),
                precision.in_a_sentence(fact, self.hold.line.run.area_id),
            ),
        ]


class PrepareMonth(pages.EntryPage):
    """Ask the workers to prepare a month; the next page shows how far they are."""

    permission = Permission.PAY_PREPARE
    form_class = PrepareForm
    title = _("Prepare a month")
    label = _("Prepare the runs")
    crumb = PayRun._meta.verbose_name_plural
    back_url = reverse_lazy("payroll:payrun-list")
    help = preview_pages.with_a_look_first(
        _("Every township of the area gets a run for each fund; prepared runs are done again.")
    )

    def enter(self, *, by, month, area):
        return reverse("job", args=[ask_to_prepare(by=by, month=month, area=area).pk])


class Payroll(pages.Section):
    """What is paid, by whom approved, and whether it arrived."""

    app_name = "payroll"
    permissions = (Permission.PAY_VIEW,)
    urlpatterns = [
        path("prepare/", PrepareMonth.as_view(), name="prepare"),
        *preview_pages.urlpatterns,
        *supplement_pages.urlpatterns,
        path("holds/<int:pk>/", ReleaseHold.as_view(), name="hold"),
        *file_pages.urlpatterns,
        *comparison_pages.urlpatterns,
        *correction_pages.urlpatterns,
        *recovery_pages.urlpatterns,
        path("lines/", include(pages.plain_paths(LineList, LinePage))),
        *pages.record_paths(RunList, RunPage),
    ]
