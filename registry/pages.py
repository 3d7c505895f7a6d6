"""People, households and areas as the office sees them."""

from django.urls import include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from project.kernel import pages
from project.kernel.masking import mask_account
from project.kernel.months import today
from project.kernel.roles import Permission
from registry import office
from registry.account_pages import account_of, account_paths
from registry.bar_pages import bar_paths
from registry.certificate_pages import CertificateList
from registry.models import Area, Bar, Disposal, Household, Person
from registry.phone_pages import PHONE_COLUMNS, card_for
from registry.privacy_pages import privacy_paths, protected


def age(person):
    """Full years on the day of the office."""
    day = today()
    birthday_to_come = (day.month, day.day) < (person.born_on.month, person.born_on.day)
    return day.year - person.born_on.year - birthday_to_come


class PersonList(pages.RecordList):
    model = Person
    permission = Permission.PERSON_VIEW
    joins = ("area", "household")
    columns = (
        pages.Column(_("Name"), "name", link=True),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("ID number"), "masked_id"),
        pages.Column(_("Age"), age, align="end"),
        pages.Column(_("Category"), "category"),
        pages.Column(_("Labour capacity"), "capacity"),
        pages.Column(_("Household"), "household.number"),
    )
    filters = (pages.AreaFilter(), pages.ChoiceFilter("capacity", _("Labour capacity")))
    search_fields = ("name", "name_key")
    search_hint = _("Name or pinyin")
    empty = _("Nobody has been entered yet. Import the people of the township first.")
    links = (
        pages.Link(_("Households"), reverse_lazy("registry:household-list")),
        pages.Link(_("Areas"), reverse_lazy("registry:area-list")),
        pages.Link(
            Bar._meta.verbose_name_plural, reverse_lazy("registry:bar-list"), Permission.POST_VIEW
        ),
        pages.Link(
            Disposal._meta.verbose_name_plural,
            reverse_lazy("registry:disposal-list"),
            Permission.DISPOSAL_VIEW,
        ),
        pages.Link(_("Import people"), reverse_lazy("import-people"), Permission.PERSON_EDIT),
        pages.Link(_("Import facts"), reverse_lazy("import-facts"), Permission.FACT_IMPORT),
    )


class PersonPage(pages.RecordPage):
    model = Person
    permission = Permission.PERSON_VIEW
    joins = ("area", "household")
    deeds = {
        "import": _("Taken in from a file"),
        "register": _("Registered"),
        "enter_account": _("Bank account entered"),
        "portrait": _("Enrolment picture added"),
        "consent": _("Consent noted"),
        "withdraw": _("Consent taken back"),
    }
    summary = (
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("ID number"), "masked_id"),
        pages.Column(_("Age"), age),
    )
    facts = (
        pages.Group(
            _("Person"),
            (
                pages.Column(_("Sex"), "sex"),
                pages.Column(_("Born on"), "born_on"),
                pages.Column(_("Category"), "category"),
                pages.Column(_("Labour capacity"), "capacity"),
                pages.Column(_("Health"), "health"),
                pages.Column(_("Household"), "household"),
                pages.Column(_("Relation to head"), "relation"),
            ),
        ),
    )

    def tables(self, person):
        contracts = person.contracts.visible_to(self.request.user).order_by("-starts_on")
        return [
            (_("Contracts"), CONTRACT_COLUMNS, contracts.select_related("fund", "area")),
            (_("Insurance"), COVER_COLUMNS, person.covers.select_related("policy")),
            (_("What other departments say"), FACT_COLUMNS, person.facts.order_by("starts_on")),
            (_("Bank accounts"), ACCOUNT_COLUMNS, person.accounts.order_by("-current", "-pk")),
            (_("Registered phones"), PHONE_COLUMNS, person.devices.order_by("-pk")),
            (_("Consents"), CONSENT_COLUMNS, person.consents.order_by("-pk")),
        ]

    def links(self, person):
        return [*account_of(person), card_for(person), *protected(person)]


CONTRACT_COLUMNS = (
    pages.Column(_("Post"), "title", link=True),
    pages.Column(_("Village"), "area.name"),
    pages.Column(_("From"), "starts_on"),
    pages.Column(_("To"), "ends_on"),
    pages.Column(_("Standard (yuan)"), "standard", align="end"),
    pages.Column(_("Fund"), "fund.name"),
    pages.Column(_("State"), "state", badge=True),
)
COVER_COLUMNS = (
    pages.Column(_("Policy number"), "policy.number"),
    pages.Column(_("Insurer"), "policy.insurer"),
    pages.Column(_("From"), "starts_on"),
    pages.Column(_("To"), "ends_on"),
)
FACT_COLUMNS = (
    pages.Column(_("Kind"), "kind"),
    pages.Column(_("From"), "starts_on"),
    pages.Column(_("To"), "ends_on"),
    pages.Column(_("Source"), "source"),
    pages.Column(_("Basis"), "basis"),
)
CONSENT_COLUMNS = (
    pages.Column(_("What for"), "kind"),
    pages.Column(_("Given on"), "given_on"),
    pages.Column(_("Paper it is written on"), "paper"),
    pages.Column(_("Taken back on"), "withdrawn_on"),
)
ACCOUNT_COLUMNS = (
    pages.Column(_("Account"), lambda account: mask_account(account.number)),
    pages.Column(_("Bank"), "bank"),
    pages.Column(_("Account name"), "holder_name"),
    pages.Column(_("Current"), "current"),
)


class HouseholdList(pages.RecordList):
    model = Household
    permission = Permission.PERSON_VIEW
    joins = ("area",)
    columns = (
        pages.Column(_("Household number"), "number", link=True),
        pages.Column(_("Household head"), "head_name"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Address"), "address"),
    )
    filters = (pages.AreaFilter(),)
    search_fields = ("number", "head_name")
    search_hint = _("Household number or head")


class HouseholdPage(pages.RecordPage):
    model = Household
    permission = Permission.PERSON_VIEW
    joins = ("area",)
    summary = (
        pages.Column(_("Household head"), "head_name"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Address"), "address"),
    )

    def tables(self, household):
        members = household.members.visible_to(self.request.user).order_by("pk")
        return [(_("Members"), MEMBER_COLUMNS, members)]


MEMBER_COLUMNS = (
    pages.Column(_("Name"), "name", link=True),
    pages.Column(_("Relation to head"), "relation"),
    pages.Column(_("ID number"), "masked_id"),
    pages.Column(_("Age"), age, align="end"),
    pages.Column(_("Labour capacity"), "capacity"),
)


class AreaList(pages.RecordList):
    model = Area
    permission = Permission.PERSON_VIEW
    joins = ("parent",)
    area_field = "code"
    columns = (
        pages.Column(_("Code"), "code"),
        pages.Column(pgettext_lazy("area", "Name"), "name", link=True),
        pages.Column(_("Level"), "level"),
        pages.Column(_("Belongs to"), "parent.name"),
        pages.Column(_("In use from"), "valid_from"),
        pages.Column(_("In use to"), "valid_to"),
    )
    filters = (pages.ChoiceFilter("level", _("Level")),)
    search_fields = ("name", "code")
    search_hint = _("Name or code")


class AreaPage(pages.RecordPage):
    model = Area
    permission = Permission.PERSON_VIEW
    joins = ("parent", "merged_into")
    summary = (
        pages.Column(_("Code"), "code"),
        pages.Column(_("Level"), "level"),
        pages.Column(_("Belongs to"), "parent.name"),
        pages.Column(_("In use from"), "valid_from"),
        pages.Column(_("In use to"), "valid_to"),
        pages.Column(_("Merged into"), "merged_into.name"),
    )

    def papers(self, area):
        """The roster shows contracts, which seeing an area alone does not allow."""
        may = self.request.user.has_perm(Permission.CONTRACT_VIEW, area.code)
        return super().papers(area) if may else []

    def tables(self, area):
        return [(_("Areas inside"), AreaList.columns, area.children.select_related("parent"))]


class People(pages.Section):
    """Who lives here, and what is known of them."""

    app_name = "registry"
    ways_in = (
        (Permission.PERSON_VIEW, "person-list"),
        (Permission.APPOINT, "appointment-list"),
        (Permission.POLICY_VIEW, "calendarday-list"),
    )
    permissions = tuple(permission for permission, _page in ways_in)
    urlpatterns = [
        path("households/", include(pages.plain_paths(HouseholdList, HouseholdPage))),
        path("areas/", include(pages.plain_paths(AreaList, AreaPage))),
        path("appointments/", office.AppointmentList.as_view(), name="appointment-list"),
        path("appointments/add/", office.Appoint.as_view(), name="appoint"),
        path("calendar/", office.CalendarDays.as_view(), name="calendarday-list"),
        path("certificates/", CertificateList.as_view(), name="certificate-list"),
        path("files/", office.FileList.as_view(), name="importedfile-list"),
        *account_paths,
        *bar_paths,
        *privacy_paths,
        *pages.plain_paths(PersonList, PersonPage),
    ]
