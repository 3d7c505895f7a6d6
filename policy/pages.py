"""Settings: areas and people's roles, rules and the documents behind them, funds and days."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import include, path, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from policy import services
from policy.delegation_pages import delegation_paths
from policy.forms import SuccessorForm
from policy.models import Allocation, Fund, PolicyDocument, Rule
from project.kernel import pages
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area


class Settings(pages.Permitted, TemplateView):
    """What the office is set up with, each part for those who may see it."""

    template_name = "policy/settings.html"
    parts = (
        (_("Areas"), "registry:area-list", Permission.PERSON_VIEW),
        (_("Rules"), "policy:rule-list", Permission.POLICY_VIEW),
        (_("Policy documents"), "policy:policydocument-list", Permission.POLICY_VIEW),
        (_("Funds and allocations"), "policy:allocation-list", Permission.POLICY_VIEW),
        (_("Appointments"), "registry:appointment-list", Permission.APPOINT),
        (_("Substitutions in office"), "policy:delegation-list", Permission.POLICY_VIEW),
        (_("Certificates"), "registry:certificate-list", Permission.CERTIFICATE_EDIT),
        (_("Work calendar"), "registry:calendarday-list", Permission.POLICY_VIEW),
        (_("Imported files"), "registry:importedfile-list", Permission.PERSON_VIEW),
        (_("Seals over what was written"), "seals", Permission.LOOK_VIEW),
    )

    def get_context_data(self, **kwargs):
        user = self.request.user
        parts = [(title, name) for title, name, wanted in self.parts if user.has_perm(wanted)]
        return super().get_context_data(title=_("Settings"), parts=parts, **kwargs)


class RuleList(pages.RecordList):
    model = Rule
    permission = Permission.POLICY_VIEW
    joins = ("area", "fund", "document")
    columns = (
        pages.Column(_("Rule"), "title"),
        pages.Column(_("Value"), "words"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Fund"), "fund.name"),
        pages.Column(_("Valid from"), "valid_from"),
        pages.Column(_("Valid to"), "valid_to"),
        pages.Column(_("Document"), "document.title"),
        pages.Column(_("Code"), "code"),
    )
    search_fields = ("code", "document__title")
    search_hint = _("Rule or document")


class DocumentList(pages.RecordList):
    model = PolicyDocument
    permission = Permission.POLICY_VIEW
    joins = ("area", "successor")
    columns = (
        pages.Column(_("Title"), "title", link=True),
        pages.Column(_("Document number"), "number"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Valid from"), "valid_from"),
        pages.Column(_("Valid to"), "valid_to"),
        pages.Column(_("Followed by"), "successor.title"),
    )
    search_fields = ("title", "number")
    search_hint = _("Title or number")


class DocumentPage(pages.RecordPage):
    model = PolicyDocument
    template_name = "policy/document.html"
    permission = Permission.POLICY_VIEW
    joins = ("area", "successor")
    deeds = {"link_successor": _("Successor linked")}
    summary = (
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Document number"), "number"),
        pages.Column(_("Issued on"), "issued_on"),
        pages.Column(_("Valid from"), "valid_from"),
        pages.Column(_("Valid to"), "valid_to"),
        pages.Column(_("Followed by"), "successor.title"),
    )

    def tables(self, document):
        rules = document.rules.select_related("area", "fund").order_by("code")
        return [(_("Rules"), RuleList.columns[:-1], rules)]

    def get_context_data(self, **kwargs):
        document = self.object
        may = self.request.user.has_perm(Permission.POLICY_EDIT, document.area_id)
        follows = may and document.valid_to and not document.successor_id
        return super().get_context_data(follows=follows, **kwargs)


class LinkSuccessor(pages.EntryPage):
    """Say which document follows one that has ended."""

    permission = Permission.POLICY_EDIT
    form_class = SuccessorForm
    title = _("Link the document that follows")
    label = _("Link")

    def dispatch(self, request, *args, **kwargs):
        seen = PolicyDocument.objects.visible_to(request.user)
        self.document = seen.filter(pk=kwargs["pk"]).first()
        if self.document is None:
            raise Http404
        if not request.user.has_perm(self.permission, self.document.area_id):
            raise PermissionDenied(translate("This page belongs to another role or another area."))
        self.crumb, self.back_url = self.document, pages.url_of(self.document)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"record": self.document}

    def enter(self, *, by, successor):
        services.link_successor(self.document, successor, by=by)
        messages.success(self.request, translate("The document that follows is linked."))
        return self.back_url


class AllocationList(pages.RecordList):
    model = Allocation
    permission = Permission.POLICY_VIEW
    title = _("Funds and allocations")
    joins = ("area", "fund", "added_by")
    columns = (
        pages.Column(_("Fund"), "fund.name"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Year"), lambda row: str(row.year)),
        pages.Column(_("Amount (yuan)"), "amount", align="end"),
        pages.Column(_("Document number"), "document"),
        pages.Column(_("Recorded by"), "added_by"),
        pages.Column(_("Recorded at"), "added_at"),
    )
    filters = (
        pages.AreaFilter(),
        pages.ChoiceFilter(
            "fund", _("Fund"), choices=lambda user: list(Fund.objects.values_list("pk", "name"))
        ),
    )
    search_fields = ("document", "fund__name")
    search_hint = _("Document or fund")
    links = (
        pages.Link(
            _("Record an allocation"), reverse_lazy("policy:allocate"), Permission.FUND_EDIT
        ),
    )
    empty = _("No allocation has been recorded yet. Without one a fund's balance is not checked.")


class AllocationForm(forms.Form):
    """Money of one fund for one area and year."""

    fund = forms.ModelChoiceField(Fund.objects.order_by("name"), label=_("Fund"), empty_label=None)
    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"), empty_label=None)
    year = forms.IntegerField(label=_("Year"), min_value=2015, max_value=2100)
    amount = forms.DecimalField(
        label=_("Amount (yuan)"),
        max_digits=14,
        decimal_places=2,
        help_text=_("A negative amount takes back what was given too much."),
    )
    document = forms.CharField(label=_("Document number"), max_length=120)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        inside = in_areas(areas(user, Permission.FUND_EDIT), "code")
        levels = (Area.Level.COUNTY, Area.Level.TOWNSHIP)
        self.fields["area"].queryset = Area.objects.filter(inside, level__in=levels).on(today())
        self.fields["year"].initial = today().year


class Allocate(pages.EntryPage):
    """Record money that was given, so that runs are checked against it."""

    permission = Permission.FUND_EDIT
    form_class = AllocationForm
    title = _("Record an allocation")
    label = _("Record")
    crumb = _("Funds and allocations")
    back_url = reverse_lazy("policy:allocation-list")

    def enter(self, *, by, **fields):
        services.allocate(by=by, **fields)
        messages.success(self.request, translate("The allocation is recorded."))
        return self.back_url


class SettingsSection(pages.Section):
    """What everything else is computed and decided by."""

    app_name = "policy"
    permissions = (Permission.POLICY_VIEW, Permission.APPOINT)
    urlpatterns = [
        path("", Settings.as_view(), name="index"),
        path("rules/", RuleList.as_view(), name="rule-list"),
        path("documents/<int:pk>/successor/", LinkSuccessor.as_view(), name="successor"),
        path("documents/", include(pages.plain_paths(DocumentList, DocumentPage))),
        *delegation_paths,
        path("allocations/add/", Allocate.as_view(), name="allocate"),
        path("allocations/", AllocationList.as_view(), name="allocation-list"),
    ]
