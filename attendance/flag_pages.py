"""Doubts about check-ins: seen with what shows them, decided one by one or many at once."""

from django.contrib import messages
from django.http import Http404
from django.urls import path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from attendance import reviews
from attendance.evidence_words import evidence_in_words, pictures_of
from attendance.forms import DecideForm
from attendance.models import Flag, Photo
from project.kernel import pages
from project.kernel.guards import Refused
from project.kernel.looks import look
from project.kernel.models import Look
from project.kernel.pages.takes import BulkPage
from project.kernel.roles import Permission
from project.kernel.steps import Verb
from project.kernel.uploads import served_picture
from registry.access import areas, in_areas


def standing(flag):
    """Whether the doubt waits, was decided, or is only noted."""
    if hasattr(flag, "review"):
        return flag.review.get_decision_display()
    return translate("waits for a look") if flag.waits else translate("only noted")


class StandingFilter(pages.ChoiceFilter):
    """Doubts that wait, that were decided, and that are only noted."""

    def __init__(self):
        words = [("waits", _("wait for a look")), ("decided", _("decided")), ("noted", _("noted"))]
        super().__init__("standing", _("State"), choices=lambda user: words)

    def narrow(self, records, value):
        if value == "decided":
            return records.filter(review__isnull=False)
        return records.filter(review=None, waits=value == "waits")


class FlagList(pages.RecordList):
    model = Flag
    permission = Permission.SHEET_VIEW
    area_field = "check_in__contract__area_id"
    joins = ("check_in__contract__person", "check_in__contract__area", "review")
    columns = (
        pages.Column(_("Name"), "check_in.contract.person.name", link=True),
        pages.Column(_("Village"), "check_in.contract.area.name"),
        pages.Column(_("Day"), "check_in.day"),
        pages.Column(_("Doubt"), "code"),
        pages.Column(_("What shows it"), evidence_in_words),
        pages.Column(_("Raised at"), "raised_at"),
        pages.Column(_("State"), standing, badge=True),
    )
    filters = (
        pages.AreaFilter(field="check_in__contract__area"),
        StandingFilter(),
        pages.ChoiceFilter("code", _("Doubt")),
    )
    search_fields = ("check_in__contract__person__name",)
    empty = _("Nothing is doubtful.")

    def bulk(self):
        if not self.request.user.has_perm(Permission.SHEET_REVIEW):
            return []
        return [(_("Decide about these days"), reverse("attendance:flag-bulk"))]


class FlagPage(pages.RecordPage):
    model = Flag
    template_name = "attendance/flag.html"
    permission = Permission.SHEET_VIEW
    joins = (
        "check_in__contract__person",
        "check_in__contract__area",
        "check_in__received_by",
        "check_in__phone",
        "review__by",
    )
    deeds = {"decide": _("Decided")}
    summary = (
        pages.Column(_("Name"), "check_in.contract.person.name"),
        pages.Column(_("Post"), "check_in.contract.title"),
        pages.Column(_("Village"), "check_in.contract.area.name"),
        pages.Column(_("Day"), "check_in.day"),
        pages.Column(_("State"), standing),
    )
    facts = (
        pages.Group(
            _("What shows it"),
            (
                pages.Column(_("Doubt"), "code"),
                pages.Column(_("Evidence"), evidence_in_words),
                pages.Column(_("Raised at"), "raised_at"),
            ),
        ),
        pages.Group(
            _("The record"),
            (
                pages.Column(_("Source"), "check_in.source"),
                pages.Column(_("Kind"), "check_in.kind"),
                pages.Column(_("Evidence level"), "check_in.level"),
                pages.Column(_("In"), "check_in.in_at"),
                pages.Column(_("Out"), "check_in.out_at"),
                pages.Column(_("The device's time"), "check_in.at"),
                pages.Column(_("Received at"), "check_in.received_at"),
                pages.Column(_("Received by"), "check_in.received_by"),
                pages.Column(_("Phone"), "check_in.phone.label"),
                pages.Column(_("Accuracy in metres"), "check_in.accuracy"),
            ),
        ),
        pages.Group(
            _("Decision"),
            (
                pages.Column(_("Decision"), lambda f: standing(f) if hasattr(f, "review") else ""),
                pages.Column(
                    _("Reason"), lambda f: f.review.reason if hasattr(f, "review") else ""
                ),
                pages.Column(_("By"), lambda f: f.review.by if hasattr(f, "review") else ""),
                pages.Column(_("At"), lambda f: f.review.at if hasattr(f, "review") else ""),
            ),
        ),
    )

    def links(self, flag):
        if hasattr(flag, "review"):
            return []
        url = reverse("attendance:flag-decide", args=[flag.pk])
        return [pages.Link(_("Decide about this day"), url, Permission.SHEET_REVIEW)]

    def _may(self, link, flag):
        return self.request.user.has_perm(link.permission, flag.check_in.contract.area_id)

    def get_context_data(self, **kwargs):
        return super().get_context_data(pictures=pictures_of(self.object), **kwargs)


class DecideFlag(pages.EntryPage):
    """Say whether a doubtful day counts."""

    permission = Permission.SHEET_REVIEW
    form_class = DecideForm
    title = _("Decide about this day")
    label = _("Decide")
    help = _("It is decided once. A day that does not count can only be asked for as a correction.")

    def dispatch(self, request, *args, **kwargs):
        self.flag = Flag.objects.visible_to(request.user).filter(pk=kwargs["pk"]).first()
        if self.flag is None and request.user.is_authenticated:
            raise Http404
        if self.flag:
            self.crumb, self.back_url = self.flag, pages.url_of(self.flag)
        return super().dispatch(request, *args, **kwargs)

    def enter(self, *, by, **decided):
        reviews.decide(self.flag, by=by, **decided)
        messages.success(self.request, translate("The decision is kept."))
        return pages.url_of(self.flag)


class DecideMany(BulkPage):
    """Decide about many doubts with one reason; those that cannot be decided are named."""

    model = Flag
    permission = Permission.SHEET_REVIEW
    area_field = FlagList.area_field

    def setup(self, request, *args, **kwargs):
        """No state machine speaks of doubts: the step is the decision itself."""
        View.setup(self, request, *args, **kwargs)
        title = _("Decide about these days")
        self.verb = Verb(reviews.decide, title, DecideForm, "decide", self.permission)

    def seen(self):
        return super().seen().select_related(*FlagList.joins)

    def against(self, flag):
        """Why this person, or anybody, decides nothing about the doubt."""
        user, area = self.request.user, flag.check_in.contract.area_id
        if not user.has_perm(self.permission, area):
            return [translate("This step belongs to another role or another area.")]
        return reviews.against(flag) + reviews.barred(flag, user)

    def form_valid(self, form):
        done, refused = [], []
        for flag in self.can:
            try:
                done.append(reviews.decide(flag, by=self.request.user, **form.cleaned_data))
            except Refused as error:
                refused.append((flag, error.messages))
        context = self.get_context_data(form=form, done=done, cannot=self.cannot + refused)
        return self.response_class(self.request, ["bulk_done.html"], context)


class Picture(pages.Permitted, View):
    """The picture of a check-in or a roll call, for those who see its village."""

    permission = Permission.SHEET_VIEW

    def get(self, request, pk):
        mine = areas(request.user, self.permission)
        inside = in_areas(mine, "check_in__contract__area_id")
        found = Photo.objects.select_related("check_in__contract")
        photo = found.filter(inside | in_areas(mine, "roll_call__area_id"), pk=pk).first()
        if photo is None:
            raise Http404
        shown = {photo.check_in.contract.person_id} if photo.check_in_id else set()
        look(request.user, Look.What.PHOTO, shown, record=photo)
        return served_picture(photo.file)


flag_paths = [
    path("flags/", FlagList.as_view(), name="flag-list"),
    path("flags/bulk/", DecideMany.as_view(), name="flag-bulk"),
    path("flags/<int:pk>/", FlagPage.as_view(), name="flag"),
    path("flags/<int:pk>/decide/", DecideFlag.as_view(), name="flag-decide"),
    path("pictures/<int:pk>/", Picture.as_view(), name="photo"),
]
