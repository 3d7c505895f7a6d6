"""The roster on the pages: who is listed, by which category, and where each one's contract is."""

from decimal import Decimal

from django.db.models import Count
from django.urls import include, path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract
from policy.selectors import rulings
from project.kernel import pages
from project.kernel.masking import mask_account, mask_phone
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas
from workrelief.models import Member, Project
from workrelief.models.money import LabourClass
from workrelief.roster_entries import entry_paths, may_reclassify
from workrelief.shares import percent

AT_MOST = 400  # projects to choose from in one menu
RESERVED = "relief.relocated_min_share"
UNPLACED, STRUCK_OFF = "unplaced", "struck_off"


def standing(member):
    """Where somebody on the roster stands, in one word."""
    if member.struck_off_on:
        return translate("Struck off")
    if member.contract is None:
        return translate("Not placed yet")
    return member.contract.get_state_display()


def account_of(member):
    """The card that pays, by its last four digits; empty as long as there is none."""
    current = [account for account in member.person.accounts.all() if account.current]
    return mask_account(current[0].number) if current else ""


def phone_of(member):
    return mask_phone(member.person.phone) if member.person.phone else ""


class ProjectFilter(pages.Filter):
    """One project of those the person sees."""

    def choices(self, listing):
        seen = Project.objects.visible_to(listing.request.user).order_by("-pk")
        return list(seen.values_list("pk", "name")[:AT_MOST])


class StandingFilter(pages.ChoiceFilter):
    """Not placed yet, struck off, or the state of the contract."""

    def choices(self, listing):
        own = [(UNPLACED, _("Not placed yet")), (STRUCK_OFF, _("Struck off"))]
        return own + Contract.State.choices

    def narrow(self, records, value):
        if value == STRUCK_OFF:
            return records.filter(struck_off_on__isnull=False)
        if value == UNPLACED:
            return records.filter(struck_off_on=None, contract=None)
        return records.filter(contract__state=value)


TERMS = (
    pages.Column(_("Category"), "category"),
    pages.Column(_("Labour class"), "labour_class"),
    pages.Column(_("Trade"), "trade"),
    pages.Column(_("Team"), "team.name"),
    pages.Column(_("Pay basis"), "pay_basis"),
    pages.Column(_("Rate (yuan)"), "rate", align="end"),
    pages.Column(_("First day"), "starts_on"),
    pages.Column(_("Last day"), "ends_on"),
)
STANDS = pages.Column(_("State"), standing, badge=True)
# The columns of the roster (F-25), numbers masked as wherever the house takes a list out.
BOOK = (
    pages.Column(_("Project number"), "project.number"),
    pages.Column(_("Name"), "person.name"),
    pages.Column(_("Sex"), "person.sex"),
    pages.Column(_("ID number"), "person.masked_id"),
    pages.Column(_("Village"), "area.name"),
    *TERMS,
    pages.Column(_("Phone"), phone_of),
    pages.Column(_("Account"), account_of),
    pages.Column(_("Insurance"), "project.insurance.number"),
    STANDS,
)


class MemberList(pages.RecordList):
    model = Member
    title = _("Rosters")
    template_name = "workrelief/roster_list.html"
    permission = Permission.RELIEF_VIEW
    joins = ("project__insurance", "area", "person", "team", "contract", "fund_line__fund")
    columns = (
        pages.Column(_("Name"), "person.name", link=True),
        pages.Column(_("Project"), "project.name"),
        pages.Column(_("Village"), "area.name"),
        *TERMS,
        STANDS,
    )
    filters = (
        ProjectFilter("project", _("Project")),
        pages.AreaFilter(),
        pages.ChoiceFilter("category", _("Category")),
        pages.ChoiceFilter("labour_class", _("Labour class")),
        StandingFilter("state", _("State")),
    )
    search_fields = ("person__name", "trade", "team__name")
    search_hint = _("Name, trade or team")
    page_size = 100
    empty = _("Nobody is listed here yet. Choose the project, then list its people.")

    @property
    def project(self):
        """The project the list is narrowed to, if it is one that the person sees."""
        chosen = self.chosen.get("project", "")
        seen = Project.objects.visible_to(self.request.user)
        return seen.filter(pk=chosen).first() if chosen.isdecimal() else None

    def bulk(self):
        """Placing many at once, for the township."""
        may = self.request.user.has_perm(Permission.RELIEF_PLACE)
        return [(_("Place by contract"), reverse("workrelief:place-many"))] if may else []

    def get_context_data(self, *, records, **kwargs):
        project, user = self.project, self.request.user
        context = super().get_context_data(records=records, **kwargs)
        if project and user.has_perm(Permission.RELIEF_ROSTER, project.area_id):
            url = reverse("workrelief:find", args=[project.pk])
            context["links"] = [*context["links"], pages.Link(_("List people"), url)]
        held = areas(user, self.permission)
        area = project.area_id if project else self.chosen.get("area") or (held or [""])[0]
        return context | categories(records, area)

    def workbook(self, records):
        """The roster as F-25 has it, everybody of the list."""
        rows = records.order_by(self.area_field, "pk").prefetch_related("person__accounts")
        rows = enumerate(rows.iterator(chunk_size=2000), start=1)
        cells = ([n, *(column.cell(member) for column in BOOK)] for n, member in rows)
        return self.taken_out("roster", [_("No."), *BOOK], cells, records)


def categories(records, area):
    """How much of the listed labour each category makes up, against what is reserved (C-19)."""
    labour = records.filter(struck_off_on=None, labour_class=LabourClass.MASS).order_by()
    counts = dict(labour.values_list("category").annotate(Count("pk")))
    everybody = sum(counts.values())
    ruled = rulings([RESERVED], on=today(), areas=[area])[area].get(RESERVED) if area else None
    least = Decimal(str(ruled.value)) if ruled else None
    first = [
        (category.label, counts.pop(category, 0), category == Member.Category.RELOCATED)
        for category in Member.FIRST
    ]
    rows = [
        {
            "words": words,
            "count": count,
            "share": percent(Decimal(count), everybody),
            "least": percent(least, 1) if asked and least else "",
            "short": bool(asked and least and count < least * everybody),
        }
        for words, count, asked in [*first, (_("All others"), sum(counts.values()), False)]
    ]
    return {"categories": rows if everybody else [], "everybody": everybody}


class MemberPage(pages.RecordPage):
    model = Member
    permission = Permission.RELIEF_VIEW
    joins = (
        *("project__area", "area", "person", "team", "contract", "fund_line__fund"),
        "listed_by",
    )
    deeds = {
        "enlist": _("Listed"),
        "correct": _("Corrected"),
        "reclassify": _("Reclassified"),
        "place": _("Placed by contract"),
        "strike_off": _("Struck off"),
        "leave": _("Last day taken over"),
        "import": _("Taken in from a file"),
    }
    summary = (
        pages.Column(_("Name"), "person.name"),
        pages.Column(_("ID number"), "person.masked_id"),
        pages.Column(_("Project"), "project.name"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("State"), standing),
    )
    facts = (
        pages.Group(
            _("Work"),
            (
                *TERMS,
                pages.Column(_("Section of the site"), "section"),
                pages.Column(_("Fund line"), "fund_line"),
            ),
        ),
        pages.Group(
            _("On the roster"),
            (
                pages.Column(_("Phone"), phone_of),
                pages.Column(_("Account"), account_of),
                pages.Column(_("Listed by"), "listed_by"),
                pages.Column(_("Listed at"), "listed_at"),
                pages.Column(_("Struck off on"), "struck_off_on"),
            ),
        ),
    )

    def links(self, member):
        """What may be done with the person on the roster, by whoever looks."""
        may = self.request.user.has_perm
        found = [_to(_("The whole roster"), "member-list", query=f"?project={member.project_id}")]
        if may(Permission.CONTRACT_VIEW, member.area_id) and member.contract:
            found.append(pages.Link(translate("Contract"), pages.url_of(member.contract)))
        if member.struck_off_on:
            return found
        if may(Permission.RELIEF_PLACE, member.area_id) and not member.contract:
            found.append(_to(_("Place by contract"), "place", member))
        if may(Permission.RELIEF_ROSTER, member.project.area_id):
            found += _kept_by_the_site(member)
        if may_reclassify(self.request.user, member):
            found.append(_to(_("Change the labour class"), "reclassify", member))
        return found

    def tables(self, member):
        lines = member.wage_lines.select_related("batch__project", "batch__area")
        months = []
        for line in lines.exclude(batch__state="voided").order_by("batch__month"):
            line.batch.own = line
            months.append(line.batch)
        return [(_("Wages"), WAGES, months)]


def _to(words, name, *records, query=""):
    address = reverse(f"workrelief:{name}", args=[record.pk for record in records])
    return pages.Link(words, address + query)


def _kept_by_the_site(member):
    """Before the contract the row is corrected or struck off; after its end the person leaves."""
    if member.contract is None:
        correct = _to(_("Correct"), "correct", member)
        return [correct, _to(_("Strike off"), "strike-off", member)]
    ended = member.contract.state == Contract.State.ENDED
    early = ended and member.contract.ends_on != member.ends_on
    return [_to(_("Take over the last day"), "leave", member)] if early else []


WAGES = (
    pages.Column(_("Month"), "month", link=True),
    pages.Column(_("Days"), "own.days", align="end"),
    pages.Column(_("Hours or pieces"), "own.quantity", align="end"),
    pages.Column(_("Rate (yuan)"), "own.rate", align="end"),
    pages.Column(_("Amount (yuan)"), "own.amount", align="end"),
    pages.Column(_("Worker signed on"), "own.signed_on"),
    pages.Column(_("State"), "state", badge=True),
)

roster_paths = [
    path("roster/", include([*entry_paths, *pages.plain_paths(MemberList, MemberPage)])),
]
