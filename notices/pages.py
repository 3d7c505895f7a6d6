"""Public notices: for the office with their history, for everybody with what they say."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, ListView

from notices.models import Notice
from project.kernel import pages
from project.kernel.roles import Permission

HEADINGS = {
    "number": _("No."),
    "name": _("Name"),
    "id_number": _("ID number"),
    "post_title": _("Post"),
    "days_worked": _("Days worked"),
    "amount": _("Amount (yuan)"),
}
NUMBERS = {"number", "days_worked", "amount"}
SHOWN_AT_ONCE = 100


def columns(notice):
    """What a notice says of each person, in the order in which it is read."""
    said = notice.content["rows"][0] if notice.content["rows"] else {}
    return [
        pages.Column(
            heading, lambda row, name=name: row[name], "end" if name in NUMBERS else "start"
        )
        for name, heading in HEADINGS.items()
        if name in said
    ]


class NoticeList(pages.RecordList):
    model = Notice
    permission = Permission.NOTICE_VIEW
    joins = ("area",)
    columns = (
        pages.Column(_("Title"), "title", link=True),
        pages.Column(_("Kind"), "kind"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Posted on"), "posted_on"),
        pages.Column(_("Last day"), "ends_on"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (pages.AreaFilter(), pages.ChoiceFilter("kind", _("Kind")), pages.StateFilter())
    search_fields = ("title",)
    search_hint = _("Title")
    empty = _("Nothing has been posted yet. Notices are posted from sheets and pay runs.")


class NoticePage(pages.RecordPage):
    model = Notice
    permission = Permission.NOTICE_VIEW
    joins = ("area", "posted_by", "certified_by")
    deeds = {"post": _("Posted"), "certify": _("Certified"), "void": _("Taken back")}
    summary = (
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Posted on"), "posted_on"),
        pages.Column(_("Last day"), "ends_on"),
        pages.Column(_("Certified on"), "certified_on"),
    )
    facts = (
        pages.Group(
            _("The notice"),
            (
                pages.Column(_("Kind"), "kind"),
                pages.Column(_("Length"), lambda n: f"{n.days} {n.get_unit_display()}"),
                pages.Column(_("Posted by"), "posted_by"),
                pages.Column(_("Certified by"), "certified_by"),
                pages.Column(_("Content hash"), "sha256"),
            ),
        ),
    )

    def tables(self, notice):
        return [(_("What it says"), columns(notice), notice.content["rows"])]


def hanging():
    """What everybody may read: posted notices, until their last day has passed and is certified."""
    posted = Notice.objects.filter(state=Notice.State.POSTED)
    return posted.select_related("area").order_by("-posted_on", "-pk")


@method_decorator(login_not_required, name="dispatch")
class PublicNotices(ListView):
    """The board in the village street, for everybody."""

    template_name = "notices/board.html"
    paginate_by = SHOWN_AT_ONCE
    context_object_name = "notices"

    def get_queryset(self):
        return hanging()


@method_decorator(login_not_required, name="dispatch")
class PublicNotice(DetailView):
    """One notice as it hangs: who, with masked numbers, and the hash of its words."""

    template_name = "notices/notice.html"
    context_object_name = "notice"

    def get_queryset(self):
        return hanging()

    def get_context_data(self, **kwargs):
        heads = columns(self.object)
        rows = [
            {"cells": [(column, column.text(row)) for column in heads]}
            for row in self.object.content["rows"]
        ]
        return super().get_context_data(heads=heads, rows=rows, **kwargs)


class Notices(pages.Section):
    """What was hung up, for how long, and who witnessed it."""

    app_name = "notices"
    permissions = (Permission.NOTICE_VIEW,)
    urlpatterns = pages.record_paths(NoticeList, NoticePage)


public = [
    path("", PublicNotices.as_view(), name="board"),
    path("<int:pk>/", PublicNotice.as_view(), name="board-notice"),
]
