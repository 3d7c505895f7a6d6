"""Visits on the pages: what was seen, said and signed, and their pictures; every look is logged."""

from django.http import Http404
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from inspections import questions, visit_flows
from inspections.models import Doubt, Visit, VisitPhoto
from inspections.visit_checks import ON_PAPER
from inspections.visit_forms import PaperVisitForm
from inspections.words import title_of
from project.kernel import pages
from project.kernel.looks import look
from project.kernel.models import Look
from project.kernel.roles import Permission
from project.kernel.uploads import served_picture
from registry.access import areas, in_areas


def standing(visit):
    if hasattr(visit, "corrected_by"):
        return translate("Corrected by a later one")
    return translate("A correction") if visit.corrects_id else translate("Holds")


def where(visit):
    """The place in words and in degrees."""
    degrees = ""
    if visit.longitude is not None:
        degrees = f"{visit.longitude}, {visit.latitude} (±{visit.accuracy or '?'} m)"
    return " ".join(part for part in (visit.place, degrees) if part)


def signed_by(visit):
    """Who signed, and how."""
    names = {"first": visit.by.name, "second": visit.second.name}
    names["person"] = visit.contract.person.name
    on_paper = translate("on paper")
    said = [
        f"{names[who]} ({on_paper})" if visit.signatures[who] == ON_PAPER else names[who]
        for who in names
        if who in visit.signatures
    ]
    return "、".join(said + [translate("The person would not sign")] * visit.refused)


class VisitList(pages.RecordList):
    model = Visit
    permission = Permission.VISIT_VIEW
    joins = ("area", "contract__person", "by", "second", "plan", "corrected_by")
    columns = (
        pages.Column(_("Visited"), "contract.person.name", link=True),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("At"), "at"),
        pages.Column(_("Way"), "way"),
        pages.Column(_("What was seen"), "seen"),
        pages.Column(_("Was work due"), "due"),
        pages.Column(_("Inspector"), "by"),
        pages.Column(_("Second inspector"), "second"),
        pages.Column(_("State"), standing, badge=True),
    )
    filters = (
        pages.AreaFilter(),
        pages.ChoiceFilter("way", _("Way")),
        pages.ChoiceFilter("seen", _("What was seen")),
    )
    search_fields = ("contract__person__name",)
    links = (
        pages.Link(
            _("Type in a visit"), reverse_lazy("inspections:visit-new"), Permission.VISIT_RECORD
        ),
        pages.Link(_("Record visits on the phone"), reverse_lazy("field"), Permission.VISIT_RECORD),
    )
    empty = _(
        "Nobody has been visited yet. Inspectors record visits on the phone, without a network "
        "too; signed sheets are typed in here."
    )


DOUBTS = (
    pages.Column(_("Pattern"), lambda doubt: title_of(doubt.pattern), link=True),
    pages.Column(_("Severity"), "severity"),
    pages.Column(_("State"), "state", badge=True),
)


class VisitPage(pages.RecordPage):
    model = Visit
    template_name = "inspections/visit.html"
    permission = Permission.VISIT_VIEW
    joins = (*VisitList.joins, "corrects")
    deeds = {"record": _("Recorded"), "picture": _("Picture handed in")}
    summary = (
        pages.Column(_("Visited"), "contract.person.name"),
        pages.Column(_("Post"), "contract.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("At"), "at"),
        pages.Column(_("Way"), "way"),
        pages.Column(_("What was seen"), "seen"),
        pages.Column(_("Was work due"), "due"),
        pages.Column(_("Who worked instead"), "other"),
        pages.Column(_("Inspector"), "by"),
        pages.Column(_("Second inspector"), "second"),
        pages.Column(_("State"), standing),
    )
    facts = (
        pages.Group(
            _("What was found"),
            (
                pages.Column(_("Work that was done"), "work"),
                pages.Column(_("Problem"), "problem"),
                pages.Column(_("Note"), "note"),
                pages.Column(_("Place"), where),
                pages.Column(_("Signed by"), signed_by),
                pages.Column(_("Inspection plan"), "plan"),
                pages.Column(_("Received at"), "received_at"),
                pages.Column(_("Why it is corrected"), "because"),
            ),
        ),
    )

    def links(self, visit):
        held = pages.Link(_("Contract"), pages.url_of(visit.contract), Permission.CONTRACT_VIEW)
        if hasattr(visit, "corrected_by"):
            return [held, pages.Link(_("See the later one"), pages.url_of(visit.corrected_by))]
        url = f"{reverse('inspections:visit-new')}?contract={visit.contract_id}&corrects={visit.pk}"
        found = [held, pages.Link(_("Correct the visit"), url, Permission.VISIT_RECORD)]
        if visit.corrects_id:
            found.append(pages.Link(_("See the one before"), pages.url_of(visit.corrects)))
        return found

    def tables(self, visit):
        seen = Doubt.objects.visible_to(self.request.user).order_by("pk")
        seen = seen.filter(contract=visit.contract_id, subject=f"{visit.contract_id}:{visit.pk}")
        return [(_("Doubts that came of it"), DOUBTS, seen)]

    def get_context_data(self, **kwargs):
        visit = self.object
        drawn = {who: mark for who, mark in visit.signatures.items() if mark != ON_PAPER}
        return super().get_context_data(
            answers=questions.in_words(visit.answers),
            signatures=[
                (label, drawn[who])
                for who, label in (
                    ("first", visit.by.name),
                    ("second", visit.second.name),
                    ("person", visit.contract.person.name),
                )
                if who in drawn
            ],
            pictures=list(visit.photos.all()),
            **kwargs,
        )


class TypeInVisit(pages.EntryPage):
    """A visit from its signed sheet, or by telephone; the sheet's picture is handed in with it."""

    permission = Permission.VISIT_RECORD
    form_class = PaperVisitForm
    title = label = _("Type in a visit")
    crumb = Visit._meta.verbose_name_plural
    back_url = reverse_lazy("inspections:visit-list")
    help = _(
        "Both inspectors have signed a sheet: type in what it says and hand in its picture. A "
        "mistake is corrected by another visit that says why."
    )

    def get_initial(self):
        """The contract, the plan and the visit that the address names."""
        known = {name: self.request.GET.get(name, "") for name in ("contract", "plan", "corrects")}
        return {name: value for name, value in known.items() if value.isdecimal()}

    def enter(self, *, by, **said):
        return pages.url_of(visit_flows.record(by=by, **said))


class VisitPicture(pages.Permitted, View):
    """A picture of a visit, for those who see visits of its village; the look is written down."""

    permission = Permission.VISIT_VIEW

    def get(self, request, pk):
        inside = in_areas(areas(request.user, self.permission), "visit__area_id")
        photo = VisitPhoto.objects.filter(inside, pk=pk).select_related("visit__contract").first()
        if photo is None:
            raise Http404
        look(request.user, Look.What.PHOTO, [photo.visit.contract.person_id], record=photo.visit)
        return served_picture(photo.file)


urlpatterns = [
    path("visits/new/", TypeInVisit.as_view(), name="visit-new"),
    path("visits/pictures/<int:pk>/", VisitPicture.as_view(), name="visit-photo"),
    path("visits/", include(pages.plain_paths(VisitList, VisitPage))),
]
