"""Roll calls: held on site with a phone, seen with their pictures, corrected by another one."""

import uuid

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from attendance import musters, roll_calls
from attendance.evidence_words import SHOWN, picture_of
from attendance.models import CheckIn, RollCall
from attendance.roll_call_forms import CorrectionOfCallForm, RollCallForm
from project.kernel import pages
from project.kernel.guards import Refused
from project.kernel.months import today
from project.kernel.roles import Permission


def standing(call):
    if hasattr(call, "corrected_by"):
        return translate("Corrected by a later one")
    return translate("A correction") if call.corrects_id else translate("Holds")


def present(line):
    return translate("is there") if line.present else translate("is not there")


def doubts(line):
    """What is doubtful about the check-in of somebody who was there."""
    if not line.present:
        return ""
    return "、".join(str(flag.get_code_display()) for flag in line.check_in.flags.all())


class RollCallList(pages.RecordList):
    model = RollCall
    permission = Permission.SHEET_VIEW
    joins = ("area", "place", "by", "corrected_by")
    columns = (
        pages.Column(_("Day"), "day", link=True),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Post"), lambda call: call.title or translate("all posts")),
        pages.Column(_("Moment"), "kind"),
        pages.Column(_("Roll called by"), "by"),
        pages.Column(_("Received at"), "received_at"),
        pages.Column(_("State"), standing, badge=True),
    )
    filters = (pages.AreaFilter(),)
    search_fields = ("title", "area__name")
    search_hint = _("Village or post")
    links = (
        pages.Link(
            _("Call the roll"), reverse_lazy("attendance:roll-call"), Permission.SHEET_RECORD
        ),
    )
    empty = _("No roll has been called on site yet.")


LINES = (
    pages.Column(_("Name"), "contract.person.name"),
    pages.Column(_("Post"), "contract.title"),
    pages.Column(_("There or not"), present),
    pages.Column(_("Doubt"), doubts),
)


class RollCallPage(pages.RecordPage):
    model = RollCall
    template_name = "attendance/roll_call.html"
    permission = Permission.SHEET_VIEW
    joins = ("area", "place", "by", "first", "corrects", "corrected_by")
    deeds = {"hold": _("Roll called"), "correct": _("Said anew")}
    summary = (
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Post"), lambda call: call.title or translate("all posts")),
        pages.Column(_("Day"), "day"),
        pages.Column(_("Moment"), "kind"),
        pages.Column(_("The device's time"), "at"),
        pages.Column(_("Place"), "place.name"),
        pages.Column(_("Accuracy in metres"), "accuracy"),
        pages.Column(_("Received at"), "received_at"),
        pages.Column(_("Roll called by"), "by"),
        pages.Column(_("State"), standing),
        pages.Column(_("Reason"), "reason"),
    )

    def links(self, call):
        if hasattr(call, "corrected_by"):
            return [pages.Link(translate("See the later one"), pages.url_of(call.corrected_by))]
        url = reverse("attendance:roll-call-correct", args=[call.pk])
        found = [pages.Link(translate("Correct the roll call"), url, Permission.SHEET_RECORD)]
        if call.corrects_id:
            found.append(pages.Link(translate("See the one before"), pages.url_of(call.corrects)))
        return found

    def tables(self, call):
        lines = call.lines.select_related("contract__person").prefetch_related("check_in__flags")
        return [(_("Who was called"), LINES, lines.order_by("-present", "contract__person__name"))]

    def get_context_data(self, **kwargs):
        found = self.object.on_site.pictures.select_related(*SHOWN).order_by("pk")
        return super().get_context_data(pictures=[picture_of(one) for one in found], **kwargs)


class Calling(pages.Permitted, TemplateView):
    """A list of names to tap on; the answer to what is sent is JSON, for the script keeps it."""

    template_name = "attendance/call_the_roll.html"
    permission = Permission.SHEET_RECORD
    crumb = RollCall._meta.verbose_name_plural

    def answer(self, form, service):
        """What became of a roll call: its address, or every reason against it."""
        if not form.is_valid():
            reasons = [str(error) for errors in form.errors.values() for error in errors]
            return JsonResponse({"reasons": reasons}, status=422)
        try:
            call = service(by=self.request.user, **form.cleaned_data)
        except Refused as refused:
            return JsonResponse({"reasons": refused.messages}, status=409)
        messages.success(self.request, translate("The roll call is kept."))
        return JsonResponse({"url": pages.url_of(call)}, status=201)

    def get_context_data(self, **kwargs):
        words = {"client_id": uuid.uuid4(), "crumb": self.crumb, "call": None}
        words["crumb_url"] = reverse("attendance:rollcall-list")
        return super().get_context_data(**(words | kwargs))


class CallTheRoll(Calling):
    """Call the roll of a village's holders of today, all of them or those of one post."""

    def get_context_data(self, **kwargs):
        villages = musters.villages(self.request.user)
        village = musters.chosen(villages, self.request.GET.get("area"))
        everybody = musters.holders(village, today()) if village else []
        titles = sorted({holder.title for holder in everybody})
        title = self.request.GET.get("title", "")
        title = title if title in titles else ""
        return super().get_context_data(
            title=translate("Call the roll"),
            villages=villages,
            village=village,
            titles=titles,
            post=title,
            people=[one for one in everybody if title in ("", one.title)],
            places=musters.places(village, today()) if village else [],
            kinds=CheckIn.Kind.choices,
            key=f"{self.request.user.pk}-{village and village.pk}-{title}",
            **kwargs,
        )

    def post(self, request):
        form = RollCallForm(request.POST, request.FILES, user=request.user)
        return self.answer(form, roll_calls.hold)


class CorrectTheRoll(Calling):
    """Say anew who was there at a moment."""

    def dispatch(self, request, *args, **kwargs):
        seen = RollCall.objects.visible_to(request.user).select_related("area")
        self.call = seen.filter(pk=kwargs["pk"]).first()
        if self.call is None and request.user.is_authenticated:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        call = self.call
        return super().get_context_data(
            title=translate("Correct the roll call"),
            call=call,
            village=call.area,
            post=call.title,
            people=musters.of_call(call),
            key=f"{self.request.user.pk}-call-{call.pk}",
            **kwargs,
        )

    def post(self, request, pk):
        form = CorrectionOfCallForm(request.POST, request.FILES, user=request.user)
        return self.answer(form, self.correct)

    def correct(self, **fields):
        return roll_calls.correct(self.call, **fields)


roll_call_paths = [
    path("roll-calls/new/", CallTheRoll.as_view(), name="roll-call"),
    path("roll-calls/<int:pk>/correct/", CorrectTheRoll.as_view(), name="roll-call-correct"),
    path("roll-calls/", include(pages.plain_paths(RollCallList, RollCallPage))),
]
