"""Where and when work is due: places with their fences, plans, seasons and pauses."""

from django.contrib import messages
from django.http import Http404
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from attendance import plans
from attendance.forms import EndForm, PauseForm, PlaceForm, PlanForm, TakeBackForm
from attendance.models import Pause, Weekday, WorkPlace, WorkPlan
from project.kernel import pages
from project.kernel.roles import Permission

DEEDS = {
    "add": _("Entered"),
    "set": _("Entered"),
    "end": _("Ended"),
    "take_back": _("Taken back"),
}


def post(row):
    return row.title or translate("all posts")


def weekdays(plan):
    return "、".join(str(Weekday(number).label) for number in plan.weekdays)


def season(plan):
    return "、".join(str(number) for number in plan.months)


def shift(plan):
    return f"{plan.opens_at:%H:%M}–{plan.closes_at:%H:%M}" if plan.opens_at else ""


def standing(pause):
    return translate("taken back") if pause.withdrawn_by_id else translate("holds")


FROM, TO = pages.Column(_("From"), "starts_on"), pages.Column(_("To"), "ends_on")
POST, VILLAGE = pages.Column(_("Post"), post), pages.Column(_("Village"), "area.name")


class PlaceList(pages.RecordList):
    model = WorkPlace
    permission = Permission.SHEET_VIEW
    joins = ("area",)
    columns = (
        pages.Column(_("Place"), "name", link=True),
        VILLAGE,
        POST,
        pages.Column(_("Radius in metres"), "radius", align="end"),
        FROM,
        TO,
    )
    filters = (pages.AreaFilter(),)
    search_fields = ("name", "title")
    links = (
        pages.Link(_("Add a place"), reverse_lazy("attendance:place-add"), Permission.SHEET_OPEN),
    )
    empty = _("No place of work is fenced in; check-ins are not compared with any place.")


class PlannedPage(pages.RecordPage):
    """A place, a plan or a pause, with the way to end it."""

    permission = Permission.SHEET_VIEW
    deeds = DEEDS
    ending = ("", "")

    def links(self, record):
        if getattr(record, "withdrawn_by_id", None) or record.ends_on and self.model is not Pause:
            return []
        title, address = self.ending
        return [pages.Link(title, reverse(address, args=[record.pk]), Permission.SHEET_OPEN)]


class PlacePage(PlannedPage):
    model = WorkPlace
    joins = ("area", "added_by", "ended_by")
    ending = (_("End this place"), "attendance:place-end")
    summary = (
        pages.Column(_("Place"), "name"),
        VILLAGE,
        POST,
        pages.Column(_("Longitude"), lambda place: str(place.longitude)),
        pages.Column(_("Latitude"), lambda place: str(place.latitude)),
        pages.Column(_("Radius in metres"), "radius"),
        FROM,
        TO,
    )


class PlanList(pages.RecordList):
    model = WorkPlan
    permission = Permission.SHEET_VIEW
    joins = ("area",)
    columns = (
        pages.Column(_("Village"), "area.name", link=True),
        POST,
        pages.Column(_("Days a month"), "days", align="end"),
        pages.Column(_("Weekdays"), weekdays),
        pages.Column(_("Shift"), shift),
        pages.Column(_("Months of the season"), season),
        FROM,
        TO,
    )
    filters = (pages.AreaFilter(),)
    search_fields = ("title",)
    search_hint = _("Post")
    links = (
        pages.Link(_("Enter a plan"), reverse_lazy("attendance:plan-add"), Permission.SHEET_OPEN),
    )
    empty = _("No plan is entered; the rule on required days holds for every post.")


class PlanPage(PlannedPage):
    model = WorkPlan
    joins = ("area", "set_by", "ended_by")
    ending = (_("End this plan"), "attendance:plan-end")
    summary = (
        VILLAGE,
        POST,
        pages.Column(_("Days a month"), "days"),
        pages.Column(_("Weekdays"), weekdays),
        pages.Column(_("Shift"), shift),
        pages.Column(_("Months of the season"), season),
        pages.Column(_("Rests on public holidays"), "rests_on_holidays"),
        FROM,
        TO,
        pages.Column(_("Entered by"), "set_by"),
    )


class PauseList(pages.RecordList):
    model = Pause
    permission = Permission.SHEET_VIEW
    joins = ("area",)
    columns = (
        pages.Column(_("Village"), "area.name", link=True),
        POST,
        FROM,
        TO,
        pages.Column(_("Reason"), "reason"),
        pages.Column(_("State"), standing, badge=True),
    )
    filters = (pages.AreaFilter(),)
    search_fields = ("title", "reason")
    search_hint = _("Post or reason")
    links = (
        pages.Link(_("Enter a pause"), reverse_lazy("attendance:pause-add"), Permission.SHEET_OPEN),
    )
    empty = _("No pause is entered.")


class PausePage(PlannedPage):
    model = Pause
    joins = ("area", "added_by", "withdrawn_by")
    ending = (_("Take this pause back"), "attendance:pause-end")
    summary = (
        VILLAGE,
        POST,
        FROM,
        TO,
        pages.Column(_("Reason"), "reason"),
        pages.Column(_("State"), standing),
        pages.Column(_("Entered by"), "added_by"),
    )


class AddPlace(pages.EntryPage):
    template_name = "attendance/place_add.html"
    permission = Permission.SHEET_OPEN
    form_class = PlaceForm
    title = label = _("Add a place")
    crumb = WorkPlace._meta.verbose_name_plural
    back_url = reverse_lazy("attendance:workplace-list")
    help = _(
        "Stand at the place with a phone and take its coordinates. Several places of one post are "
        "all right: a check-in is compared with the nearest."
    )

    def enter(self, *, by, **place):
        return pages.url_of(plans.add_place(by=by, **place))


class AddPlan(pages.EntryPage):
    permission = Permission.SHEET_OPEN
    form_class = PlanForm
    title = label = _("Enter a plan")
    crumb = WorkPlan._meta.verbose_name_plural
    back_url = reverse_lazy("attendance:workplan-list")
    help = _(
        "Say how many days a month are due, on which weekdays, or both. Outside its season a plan "
        "says nothing. A month that has fewer days to work requires only those."
    )

    def enter(self, *, by, **terms):
        return pages.url_of(plans.set_plan(by=by, **terms))


class AddPause(pages.EntryPage):
    permission = Permission.SHEET_OPEN
    form_class = PauseForm
    title = label = _("Enter a pause")
    crumb = Pause._meta.verbose_name_plural
    back_url = reverse_lazy("attendance:pause-list")
    help = _("Days of a pause are not required; a day worked all the same counts.")

    def enter(self, *, by, **pause):
        return pages.url_of(plans.add_pause(by=by, **pause))


class EndPage(pages.EntryPage):
    """End what was planned, found only where the person sees it."""

    permission = Permission.SHEET_OPEN
    form_class = EndForm
    model = WorkPlace
    service = staticmethod(plans.end)

    def dispatch(self, request, *args, **kwargs):
        self.row = self.model.objects.visible_to(request.user).filter(pk=kwargs["pk"]).first()
        if self.row is None and request.user.is_authenticated:
            raise Http404
        if self.row:
            self.crumb, self.back_url = self.row, pages.url_of(self.row)
        return super().dispatch(request, *args, **kwargs)

    def enter(self, *, by, **fields):
        self.service(self.row, by=by, **fields)
        messages.success(self.request, translate("It is ended."))
        return self.back_url


class EndPlace(EndPage):
    title = label = _("End this place")
    help = _("Days until then keep this fence; add the new place with the day after.")


class EndPlan(EndPage):
    model = WorkPlan
    title = label = _("End this plan")


class TakePauseBack(EndPage):
    model = Pause
    form_class = TakeBackForm
    service = staticmethod(plans.take_back)
    title = label = _("Take this pause back")


plan_paths = [
    path("places/add/", AddPlace.as_view(), name="place-add"),
    path("places/<int:pk>/end/", EndPlace.as_view(), name="place-end"),
    path("places/", include(pages.plain_paths(PlaceList, PlacePage))),
    path("plans/add/", AddPlan.as_view(), name="plan-add"),
    path("plans/<int:pk>/end/", EndPlan.as_view(), name="plan-end"),
    path("plans/", include(pages.plain_paths(PlanList, PlanPage))),
    path("pauses/add/", AddPause.as_view(), name="pause-add"),
    path("pauses/<int:pk>/end/", TakePauseBack.as_view(), name="pause-end"),
    path("pauses/", include(pages.plain_paths(PauseList, PausePage))),
]
