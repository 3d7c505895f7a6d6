"""What the public is told of a project on the board: its plan before work, its end after it."""

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices import services as notices
from notices.models import Notice
from project.kernel.guards import Refused, log
from project.kernel.models import Event
from project.kernel.money import yuan
from project.kernel.months import today
from project.kernel.roles import Permission
from project.kernel.steps import follow
from workrelief import papers
from workrelief.figures import figures_of
from workrelief.models import Project
from workrelief.services import locked, may

LENGTH = "relief.publicity"


class What(models.TextChoices):
    """The two times at which a project hangs on the board."""

    PLAN = "plan", gettext_lazy("The plan of the project")
    COMPLETION = "completion", gettext_lazy("The completed project")


TITLES = {What.PLAN: "以工代赈项目计划公示", What.COMPLETION: "以工代赈项目竣工公示"}
PLANNED = [
    Project.State.PLAN_ISSUED,
    Project.State.PREPARING,
    *Project.AT_WORK,
    Project.State.SUSPENDED,
]
DONE = [
    Project.State.MAIN_DONE,
    Project.State.RECTIFYING,
    Project.State.ACCEPTED,
    Project.State.IN_USE,
    Project.State.HANDED_OVER,
]
TIMES = {What.PLAN: PLANNED, What.COMPLETION: DONE}


@transaction.atomic
def publicise(project, *, by, what, on):
    """Hang the plan or the completion up for as long as the rule asks (relief.publicity)."""
    project, what = locked(project), What(what)
    may(by, Permission.RELIEF_OWN, project.area_id, _("Projects are publicised by their owner."))
    if on > today():
        raise Refused(_("That day has not come yet."))
    if project.state not in TIMES[what]:
        raise Refused(
            _("The plan hangs once it is issued, the completion once the works are done.")
        )
    if hanging(project, what):
        raise Refused(_("This was put on the board already; take that notice back first."))
    notice = notices.post(
        by=by,
        kind=Notice.Kind.PROJECT,
        area=project.area,
        title=f"{project.name}{TITLES[what]}"[-120:],
        content={"project": project.number, "rows": rows_of(project, what, by)},
        on=on,
        length=LENGTH,
    )
    follow(notice, by=by)
    log(project, "publicise", by=by, what=what.value, notice=notice.pk, sha256=notice.sha256)
    return notice


def hanging(project, what):
    """The notice that says this of the project and was not taken back."""
    told = Event.objects.of(project).filter(verb="publicise", data__what=what)
    numbers = list(told.values_list("data__notice", flat=True))
    return Notice.objects.filter(pk__in=numbers).exclude(state=Notice.State.VOID).first()


def rows_of(project, what, by):
    """What hangs: the signboard's facts; after the works also what has reached people's cards."""
    rows = papers.signboard(project, by).rows
    if what == What.COMPLETION:
        figures = figures_of(project)
        rows += [
            {"label": "实际务工人数、工日", "value": _worked(figures)},
            *(
                {"label": f"{row['fund']}劳务报酬", "value": _arrived(row)}
                for row in _labour(figures)
            ),
            {"label": "公益性岗位", "value": f"已设置 {figures.posts} 个"},
        ]
    return [{"number": number, **row} for number, row in enumerate(rows, start=1)]


def _labour(figures):
    return [papers.labour_row(share) for share in figures.shares]


def _worked(figures):
    return f"{figures.workers} 人，{figures.person_days.normalize():f} 个工日"


def _arrived(row):
    least = f"，规定不低于 {row['least']}" if row["least"] else ""
    return f"已发放到卡 {yuan(row['paid'])} 元，占 {row['paid_share']}{least}"
