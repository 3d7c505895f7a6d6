"""Insurance on the pages: entering a policy, finding who has no cover, and enrolling them."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.urls import path, reverse, reverse_lazy
from django.utils.dateparse import parse_date
from django.utils.functional import cached_property
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from contracts import insurance
from contracts.forms import CoverForm, OwnCoverForm
from contracts.insurance_forms import TermsForm
from contracts.insurance_gaps import horizons, losing_cover
from contracts.models import Contract, InsurancePolicy
from contracts.selectors import without_cover
from project.kernel import pages
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas
from registry.models import NATION


class DayFilter(pages.Filter):
    """The day from which somebody must be covered; the list itself is made for that day."""

    widget = "date"

    def clean(self, value, listing):
        if (day := _day(value)) is None:
            raise ValidationError(_("Write the day as 2026-10-01."))
        return day

    def narrow(self, records, value):
        return records


def _day(text):
    try:
        return parse_date(text)
    except ValueError:
        return None


class GapList(pages.RecordList):
    """Who works, or is about to, without accident insurance on a day."""

    model = Contract
    title = _("People without cover")
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "person")
    columns = (
        pages.Column(_("Name"), "person.name", link=True),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Post"), "title"),
        pages.Column(_("From"), "starts_on"),
        pages.Column(_("To"), "ends_on"),
        pages.Column(_("Cover needed from"), "needed_from"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (pages.AreaFilter(), DayFilter("day", _("Covered from")))
    search_fields = ("person__name",)
    empty = _("Everybody under a contract is insured on this day.")

    def records(self):
        asked = _day(self.request.GET.get("day", "").strip())
        open_ = without_cover(NATION, asked or today())
        return open_.visible_to(self.request.user).select_related(*self.joins)


class WithinFilter(pages.Filter):
    """Within how many days the cover is lost; the list itself is made for them."""

    def choices(self, listing):
        return [(str(days), translate("%(days)s days") % {"days": days}) for days in listing.spans]

    def narrow(self, records, value):
        return records.filter(lost_on__lte=today() + timedelta(days=int(value)))


class ForecastList(pages.RecordList):
    """Who will have no cover, and from which day, village by village, ninety days ahead."""

    model = Contract
    title = _("Gaps ahead")
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "person")
    columns = (
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Name"), "person.name", link=True),
        pages.Column(_("Post"), "title"),
        pages.Column(_("No cover from"), "lost_on"),
        pages.Column(_("To"), "ends_on"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (pages.AreaFilter(), WithinFilter("within", _("Within")))
    search_fields = ("person__name",)
    links = (
        pages.Link(_("Insurance policies"), reverse_lazy("contracts:insurancepolicy-list")),
        pages.Link(
            _("Plan a policy"), reverse_lazy("contracts:policy-plan"), Permission.INSURANCE_EDIT
        ),
    )
    empty = _("Nobody loses their cover in this time.")

    @cached_property
    def spans(self):
        held = areas(self.request.user, self.permission)
        return horizons(held[0] if held else NATION)

    def records(self):
        until = today() + timedelta(days=self.spans[0])
        return losing_cover(super().records(), today(), until)


class AddPolicy(pages.EntryPage):
    """Enter a policy as it is written on the insurer's paper."""

    permission = Permission.INSURANCE_EDIT
    form_class = TermsForm
    title = _("Enter a policy")
    label = _("Enter the policy")
    crumb = InsurancePolicy._meta.verbose_name_plural
    back_url = reverse_lazy("contracts:insurancepolicy-list")

    def enter(self, *, by, **fields):
        return pages.url_of(insurance.add_policy(by=by, **fields))


class Upon(pages.EntryPage):
    """An entry upon a record that the person sees and may insure; else it does not exist."""

    model = None
    permission = Permission.INSURANCE_EDIT

    def dispatch(self, request, *args, **kwargs):
        seen = self.model.objects.visible_to(request.user).select_related("area")
        self.record = seen.filter(pk=kwargs["pk"]).first()
        if self.record is None:
            raise Http404
        if not request.user.has_perm(self.permission, self.record.area_id):
            raise PermissionDenied(translate("This page belongs to another role or another area."))
        self.crumb, self.back_url = self.record, pages.url_of(self.record)
        return super().dispatch(request, *args, **kwargs)


class EnrolPeople(Upon):
    """Put on a policy one person, or everybody of an area, whose contract nothing covers."""

    model = InsurancePolicy
    form_class = CoverForm
    title = _("Enrol people")
    label = _("Enrol")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"record": self.record}

    def enter(self, *, by, **fields):
        before = self.record.covers.count()
        insurance.enrol(self.record, by=by, **fields)
        count = {"count": self.record.covers.count() - before}
        messages.success(self.request, translate("%(count)s people were enrolled.") % count)
        return self.back_url


class Insure(Upon):
    """Put the worker of a contract on a policy."""

    model = Contract
    form_class = OwnCoverForm
    title = _("Insure the worker")
    label = _("Enrol")

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs() | {"contract": self.record}
        del kwargs["user"]
        return kwargs

    def enter(self, *, by, policy, starts_on):
        insurance.enrol(policy, by=by, starts_on=starts_on, person=self.record.person)
        messages.success(self.request, translate("The worker is insured."))
        return self.back_url


def covers_of(contract):
    """The ways from a contract that nothing covers to the policy that will, known or new."""
    insure = reverse("contracts:insure", args=[contract.pk])
    return [
        pages.Link(_("Insure the worker"), insure, Permission.INSURANCE_EDIT),
        pages.Link(_("Enter a policy"), reverse("contracts:policy-add"), Permission.INSURANCE_EDIT),
    ]


def enrolment_on(policy):
    """The way from a policy to those whom it is to cover."""
    url = reverse("contracts:enrol", args=[policy.pk])
    return pages.Link(_("Enrol people"), url, Permission.INSURANCE_EDIT)


insurance_paths = [
    path("insurance/gaps/", GapList.as_view(), name="gap-list"),
    path("insurance/forecast/", ForecastList.as_view(), name="forecast-list"),
    path("insurance/add/", AddPolicy.as_view(), name="policy-add"),
    path("insurance/<int:pk>/enrol/", EnrolPeople.as_view(), name="enrol"),
    path("<int:pk>/insure/", Insure.as_view(), name="insure"),
]
