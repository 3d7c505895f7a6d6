"""Corrections, leave and substitutes: asked for, decided and shown with both values."""

from django.contrib import messages
from django.http import Http404
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from attendance import leaves, request_flows
from attendance.forms import CorrectionForm, LeaveForm, SubstituteForm
from attendance.models import Correction, Leave, Substitution
from contracts.models import Contract
from project.kernel import pages
from project.kernel.looks import look, people_of
from project.kernel.models import Look
from project.kernel.roles import Permission
from project.kernel.uploads import served

JOINS = ("area", "contract__person__household", "asked_by", "decided_by", "phone__person")


def asked_by(request):
    """Who asked: somebody of the office, or the worker on the own phone."""
    return request.asked_by or translate("%(name)s, by phone") % {"name": request.phone.person.name}


def counted_before(correction):
    """What the day counted, with its hours or pieces where these are paid."""
    return _worth(correction, correction.was, correction.was_quantity)


def asked_for(correction):
    """What the day should count, with its hours or pieces where these are paid."""
    return _worth(correction, correction.wanted, correction.wanted_quantity)


def _worth(correction, worth, quantity):
    """Days, and hours or pieces beside them."""
    if quantity is None:
        return worth
    number = f"{quantity.normalize():f}"
    by_hour = correction.contract.pay_basis == Contract.PayBasis.HOUR
    words = translate("%(number)s hours") if by_hour else translate("%(number)s pieces")
    return words % {"number": number}


ASKED = pages.Group(
    _("Asked for"),
    (
        pages.Column(_("Reason"), "reason"),
        pages.Column(_("Asked by"), asked_by),
        pages.Column(_("Asked at"), "asked_at"),
        pages.Column(_("Hash of the evidence"), "sha256"),
    ),
)
DECIDED = pages.Group(
    _("Decided"),
    (
        pages.Column(_("Decided by"), "decided_by"),
        pages.Column(_("Decided at"), "decided_at"),
    ),
)


class RequestPage(pages.RecordPage):
    """A request with its evidence to open."""

    permission = Permission.SHEET_VIEW
    joins = JOINS
    deeds = {"ask": _("Asked for"), "ask_by_phone": _("Asked for by phone")}

    def links(self, record):
        if not record.evidence:
            return []
        url = reverse(f"attendance:{self.model._meta.model_name}-evidence", args=[record.pk])
        return [pages.Link(_("Open the evidence"), url)]


class CorrectionList(pages.RecordList):
    model = Correction
    permission = Permission.SHEET_VIEW
    joins = ("area", "contract__person")
    columns = (
        pages.Column(_("Name"), "contract.person.name", link=True),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Day"), "day"),
        pages.Column(_("Counted before"), counted_before, align="end"),
        pages.Column(_("Asked for"), asked_for, align="end"),
        pages.Column(_("Reason"), "reason"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (pages.AreaFilter(), pages.StateFilter())
    search_fields = ("contract__person__name",)
    steps = ("grant", "refuse")
    links = (
        pages.Link(
            _("Ask for a correction"),
            reverse_lazy("attendance:correction-ask"),
            Permission.SHEET_RECORD,
        ),
    )
    empty = _("No day has been corrected.")


class CorrectionPage(RequestPage):
    model = Correction
    joins = (*JOINS, "check_in")
    summary = (
        pages.Column(_("Name"), "contract.person.name"),
        pages.Column(_("Post"), "contract.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Day"), "day"),
        pages.Column(_("Counted before"), counted_before),
        pages.Column(_("Asked for"), asked_for),
    )
    facts = (
        ASKED,
        pages.Group(
            DECIDED.title, (*DECIDED.facts, pages.Column(_("Evidence level"), "check_in.level"))
        ),
    )


class LeaveList(pages.RecordList):
    model = Leave
    permission = Permission.SHEET_VIEW
    joins = ("area", "contract__person")
    columns = (
        pages.Column(_("Name"), "contract.person.name", link=True),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Kind of leave"), "kind"),
        pages.Column(_("From"), "starts_on"),
        pages.Column(_("To"), "ends_on"),
        pages.Column(_("Days"), "days", align="end"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (
        pages.AreaFilter(),
        pages.StateFilter(),
        pages.ChoiceFilter("kind", _("Kind of leave")),
    )
    search_fields = ("contract__person__name",)
    steps = ("grant", "refuse")
    links = (
        pages.Link(
            _("Ask for leave"), reverse_lazy("attendance:leave-ask"), Permission.SHEET_RECORD
        ),
    )
    empty = _("Nobody has asked for leave.")


class LeavePage(RequestPage):
    model = Leave
    summary = (
        pages.Column(_("Name"), "contract.person.name"),
        pages.Column(_("Post"), "contract.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Kind of leave"), "kind"),
        pages.Column(_("From"), "starts_on"),
        pages.Column(_("To"), "ends_on"),
    )
    facts = (ASKED, DECIDED)


class Ask(pages.EntryPage):
    """A request that the clerk enters for a holder."""

    permission = Permission.SHEET_RECORD

    def get_initial(self):
        """Links from a sheet know whom and which day they are about."""
        asked = {name: self.request.GET.get(name, "") for name in ("contract", "day")}
        if asked["day"]:
            asked |= {"starts_on": asked["day"], "ends_on": asked["day"]}
        return super().get_initial() | {name: value for name, value in asked.items() if value}


class AskCorrection(Ask):
    form_class = CorrectionForm
    title = _("Ask for a correction")
    label = _("Ask")
    crumb = Correction._meta.verbose_name_plural
    back_url = reverse_lazy("attendance:correction-list")
    help = _(
        "Somebody else of the township decides. A day counts only with evidence: the signed page, "
        "or a picture. What was recorded before is kept beside it."
    )

    def enter(self, *, by, **asked):
        made = request_flows.ask_correction(by=by, **asked)
        messages.success(self.request, translate("The correction is before the township."))
        return pages.url_of(made)


class AskLeave(Ask):
    form_class = LeaveForm
    title = _("Ask for leave")
    label = _("Ask")
    crumb = Leave._meta.verbose_name_plural
    back_url = reverse_lazy("attendance:leave-list")
    help = _("Somebody else of the township decides. Days of leave are shown as △ on the sheet.")

    def enter(self, *, by, **asked):
        made = request_flows.ask_leave(by=by, **asked)
        messages.success(self.request, translate("The leave is before the township."))
        return pages.url_of(made)


class SubstitutionList(pages.RecordList):
    model = Substitution
    permission = Permission.SHEET_VIEW
    joins = ("area", "holder__person", "substitute__person")
    columns = (
        pages.Column(_("Holder"), "holder.person.name", link=True),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Substitute"), "substitute.person.name"),
        pages.Column(_("From"), "starts_on"),
        pages.Column(_("To"), "ends_on"),
    )
    filters = (pages.AreaFilter(),)
    search_fields = ("holder__person__name", "substitute__person__name")
    links = (
        pages.Link(
            _("Register a substitute"),
            reverse_lazy("attendance:substitution-add"),
            Permission.SHEET_REVIEW,
        ),
    )
    empty = _("Nobody works in another's place.")


class SubstitutionPage(pages.RecordPage):
    model = Substitution
    permission = Permission.SHEET_VIEW
    joins = ("area", "holder__person", "substitute__person", "registered_by")
    deeds = {"register": _("Registered")}
    summary = (
        pages.Column(_("Holder"), "holder.person.name"),
        pages.Column(_("Substitute"), "substitute.person.name"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("From"), "starts_on"),
        pages.Column(_("To"), "ends_on"),
        pages.Column(_("Reason"), "reason"),
        pages.Column(_("Entered by"), "registered_by"),
    )


class AddSubstitute(pages.EntryPage):
    """Register who works in a holder's place, where the rule allows it."""

    permission = Permission.SHEET_REVIEW
    form_class = SubstituteForm
    title = _("Register a substitute")
    label = _("Register")
    crumb = Substitution._meta.verbose_name_plural
    back_url = reverse_lazy("attendance:substitution-list")
    help = _(
        "The substitute has a contract and insurance of the own and checks in under it. The day "
        "is credited to the substitute, never to the holder."
    )

    def enter(self, *, by, **named):
        made = leaves.substitute(by=by, **named)
        messages.success(self.request, translate("The substitute is registered."))
        return pages.url_of(made)


class Evidence(pages.Permitted, View):
    """The file handed in with a request, for those who see its village; the look is kept."""

    permission = Permission.SHEET_VIEW
    model = None

    def get(self, request, pk):
        found = self.model.objects.visible_to(request.user).filter(pk=pk).first()
        if found is None or not found.evidence:
            raise Http404
        name = found.evidence.name.rpartition("/")[2]
        shown = people_of(self.model.objects.filter(pk=pk))
        look(request.user, Look.What.PAPER, shown, record=found, purpose=name)
        return served(found.evidence, name)


request_paths = [
    path("corrections/ask/", AskCorrection.as_view(), name="correction-ask"),
    path(
        "corrections/<int:pk>/evidence/",
        Evidence.as_view(model=Correction),
        name="correction-evidence",
    ),
    path("corrections/", include(pages.record_paths(CorrectionList, CorrectionPage))),
    path("leaves/ask/", AskLeave.as_view(), name="leave-ask"),
    path("leaves/<int:pk>/evidence/", Evidence.as_view(model=Leave), name="leave-evidence"),
    path("leaves/", include(pages.record_paths(LeaveList, LeavePage))),
    path("substitutes/add/", AddSubstitute.as_view(), name="substitution-add"),
    path("substitutes/", include(pages.plain_paths(SubstitutionList, SubstitutionPage))),
]
