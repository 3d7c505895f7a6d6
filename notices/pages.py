"""Public notices as the office keeps them: what they say, their photos, how they were witnessed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views import View

from notices import complaint_pages, flows, objections, photos
from notices.forms import HeardForm, LookForm, PhotoForm
from notices.models import Notice, NoticePhoto, Objection
from notices.papers import FORM_OF
from project.kernel import pages
from project.kernel.documents import FORMS
from project.kernel.pages.takes import BulkPage, StepPage
from project.kernel.roles import Permission

HEADINGS = {
    "number": _("No."),
    "label": _("Item"),
    "value": _("Content"),
    "name": _("Name"),
    "id_number": _("ID number"),
    "sex": _("Sex"),
    "age": _("Age"),
    "village": _("Village"),
    "category": _("Category"),
    "post_title": _("Post"),
    "duties": _("Duties"),
    "workplace": _("Place of work"),
    "places": _("Places"),
    "standard": _("Standard (yuan)"),
    "starts_on": _("From"),
    "ends_on": _("To"),
    "days_worked": _("Days worked"),
    "quantity": _("Hours or pieces"),
    "amount": _("Amount (yuan)"),
}
NUMBERS = {"number", "age", "places", "standard", "days_worked", "quantity", "amount"}


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


PHOTO_COLUMNS = (
    pages.Column(_("What it shows"), "moment", link=True),
    pages.Column(_("Taken on"), "taken_on"),
    pages.Column(_("Place of the board"), "place"),
    pages.Column(_("Added by"), "added_by"),
    pages.Column(_("Hash of the photo"), "sha256"),
)
OBJECTION_COLUMNS = (
    pages.Column(_("Receipt"), "code", link=True),
    pages.Column(_("Line"), "line", align="end"),
    pages.Column(_("How it came"), "channel"),
    pages.Column(_("Received on"), "received_on"),
    pages.Column(_("Answer due on"), "due_on"),
    pages.Column(_("State"), "state", badge=True),
)


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
    links = (pages.Link(_("Objections"), reverse_lazy("notices:objection-list")),)
    steps = ("certify",)
    empty = _("Nothing has been posted yet. Notices are posted from sheets and pay runs.")


class NoticePage(pages.RecordPage):
    model = Notice
    permission = Permission.NOTICE_VIEW
    joins = ("area", "posted_by", "certified_by")
    deeds = {
        "post": _("Posted"),
        "certify_along": _("Certified"),
        "void": _("Taken back"),
        "photo": _("Photo added"),
        "print": _("Printed"),
        "export": _("Taken out as a workbook"),
    }
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
        return [
            (_("What it says"), columns(notice), notice.content["rows"]),
            (_("Photos of the board"), PHOTO_COLUMNS, notice.photos.select_related("added_by")),
            (_("Objections"), OBJECTION_COLUMNS, notice.objections.order_by("-pk")),
        ]

    def papers(self, notice):
        code = FORM_OF[notice.kind]
        place = ["notice", notice.pk, code]
        workbook = reverse("paper-workbook", args=place)
        title = f"{code} {FORMS[code].title}"
        return [pages.Paper(title, reverse("paper", args=place), workbook=workbook)]

    def links(self, notice):
        """Ways on while it hangs: its photos, what is said against it, how everybody sees it."""
        found = []
        if notice.state == Notice.State.POSTED:
            at = reverse("notices:photo-add", args=[notice.pk])
            found.append(pages.Link(_("Add a photo of the board"), at, photos.HUNG_BY[notice.kind]))
        if notice.state in objections.HEARD_BY_STAFF:
            at = reverse("notices:objection-add", args=[notice.pk])
            found.append(pages.Link(_("Write down an objection"), at, Permission.OBJECTION_RECEIVE))
        if notice.state == Notice.State.POSTED:
            at = reverse("board-notice", args=[notice.pk])
            found.append(pages.Link(_("As everybody sees it"), at))
        return found


class OfNotice(pages.EntryPage):
    """A page to enter something about one notice, found only where the person sees it."""

    permission = Permission.NOTICE_VIEW

    def dispatch(self, request, *args, **kwargs):
        seen = Notice.objects.visible_to(request.user)
        self.notice = seen.select_related("area").filter(pk=kwargs["pk"]).first()
        if self.notice is None and request.user.is_authenticated:
            raise Http404
        if self.notice:
            self.refuse_strangers(request.user)
            self.crumb, self.back_url = self.notice, pages.url_of(self.notice)
        return super().dispatch(request, *args, **kwargs)

    def refuse_strangers(self, user):
        """Where more than a permission somewhere is asked for, the form is not even shown."""


class AddPhoto(OfNotice):
    """Show that the notice hung on its board when it began, and when it ended."""

    form_class = PhotoForm
    title = _("Add a photo of the board")
    label = _("Add the photo")
    help = _("The photo must show this notice on its board. It is kept and cannot be replaced.")

    def refuse_strangers(self, user):
        if not photos.may_add(self.notice, user):
            raise PermissionDenied(
                translate("Photos are added by those who may hang the notice up.")
            )

    def enter(self, *, by, **fields):
        photos.add_photo(self.notice, by=by, **fields)
        messages.success(self.request, translate("The photo is kept with the notice."))
        return self.back_url


class HearObjection(OfNotice):
    """Write down what somebody objects to by telephone or on paper."""

    permission = Permission.OBJECTION_RECEIVE
    form_class = HeardForm
    title = _("Write down an objection")
    label = _("Take an objection in")
    help = _("Read the receipt out or hand it over: with it the answer can be read by everybody.")

    def enter(self, *, by, **said):
        objection = flows.receive(self.notice, by=by, **said)
        words = translate("The objection is taken in. Its receipt is %(code)s.")
        messages.success(self.request, words % {"code": objection.code})
        return pages.url_of(objection)


class Photo(pages.Permitted, View):
    """The photo itself, for those who see its notice."""

    permission = Permission.NOTICE_VIEW

    def get(self, request, pk):
        seen = Notice.objects.visible_to(request.user)
        photo = NoticePhoto.objects.filter(notice__in=seen, pk=pk).first()
        if photo is None:
            raise Http404
        with photo.image.open() as file:
            return HttpResponse(
                file.read(), content_type="image/jpeg", headers={"Cache-Control": "private"}
            )


class ObjectionList(pages.RecordList):
    model = Objection
    permission = Permission.NOTICE_VIEW
    joins = ("area", "notice", "assignee")
    columns = (
        pages.Column(_("Receipt"), "code", link=True),
        pages.Column(_("Notice"), "title"),
        pages.Column(_("Line"), "line", align="end"),
        pages.Column(_("How it came"), "channel"),
        pages.Column(_("Received on"), "received_on"),
        pages.Column(_("Answer due on"), "due_on"),
        pages.Column(_("Who looks into it"), "assignee"),
        pages.Column(_("Outcome"), "outcome"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (pages.AreaFilter(), pages.StateFilter())
    search_fields = ("code", "notice__title")
    search_hint = _("Receipt or notice")
    steps = ("close",)
    links = (
        pages.Link(
            _("Write down a complaint"),
            reverse_lazy("notices:complaint-add"),
            Permission.OBJECTION_RECEIVE,
        ),
    )
    empty = _("Nobody has objected to anything yet.")


class ObjectionPage(pages.RecordPage):
    model = Objection
    permission = Permission.NOTICE_VIEW
    joins = ("area", "notice", "place", "assignee", "received_by", "answered_by")
    deeds = {"receive": _("Taken in"), "look": _("Looked up who objected")}
    summary = (
        pages.Column(_("Area"), lambda said: (said.place or said.area).name),
        pages.Column(_("Notice"), "title"),
        pages.Column(_("Line"), "line"),
        pages.Column(_("Received on"), "received_on"),
        pages.Column(_("Answer due on"), "due_on"),
    )
    facts = (
        pages.Group(
            _("The objection"),
            (
                pages.Column(_("What is said"), "text"),
                pages.Column(_("How it came"), "channel"),
                pages.Column(_("Received by"), "received_by"),
                pages.Column(_("Receipt"), "code"),
            ),
        ),
        pages.Group(
            _("What became of it"),
            (
                pages.Column(_("Who looks into it"), "assignee"),
                pages.Column(_("What was found"), "finding"),
                pages.Column(_("Outcome"), "outcome"),
                pages.Column(_("Answer"), "answer"),
                pages.Column(_("Answered on"), "answered_on"),
                pages.Column(_("Answered by"), "answered_by"),
            ),
        ),
    )

    def tables(self, objection):
        if objection.notice is None:
            return []
        rows = objection.notice.content.get("rows", [])
        numbers = objection.notice.line_numbers()
        meant = [r for r, n in zip(rows, numbers, strict=True) if n == objection.line]
        if not meant:
            return []
        return [(_("The line it is about"), columns(objection.notice), meant)]

    def links(self, objection):
        who = reverse("notices:objection-who", args=[objection.pk])
        said = [pages.Link(_("See who objected"), who, Permission.COMPLAINANT_VIEW)]
        if objection.notice is None:
            case = f"{reverse('inspections:case-open')}?complaint={objection.pk}"
            return [pages.Link(_("Open a case"), case, Permission.CASE_INVESTIGATE), *said]
        return [pages.Link(_("Open the notice"), pages.url_of(objection.notice)), *said]


class ObjectionStep(StepPage):
    """A step on an objection; who may look into it is chosen among those who may do so there."""

    model = Objection
    summary = ObjectionPage.summary

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if field := form.fields.get("assignee"):
            may = Permission.OBJECTION_VERIFY
            area = self.record.area_id
            theirs = [u.pk for u in field.queryset if u.has_perm(may, area)]
            field.queryset = field.queryset.filter(pk__in=theirs).exclude(pk=self.request.user.pk)
        return form


class WhoObjected(pages.EntryPage):
    """The name and telephone of whoever objected, after a reason is given and written down."""

    permission = Permission.COMPLAINANT_VIEW
    form_class = LookForm
    title = _("See who objected")
    label = _("Show the name")
    help = _("That you looked, and why, stays with the objection.")

    def dispatch(self, request, *args, **kwargs):
        seen = Objection.objects.visible_to(request.user)
        self.objection = seen.filter(pk=kwargs["pk"]).first()
        if self.objection is None and request.user.is_authenticated:
            raise Http404
        if self.objection:
            self.crumb, self.back_url = self.objection, pages.url_of(self.objection)
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        reason = form.cleaned_data["reason"]
        name, contact = objections.look(self.objection, by=self.request.user, reason=reason)
        summary = [
            (_("Name"), name or translate("Not given")),
            (_("Telephone"), contact or translate("Not given")),
        ]
        return self.render_to_response(self.get_context_data(form=form, summary=summary))


class Notices(pages.Section):
    """What was hung up, for how long, who witnessed it, and what was said against it."""

    app_name = "notices"
    permissions = (Permission.NOTICE_VIEW,)
    urlpatterns = [
        path("photos/<int:pk>/", Photo.as_view(), name="noticephoto"),
        path("<int:pk>/photos/add/", AddPhoto.as_view(), name="photo-add"),
        path("<int:pk>/objections/add/", HearObjection.as_view(), name="objection-add"),
        path("objections/<int:pk>/who/", WhoObjected.as_view(), name="objection-who"),
        *complaint_pages.inside,
        path("objections/", ObjectionList.as_view(), name="objection-list"),
        path("objections/<int:pk>/", ObjectionPage.as_view(), name="objection"),
        path(
            "objections/bulk/<slug:step>/",
            BulkPage.as_view(model=Objection),
            name="objection-bulk",
        ),
        path("objections/<int:pk>/<slug:step>/", ObjectionStep.as_view(), name="objection-step"),
        *pages.record_paths(NoticeList, NoticePage),
    ]
