"""The page of what lies late below an office, and its place in the navigation."""

from django.contrib.contenttypes.models import ContentType
from django.urls import path
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import Task

from project.kernel import pages
from project.kernel.looks import people_of
from project.kernel.pages.workbooks import workbook
from project.kernel.roles import Permission
from project.late import late_below, told
from registry.models import Area

PLACE, KIND = "owner_permission_obj_pk", "process__artifact_content_type"


def _places(user):
    codes = late_below(user).order_by(PLACE).values_list(PLACE, flat=True).distinct()
    found = Area.objects.in_bulk(list(codes[:400]))
    return [(code, area.name) for code, area in found.items()]


def _kinds(user):
    found = late_below(user).order_by(KIND).values_list(KIND, flat=True).distinct()
    kinds = (ContentType.objects.get_for_id(number) for number in found)
    return [(kind.pk, kind.model_class()._meta.verbose_name) for kind in kinds]


class LateBelow(pages.RecordList):
    """What the offices below have left lying for longer than the rule allows; it stays theirs."""

    model = Task
    permission = Permission.LATE_VIEW
    title = _("Late below")
    area_field = PLACE
    columns = (
        pages.Column(_("What"), "what", link=True),
        pages.Column(_("Kind"), "kind"),
        pages.Column(_("Step"), "step"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Who should act"), "roles"),
        pages.Column(_("By name"), "names"),
        pages.Column(_("Waits since"), "since"),
        pages.Column(_("Due"), "due"),
    )
    filters = (
        pages.ChoiceFilter("area", _("Area"), field=PLACE, choices=_places),
        pages.ChoiceFilter("kind", _("Kind"), field=KIND, choices=_kinds),
    )
    empty = _("Nothing below you is late. What is late is looked for every night.")

    def records(self):
        return late_below(self.request.user)

    def page(self, records):
        tasks, after = super().page(records)
        return told(tasks, self.request.user), after

    def url(self, record):
        return pages.url_of(record.record) if record.record is not None else ""

    def workbook(self, records):
        tasks = list(records.order_by(PLACE, "pk"))
        lines = told(tasks, self.request.user)
        rows = ([column.cell(line) for column in self.columns] for line in lines)
        heads = [column.heading for column in self.columns]
        return workbook("late", heads, rows, by=self.request.user, people=_people(lines))


def _people(lines):
    """Everybody whom the records are about, one question for each kind."""
    wanted = {}
    for line in lines:
        if line.record is not None:
            wanted.setdefault(type(line.record), []).append(line.record.pk)
    found = (people_of(model.objects.filter(pk__in=pks)) for model, pks in wanted.items())
    return set().union(*found)


urlpatterns = [path("late/", LateBelow.as_view(), name="late-below")]
