"""Entering a project and what belongs to it: one form, one service, each refusal in its place."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from project.kernel import pages
from project.kernel.forms import ReasonForm
from project.kernel.money import yuan
from project.kernel.roles import Permission
from workrelief import archive_pages, flows, project_forms, records, services
from workrelief.labour_plan_page import PlanLabour
from workrelief.models import Project, Spending
from workrelief.project_upon import CLOSED, OfProject, not_yours
from workrelief.training_page import TrainingPage

State = Project.State


class AddProject(pages.EntryPage):
    """The owner enters a project on the reserve list."""

    permission = Permission.RELIEF_OWN
    form_class = project_forms.ProjectForm
    title = _("Enter a project")
    label = _("Save the project")
    crumb = Project._meta.verbose_name_plural
    back_url = reverse_lazy("workrelief:project-list")
    help = _("What is not known yet may be filled in later, until the work begins.")

    def enter(self, *, by, **described):
        project = flows.draft(by=by, **described)
        messages.success(self.request, translate("The project is on the reserve list."))
        return pages.url_of(project)


class AmendProject(OfProject):
    """The owner corrects or completes what a project says of itself."""

    permissions = (Permission.RELIEF_OWN,)
    states = services.UNTIL_STARTED
    form_class = project_forms.ProjectForm
    title = _("Correct the description")
    label = _("Save the project")
    done = _("The description is saved.")
    service = staticmethod(services.amend)


class AddFundLine(OfProject):
    """The county enters money of a fund; after the plan it is a supplement of its own day."""

    permissions = (Permission.RELIEF_PLAN,)
    states = [state for state in State if state not in CLOSED]
    form_class = project_forms.FundLineForm
    title = _("Enter a fund line")
    label = _("Save the fund line")
    help = _("The minimum share of labour is that of the fund, the area and the day of issue.")
    done = _("The fund line is saved.")
    service = staticmethod(services.add_fund_line)


class NameParty(OfProject):
    """The county or the owner names who acts for a side."""

    permissions = (Permission.RELIEF_PLAN, Permission.RELIEF_OWN)
    states = [state for state in State if state not in CLOSED]
    form_class = project_forms.PartyForm
    title = _("Name who acts for a side")
    label = _("Name this person")
    help = _("Whoever acted for this side before no longer does. Nobody acts for two sides.")
    done = _("The side is named.")
    service = staticmethod(records.name_party)


class ReportProgress(OfProject):
    """The site reports how far the works are."""

    permissions = (Permission.RELIEF_REPORT,)
    states = Project.AT_WORK
    form_class = project_forms.ProgressForm
    title = _("Report progress")
    label = _("Save the report")
    done = _("The progress is reported.")
    service = staticmethod(records.report_progress)


class PlanTraining(OfProject):
    """The site plans a course for its workers."""

    permissions = (Permission.RELIEF_ROSTER,)
    states = [state for state in State if state not in CLOSED]
    form_class = project_forms.TrainingForm
    title = _("Plan a course")
    label = _("Save the course")
    done = _("The course is planned.")
    service = staticmethod(records.plan_training)


class KeepPaper(OfProject):
    """Whoever acts in the project adds a paper or picture."""

    permissions = (Permission.RELIEF_REPORT, Permission.RELIEF_PLAN)
    states = [state for state in State if state not in CLOSED]
    form_class = project_forms.PaperForm
    title = _("Add a paper")
    label = _("Keep the paper")
    help = _("It is kept as it came and for good, with its SHA-256.")
    done = _("The paper is kept.")
    service = staticmethod(records.keep_paper)


class EnterSpending(OfProject):
    """The owner or finance enters a payment that is nobody's wage."""

    permissions = (Permission.RELIEF_SPEND,)
    states = [state for state in State if state not in [*services.UNTIL_PLANNED, *CLOSED]]
    form_class = project_forms.SpendingForm
    title = _("Enter another payment")
    label = _("Save the payment")
    help = _("Machines, materials, management and crews never count into the labour share (R-83).")
    done = _("The payment is entered.")
    service = staticmethod(records.spend)


class CountPost(OfProject):
    """The owner names a post that came about as it was promised."""

    permissions = (Permission.RELIEF_OWN,)
    states = [state for state in State if state not in [*services.UNTIL_STARTED, *CLOSED]]
    form_class = project_forms.PostForm
    title = _("Count a post")
    label = _("Count this post")
    done = _("The post is counted.")
    service = staticmethod(services.count_post)


class TakeBack(pages.EntryPage):
    """A wrong payment is taken back by a second row; the first one stays."""

    permission = Permission.RELIEF_SPEND
    form_class = ReasonForm
    title = _("Take a payment back")
    label = _("Take it back")

    def dispatch(self, request, *args, **kwargs):
        seen = Spending.objects.filter(
            fund_line__project__in=Project.objects.visible_to(request.user)
        )
        found = seen.select_related("fund_line__project__area", "fund_line__fund")
        self.spending = found.filter(pk=kwargs["pk"]).first()
        if self.spending is None:
            raise Http404
        project = self.spending.fund_line.project
        if not request.user.has_perm(self.permission, project.area_id):
            raise PermissionDenied(not_yours())
        self.crumb, self.back_url = project, pages.url_of(project)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        del kwargs["user"]
        return kwargs

    def enter(self, *, by, note):
        records.take_back(self.spending, by=by, note=note)
        messages.success(self.request, translate("The payment is taken back."))
        return self.back_url

    def get_context_data(self, **kwargs):
        said = self.spending
        summary = [
            (_("Paid to"), said.payee),
            (_("Voucher number"), said.voucher),
            (_("Amount (yuan)"), yuan(said.amount)),
            (_("Paid on"), said.paid_on.isoformat()),
            (_("Fund line"), said.fund_line),
        ]
        return super().get_context_data(summary=summary, **kwargs)


# The ways on from a project, in the order in which a project needs them.
WAYS = {
    "project-amend": AmendProject,
    "fundline-add": AddFundLine,
    "labour-plan": PlanLabour,
    "party-add": NameParty,
    "training-add": PlanTraining,
    "projectpaper-add": KeepPaper,
    "progress-add": ReportProgress,
    "spending-add": EnterSpending,
    "post-count": CountPost,
    **archive_pages.WAYS,
}


def ways_on(project, user):
    """What this person may enter upon a project in its present state."""
    return [
        pages.Link(page.title, reverse(f"workrelief:{name}", args=[project.pk]))
        for name, page in WAYS.items()
        if project.state in page.states and page.may(user, project)
    ]


paths = [
    *archive_pages.paths,
    path("add/", AddProject.as_view(), name="project-add"),
    path("spendings/<int:pk>/", TakeBack.as_view(), name="spending"),
    path("trainings/<int:pk>/", TrainingPage.as_view(), name="training"),
    *[path(f"<int:pk>/enter/{name}/", page.as_view(), name=name) for name, page in WAYS.items()],
]
