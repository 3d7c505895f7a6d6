"""The rows that belong to a project, table by table."""

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from posts.models import Post
from project.kernel import pages
from project.kernel.money import yuan
from project.kernel.roles import Permission
from registry.models import Person
from workrelief.models import LabourPlan, Member, Spending
from workrelief.project_shares import FUND_LINES

PLANS = (
    pages.Column(_("Fund line"), "fund_line"),
    pages.Column(_("Trade"), "trade"),
    pages.Column(_("Number of people"), "headcount", align="end"),
    pages.Column(_("Pay basis"), "unit"),
    pages.Column(_("Days, hours or pieces each"), "units", align="end"),
    pages.Column(_("Rate (yuan)"), "rate", align="end"),
    pages.Column(_("Planned labour (yuan)"), lambda plan: yuan(plan.amount), align="end"),
)
ROSTER = (
    pages.Column(_("Category"), lambda row: Member.Category(row["category"]).label),
    pages.Column(_("Number of people"), lambda row: row["people"], align="end"),
    pages.Column(_("Women"), lambda row: row["women"], align="end"),
    pages.Column(_("Under contract"), lambda row: row["placed"], align="end"),
)
BATCHES = (
    pages.Column(_("Month"), "month", link=True),
    pages.Column(_("Number of people"), "people", align="end"),
    pages.Column(_("State"), "state", badge=True),
)
PARTIES = (
    pages.Column(_("Acts as"), "part"),
    pages.Column(_("Name"), "user"),
    pages.Column(_("Named on"), "named_on"),
    pages.Column(_("Until"), "until"),
)
PROGRESS = (
    pages.Column(_("On"), "on"),
    pages.Column(_("Works done (%)"), "percent", align="end"),
    pages.Column(_("What was done"), "done"),
    pages.Column(_("Reported by"), "reported_by"),
)
TRAININGS = (
    pages.Column(_("Topic"), "topic", link=True),
    pages.Column(_("On"), "on"),
    pages.Column(_("Hours"), "hours", align="end"),
    pages.Column(_("Teacher"), "teacher"),
    pages.Column(_("Planned people"), "planned_people", align="end"),
    pages.Column(_("Who signed"), "signed", align="end"),
    pages.Column(_("The course was held"), "held"),
)
PAPERS = (
    pages.Column(_("File"), "name", link=True),
    pages.Column(_("Kind"), "kind"),
    pages.Column(_("Added by"), "added_by"),
    pages.Column(_("Added at"), "added_at"),
    pages.Column(_("SHA-256"), "sha256"),
)
STOPPAGES = (
    pages.Column(_("From"), "starts_on"),
    pages.Column(_("To"), "ends_on"),
    pages.Column(_("Reason"), "reason"),
)


def spent(linked):
    """The columns of other payments; whoever may take one back finds the way there."""
    return (
        pages.Column(_("Voucher number"), "voucher", link=linked),
        pages.Column(_("Kind"), "kind"),
        pages.Column(_("Paid to"), "payee"),
        pages.Column(_("Fund line"), "fund_line"),
        pages.Column(_("Paid on"), "paid_on"),
        pages.Column(_("Amount (yuan)"), "amount", align="end"),
        pages.Column(_("Note"), "note"),
    )


def created(linked):
    return (
        pages.Column(_("Post"), "title", link=linked),
        pages.Column(_("Post number"), "number"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("State"), "state", badge=True),
    )


def tables_of(project, user):
    """Every table of a project, each in one query however long it is."""
    plans = LabourPlan.objects.filter(fund_line__project=project)
    courses = project.trainings.annotate(signed=Count("trainees"))
    return [
        (_("Fund lines"), FUND_LINES, project.labour_shares),
        (_("Labour plan"), PLANS, plans.select_related("fund_line__fund")),
        (_("Roster"), ROSTER, on_the_roster(project)),
        (_("Wage batches"), BATCHES, batches(project)),
        (_("Sides of the project"), PARTIES, project.parties.select_related("user").order_by("pk")),
        (_("Progress"), PROGRESS, project.progress.select_related("reported_by").order_by("-on")),
        (_("Courses of the project"), TRAININGS, courses),
        (_("Papers of the project"), PAPERS, project.papers.select_related("added_by")),
        *_money_and_posts(project, user),
        (_("Stoppages"), STOPPAGES, project.stoppages.order_by("starts_on")),
    ]


def _money_and_posts(project, user):
    spendings = Spending.objects.filter(fund_line__project=project)
    posts = Post.objects.filter(relief_origin__project=project).select_related("area")
    pays = user.has_perm(Permission.RELIEF_SPEND, project.area_id)
    sees = user.has_perm(Permission.POST_VIEW, project.area_id)
    return [
        (_("Other payments"), spent(pays), spendings.select_related("fund_line__fund")),
        (_("Posts created by the project"), created(sees), posts.order_by("pk")),
    ]


def on_the_roster(project):
    """The people listed, by category in the order of the categories."""
    listed = project.members.filter(struck_off_on=None).order_by()
    counts = listed.values("category").annotate(
        people=Count("pk"),
        women=Count("pk", filter=Q(person__sex=Person.Sex.FEMALE)),
        placed=Count("contract"),
    )
    order = Member.Category.values
    return sorted(counts, key=lambda row: order.index(row["category"]))


def batches(project):
    return project.batches.annotate(people=Count("lines")).order_by("-month", "-pk")
