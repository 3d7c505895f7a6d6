"""The pages of a project: the list with its shares, and everything that is known of one."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from project.kernel import pages
from project.kernel.looks import look, people_of
from project.kernel.models import Look
from project.kernel.roles import Permission
from project.kernel.steps import turn_of
from project.kernel.uploads import served
from workrelief import project_entries
from workrelief.models import Project, ProjectPaper
from workrelief.project_shares import bars_of, fund_of, lay_shares, least_of, of_each, percent
from workrelief.project_tables import tables_of


def years_seen(user):
    """The plan years of the projects that a person sees, the newest first."""
    seen = Project.objects.visible_to(user).order_by("-year")
    return [(year, str(year)) for year in seen.values_list("year", flat=True).distinct()]


class ProjectList(pages.RecordList):
    model = Project
    permission = Permission.RELIEF_VIEW
    joins = ("area", "owner")
    columns = (
        pages.Column(_("Project"), "name", link=True),
        pages.Column(_("Project number"), "number"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Plan year"), "year", align="end"),
        pages.Column(_("Funds"), of_each(fund_of)),
        pages.Column(
            _("Labour planned"), of_each(lambda s: percent(s.planned, s.amount)), align="end"
        ),
        pages.Column(_("Labour paid"), of_each(lambda s: percent(s.paid, s.amount)), align="end"),
        pages.Column(_("Minimum"), of_each(least_of), align="end"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (
        pages.AreaFilter(),
        pages.StateFilter(),
        pages.ChoiceFilter("year", _("Plan year"), choices=years_seen),
        pages.ChoiceFilter("form", _("Form")),
    )
    search_fields = ("name", "number", "contractor")
    search_hint = _("Name, number or contractor")
    steps = ("apply",)
    empty = _("There is no project yet. Its owner enters it on the reserve list.")
    links = (
        pages.Link(
            _("Enter a project"), reverse_lazy("workrelief:project-add"), Permission.RELIEF_OWN
        ),
        pages.Link(_("Rosters"), reverse_lazy("workrelief:member-list")),
        pages.Link(_("Wage batches"), reverse_lazy("workrelief:wagebatch-list")),
    )

    def page(self, records):
        rows, after = super().page(records)
        lay_shares(rows)
        return rows, after

    def workbook(self, records):
        """The same columns of all projects asked for; their shares are read once."""
        rows = list(records.order_by(self.area_field, "pk"))
        lay_shares(rows)
        cells = ([column.cell(row) for column in self.columns] for row in rows)
        return self.taken_out("projects", self.columns, cells, records)


class ProjectPage(pages.RecordPage):
    model = Project
    permission = Permission.RELIEF_VIEW
    template_name = "workrelief/project.html"
    joins = ("area", "owner", "insurance")
    deeds = {
        "draft": _("Entered on the reserve list"),
        "amend": _("Description corrected"),
        "add_fund_line": _("Fund line entered"),
        "plan_labour": _("Labour plan written"),
        "name_party": _("Side named"),
        "report_progress": _("Progress reported"),
        "plan_training": _("Course planned"),
        "hold_training": _("Course held"),
        "keep_paper": _("Paper kept"),
        "spend": _("Other payment entered"),
        "take_back": _("Payment taken back"),
        "count_post": _("Post counted"),
        "publicise": _("Put on the board"),
        "take_archive": _("Archive taken"),
        "keep_archive": _("Archive kept"),
        "print": _("Printed"),
        "export": _("Taken out as a workbook"),
    }
    summary = (
        pages.Column(_("Project number"), "number"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Plan year"), "year"),
        pages.Column(pgettext_lazy("project", "Owner"), "owner.name"),
    )
    facts = (
        pages.Group(
            _("What is built"),
            (
                pages.Column(_("What is built"), "content"),
                pages.Column(_("Scale"), "scale"),
                pages.Column(_("Total investment (yuan)"), "investment"),
                pages.Column(_("People who benefit"), "beneficiaries"),
                pages.Column(_("Form"), "form"),
                pages.Column(_("Field"), "field"),
                pages.Column(_("Organisation of labour"), "mode"),
                pages.Column(_("Posts promised afterwards"), "promised_posts"),
            ),
        ),
        pages.Group(
            _("Who builds it"),
            (
                pages.Column(_("Contractor or council"), "contractor"),
                pages.Column(_("Supervising engineer's office"), "engineer"),
                pages.Column(_("Designer"), "designer"),
                pages.Column(_("Project's legal person"), "legal_person"),
                pages.Column(_("Responsible person"), "responsible"),
                pages.Column(_("Unit that supervises directly"), "supervision"),
                pages.Column(_("Hotline"), "hotline"),
            ),
        ),
        pages.Group(
            _("Plan, budget and insurance"),
            (
                pages.Column(_("Plan document"), "plan_document"),
                pages.Column(_("Plan received on"), "plan_received_on"),
                pages.Column(_("Plan issued on"), "plan_issued_on"),
                pages.Column(_("The budget lists labour separately"), "budget_lists_labour"),
                pages.Column(
                    _("The works contract has the labour clauses"), "contract_has_clauses"
                ),
                pages.Column(_("Work-injury or accident insurance"), "insurance"),
            ),
        ),
        pages.Group(
            _("From plan to acceptance"),
            (
                pages.Column(_("Planned start"), "planned_start"),
                pages.Column(_("Planned end"), "planned_end"),
                pages.Column(_("Started on"), "started_on"),
                pages.Column(_("Main works done on"), "main_done_on"),
                pages.Column(_("Accepted on"), "accepted_on"),
            ),
        ),
    )

    def get_object(self, queryset=None):
        project = super().get_object(queryset)
        lay_shares([project])
        return project

    def tables(self, project):
        return tables_of(project, self.request.user)

    def links(self, project):
        """What this person may enter, and the ways to the project's people and wages."""
        of_it = f"?project={project.pk}"
        return [
            *project_entries.ways_on(project, self.request.user),
            pages.Link(translate("The whole roster"), reverse("workrelief:member-list") + of_it),
            pages.Link(translate("Wage batches"), reverse("workrelief:wagebatch-list") + of_it),
        ]

    def get_context_data(self, **kwargs):
        project = self.object
        return super().get_context_data(
            **kwargs,
            bars=bars_of(project),
            standing=standing(project),
        )


def standing(project):
    """Where the project stands, in one line: state, works, people, and what it waits for."""
    last = project.progress.last()
    people = project.members.filter(struck_off_on=None).count()
    works = translate("no progress reported")
    if last:
        said = {"percent": f"{last.percent.normalize():f}", "day": last.on}
        works = translate("works at %(percent)s %% on %(day)s") % said
    words = {
        "state": project.get_state_display(),
        "works": works,
        "people": people,
        "turn": "、".join(turn_of(project)),
    }
    return translate("%(state)s · %(works)s · %(people)s on the roster · next: %(turn)s") % words


@login_required
@require_safe
def paper(request, pk):
    """A paper of a project as it came, for those who see the project."""
    seen = Project.objects.visible_to(request.user)
    kept = get_object_or_404(ProjectPaper, pk=pk, project__in=seen)
    shown = people_of(kept.project.members.all())
    look(request.user, Look.What.PAPER, shown, record=kept.project, purpose=kept.name)
    return served(kept.file, kept.name)


paths = [
    path("papers/<int:pk>/", paper, name="projectpaper"),
    *project_entries.paths,
    *pages.record_paths(ProjectList, ProjectPage),
]
