"""Phones in the office: cards handed out and printed, phones that are let in, lost ones ended."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import include, path, reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView

from attendance import cards, devices
from attendance.models import Device
from project.kernel import pages
from project.kernel.documents import pdf, qr_image
from project.kernel.forms import ReasonForm
from project.kernel.guards import Refused
from project.kernel.looks import look
from project.kernel.models import Look
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area, Person


def standing(device):
    return translate("Ended") if device.ended_at else translate("Let in")


class DeviceList(pages.RecordList):
    model = Device
    permission = Permission.SHEET_VIEW
    joins = ("person__area",)
    area_field = "person__area_id"
    columns = (
        pages.Column(_("Name"), "person.name", link=True),
        pages.Column(_("Village"), "person.area.name"),
        pages.Column(_("Phone"), "label"),
        pages.Column(_("Let in at"), "registered_at"),
        pages.Column(_("Ended at"), "ended_at"),
        pages.Column(_("State"), standing, badge=True),
    )
    filters = (pages.AreaFilter(field="person__area"),)
    search_fields = ("person__name", "person__name_key")
    links = (
        pages.Link(_("Print cards"), reverse_lazy("attendance:phone-cards"), Permission.PASS_ISSUE),
    )
    empty = _("No phone has been let in yet. Print the cards of a village first.")


class DevicePage(pages.RecordPage):
    model = Device
    permission = Permission.SHEET_VIEW
    joins = ("person__area", "let_in_by__issued_by", "ended_by")
    deeds = {"register": _("Let in"), "end": _("Ended")}
    summary = (
        pages.Column(_("Name"), "person.name"),
        pages.Column(_("Village"), "person.area.name"),
        pages.Column(_("State"), standing),
    )
    facts = (
        pages.Group(
            _("Phone"),
            (
                pages.Column(_("Phone"), "label"),
                pages.Column(_("Let in at"), "registered_at"),
                pages.Column(_("Card handed out by"), "let_in_by.issued_by"),
                pages.Column(_("Ended at"), "ended_at"),
                pages.Column(_("Ended by"), "ended_by"),
            ),
        ),
    )

    def links(self, device):
        if device.ended_at or not may_issue(self.request.user, device.person):
            return []
        url = reverse("attendance:device-end", args=[device.pk])
        return [pages.Link(translate("End this phone"), url)]


def may_issue(user, person):
    """Whether somebody lets the phones of a person in and out."""
    return user.has_perm(Permission.PASS_ISSUE, person.area_id)


class EndPhone(pages.EntryPage):
    """A phone that was lost or given away lets nobody in any more."""

    permission = Permission.PASS_ISSUE
    form_class = ReasonForm
    title = label = _("End this phone")
    crumb = Device._meta.verbose_name_plural
    back_url = reverse_lazy("attendance:device-list")
    help = _(
        "Nothing more can be sent from this phone; what it has sent stays. Hand out a new card "
        "for another phone, or for the same one once it is found."
    )

    @property
    def device(self):
        seen = Device.objects.visible_to(self.request.user).select_related("person")
        found = get_object_or_404(seen, pk=self.kwargs["pk"])
        if not may_issue(self.request.user, found.person):
            raise PermissionDenied(translate("This page belongs to another role."))
        return found

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        del kwargs["user"]
        return kwargs

    def get_context_data(self, **kwargs):
        return super().get_context_data(summary=[(_("Phone"), str(self.device))], **kwargs)

    def enter(self, *, by, note):
        ended = devices.end(self.device, by=by, note=note)
        messages.success(self.request, translate("The phone is let in no more."))
        return pages.url_of(ended)


@method_decorator(never_cache, name="dispatch")
class PhoneCard(pages.Permitted, DetailView):
    """One button that makes a card, and the card as a link and as a QR code, shown once."""

    permission = Permission.PASS_ISSUE
    template_name = "attendance/phone_card.html"
    context_object_name = "record"

    def get_queryset(self):
        return Person.objects.visible_to(self.request.user).select_related("area")

    def post(self, request, *args, **kwargs):
        self.object = self.get_object()
        try:
            let_in, secret = cards.hand_out(self.object, by=request.user)
        except Refused as refused:
            return self.render_to_response(self.get_context_data(reasons=refused.messages))
        link = link_of(secret)
        context = self.get_context_data(let_in=let_in, link=link, qr=qr_image(link))
        return self.render_to_response(context)

    def get_context_data(self, **kwargs):
        person = self.object
        if not may_issue(self.request.user, person):
            raise PermissionDenied(translate("This page belongs to another role."))
        words = {
            "title": translate("Let the worker's phone in"),
            "crumb": person.name,
            "record_url": pages.url_of(person),
            "summary": [(column.heading, column.text(person)) for column in WHO],
            "phones": person.devices.order_by("-pk"),
            "reasons": [],
            "link": "",
        }
        return super().get_context_data(**(words | kwargs))


WHO = (
    pages.Column(_("Name"), "name"),
    pages.Column(_("Village"), "area.name"),
    pages.Column(_("ID number"), "masked_id"),
)


def link_of(secret):
    """Where a card leads."""
    return settings.SITE_ADDRESS + reverse("phone-in", args=[secret])


class VillageForm(forms.Form):
    """A village of one's own, and whether those get a card who have a phone let in."""

    village = forms.ModelChoiceField(Area.objects.none(), label=_("Village"), empty_label=None)
    again = forms.BooleanField(label=_("Also for those whose phone is let in"), required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        inside = in_areas(areas(user, Permission.PASS_ISSUE), "code")
        villages = Area.objects.filter(inside, level=Area.Level.VILLAGE)
        self.fields["village"].queryset = villages.on(today()).order_by("code")


class PrintCards(pages.EntryPage):
    """The cards of a village as one PDF, eight to a page, to be cut apart."""

    permission = Permission.PASS_ISSUE
    form_class = VillageForm
    title = _("Print cards")
    label = _("Make the cards")
    crumb = Device._meta.verbose_name_plural
    back_url = reverse_lazy("attendance:device-list")
    help = _(
        "Everybody who works in the village gets a card; the cards before count no more. Hand "
        "each card to its worker alone: whoever scans it checks in under that name."
    )

    def form_valid(self, form):
        village = form.cleaned_data["village"]
        made = cards.hand_out_all(village, by=self.request.user, again=form.cleaned_data["again"])
        if not made.made and not made.left_out:
            form.add_error(None, translate("Nobody in this village needs a card now."))
            return self.form_invalid(form)
        by, shown = self.request.user, {person.pk for person, _secret in made.made}
        look(by, Look.What.EXPORT, shown, record=village, purpose=str(self.title), rows=len(shown))
        answer = HttpResponse(sheet(village, made), content_type="application/pdf")
        answer.headers["Content-Disposition"] = f'inline; filename="cards-{village.pk}.pdf"'
        answer.headers["Cache-Control"] = "no-store"
        return answer


def sheet(village, made):
    """The cards on paper, and at the end who got none and why."""
    rows = [
        {"name": person.name, "village": village.name, "qr": qr_image(link_of(secret))}
        for person, secret in made.made
    ]
    context = {
        "pages": [rows[at : at + ON_A_PAGE] for at in range(0, len(rows), ON_A_PAGE)],
        "village": village.name,
        "until": cards.valid_until(village),
        "left_out": [(person.name, " ".join(why)) for person, why in made.left_out],
    }
    return pdf("print/phone_cards.html", context, title="手机打卡登记卡")


ON_A_PAGE = 8


phone_paths = [
    path("phones/cards/", PrintCards.as_view(), name="phone-cards"),
    path("phones/card/<int:pk>/", PhoneCard.as_view(), name="phone-card"),
    path("phones/<int:pk>/end/", EndPhone.as_view(), name="device-end"),
    path("phones/", include(pages.plain_paths(DeviceList, DevicePage))),
]
