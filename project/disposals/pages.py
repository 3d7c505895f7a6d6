"""Registers of disposal on the pages, beside the people they are about."""

from django.contrib import messages
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from project.disposals import flows, tasks
from project.disposals.forms import DrawUpForm
from project.disposals.papers import LINES, lines
from project.kernel import pages
from project.kernel.roles import Permission
from registry import pages as registry
from registry.models import Disposal


class DisposalList(pages.RecordList):
    model = Disposal
    permission = Permission.DISPOSAL_VIEW
    joins = ("area",)
    columns = (
        pages.Column(_("Register number"), "number", link=True),
        pages.Column(_("County"), "area.name"),
        pages.Column(_("What goes"), "kind"),
        pages.Column(_("Expired up to"), "until"),
        pages.Column(_("Rows"), "rows", align="end"),
        pages.Column(_("Files"), "files", align="end"),
        pages.Column(_("Rows kept back"), "kept", align="end"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (pages.AreaFilter(), pages.ChoiceFilter("kind", _("What goes")), pages.StateFilter())
    search_fields = ("number",)
    search_hint = _("Register number")
    links = (
        pages.Link(
            _("Draw up a register"),
            reverse_lazy("registry:disposal-draw-up"),
            Permission.DISPOSAL_DRAW,
        ),
    )
    empty = _(
        "No register of disposal has been drawn up here. Once a month the house lists what has "
        "expired; nothing goes before somebody has approved the list."
    )


KEPT = (
    pages.Column(_("Person"), "person.name"),
    pages.Column(_("Kept because"), "reason"),
    pages.Column(_("Rows"), "rows", align="end"),
)
KEPT_AT_MOST = 500


class DisposalPage(pages.RecordPage):
    model = Disposal
    permission = Permission.DISPOSAL_VIEW
    joins = ("area", "drawn_by", "approved_by", "carried_by")
    deeds = flows.DisposalFlow.begun
    summary = (
        pages.Column(_("County"), "area.name"),
        pages.Column(_("What goes"), "kind"),
        pages.Column(_("Expired up to"), "until"),
        pages.Column(_("Rows"), "rows"),
        pages.Column(_("Files"), "files"),
        pages.Column(_("People"), "people"),
        pages.Column(_("Rows kept back"), "kept"),
    )
    facts = (
        pages.Group(
            _("Term"),
            (
                pages.Column(_("Months kept"), "months"),
                pages.Column(_("By the document"), "basis"),
                pages.Column(_("SHA-256 of the list"), "sha256"),
            ),
        ),
        pages.Group(
            _("By whom"),
            (
                pages.Column(_("Drawn up by"), "drawn_by"),
                pages.Column(_("Drawn up at"), "drawn_at"),
                pages.Column(_("Approved by"), "approved_by"),
                pages.Column(_("Approved at"), "approved_at"),
                pages.Column(_("Carried out by"), "carried_by"),
                pages.Column(_("Supervised on site by"), "witness"),
                pages.Column(_("Carried out at"), "carried_at"),
            ),
        ),
    )

    def links(self, disposal):
        job = tasks.under_way(disposal, self.request.user)
        return [pages.Link(_("How far it is"), reverse("job", args=[job.pk]))] if job else []

    def tables(self, disposal):
        kept = disposal.kept_back.select_related("person")[:KEPT_AT_MOST]
        return [(_("What is listed"), LINES, lines(disposal)), (_("Kept back"), KEPT, kept)]


class DrawUp(pages.EntryPage):
    """List what has expired; nothing goes before somebody else has approved it."""

    permission = Permission.DISPOSAL_DRAW
    form_class = DrawUpForm
    title = label = _("Draw up a register")
    crumb = Disposal._meta.verbose_name_plural
    back_url = reverse_lazy("registry:disposal-list")
    help = _(
        "The register lists what has been kept as long as the rules want it. Whatever an open "
        "case, doubt, objection, recovery, claim or audit is about is kept back. Another person "
        "approves it; pay, contracts, events and the days worked stay for good."
    )

    def enter(self, *, by, **about):
        made = flows.draw_up(by=by, **about)
        messages.success(self.request, translate("The register is drawn up and awaits approval."))
        return pages.url_of(made)


class People(registry.People):
    """The people's section, with what of it has expired."""

    app_name = "registry"
    disposals_path = path(
        "disposals/",
        include(
            [
                path("draw-up/", DrawUp.as_view(), name="disposal-draw-up"),
                *pages.record_paths(DisposalList, DisposalPage),
            ]
        ),
    )
