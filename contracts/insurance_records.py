"""Policies and endorsements on the pages: lists, records, and changing who is on a policy."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from contracts import insurance_changes as changes
from contracts import insurance_flows
from contracts.insurance_forms import NumberForm, PlanForm, RemoveForm
from contracts.insurance_pages import Upon, enrolment_on
from contracts.models import Endorsement, InsurancePolicy
from project.kernel import pages
from project.kernel.forms import NoteForm
from project.kernel.guards import Refused
from project.kernel.pages.columns import readable
from project.kernel.roles import Permission
from registry.models import Person

AT_ONCE = 1000


class InsuranceList(pages.RecordList):
    model = InsurancePolicy
    permission = Permission.CONTRACT_VIEW
    joins = ("area",)
    columns = (
        pages.Column(_("Policy number"), str, link=True),
        pages.Column(_("Kind"), "kind"),
        pages.Column(_("Insurer"), "insurer"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("From"), "starts_on"),
        pages.Column(_("To"), "ends_on"),
        pages.Column(_("Premium for one person (yuan)"), "premium", align="end"),
        pages.Column(_("State"), "standing", badge=True),
    )
    filters = (pages.AreaFilter(), pages.StateFilter(), pages.ChoiceFilter("kind", _("Kind")))
    search_fields = ("number", "insurer")
    search_hint = _("Number or insurer")
    steps = ("approve",)
    links = (
        pages.Link(
            _("Plan a policy"), reverse_lazy("contracts:policy-plan"), Permission.INSURANCE_EDIT
        ),
        pages.Link(
            _("Enter a policy"), reverse_lazy("contracts:policy-add"), Permission.INSURANCE_EDIT
        ),
        pages.Link(_("People without cover"), reverse_lazy("contracts:gap-list")),
        pages.Link(_("Gaps ahead"), reverse_lazy("contracts:forecast-list")),
        pages.Link(_("Endorsements"), reverse_lazy("contracts:endorsement-list")),
        pages.Link(_("Accidents and claims"), reverse_lazy("contracts:claim-list")),
        pages.Link(
            _("Import the insurer's numbers"),
            reverse_lazy("import-insurance-results"),
            Permission.INSURANCE_EDIT,
        ),
    )


INSURED_COLUMNS = (
    pages.Column(_("Name"), "person.name"),
    pages.Column(_("ID number"), "person.masked_id"),
    pages.Column(_("Village"), "person.area.name"),
    pages.Column(_("From"), "starts_on"),
    pages.Column(_("To"), "ends_on"),
)
LISTED_COLUMNS = (
    pages.Column(_("Name"), lambda pair: pair[0].name),
    pages.Column(_("ID number"), lambda pair: pair[0].masked_id),
    pages.Column(_("Village"), lambda pair: pair[0].area.name),
    pages.Column(_("From"), lambda pair: pair[1]),
)
ENDORSEMENT_COLUMNS = (
    pages.Column(_("Number"), str, link=True),
    pages.Column(_("Action"), "action", badge=True),
    pages.Column(_("From"), "from_on"),
    pages.Column(_("Number entered on"), "numbered_on"),
    pages.Column(_("Reason"), "note"),
)


class InsurancePage(pages.RecordPage):
    model = InsurancePolicy
    deeds = {
        "add": _("Policy entered"),
        "plan": _("Policy planned"),
        "enrol": _("People enrolled"),
        "remove": _("People removed"),
        "replace": _("People replaced"),
    }
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "fund")
    summary = (
        pages.Column(_("Insurer"), "insurer"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("From"), "starts_on"),
        pages.Column(_("To"), "ends_on"),
        pages.Column(_("State"), "standing"),
    )
    facts = (
        pages.Group(
            _("Terms"),
            (
                pages.Column(_("Kind"), "kind"),
                pages.Column(_("List number"), "code"),
                pages.Column(_("Sum insured for one person (yuan)"), "sum_insured"),
                pages.Column(_("Youngest age"), "age_min"),
                pages.Column(_("Oldest age"), "age_max"),
            ),
        ),
        pages.Group(
            _("Cost"),
            (
                pages.Column(_("People"), "people_count"),
                pages.Column(_("Premium for one person (yuan)"), "premium"),
                pages.Column(_("Premium in all (yuan)"), "premium_total"),
                pages.Column(_("Fund that pays"), "fund.name"),
            ),
        ),
    )

    def tables(self, policy):
        people = Person.objects.visible_to(self.request.user)
        endorsements = policy.endorsements.order_by("-pk")
        if policy.state in ("planned", "enrolled"):
            first = (_("People on the list"), LISTED_COLUMNS, self.listed(policy, people))
        else:
            covers = policy.covers.held().filter(person__in=people).select_related("person__area")
            first = (_("Insured people"), INSURED_COLUMNS, covers.order_by("pk"))
        return [first, (_("Endorsements"), ENDORSEMENT_COLUMNS, endorsements)]

    @staticmethod
    def listed(policy, people):
        """The list, as far as the reader may see its people."""
        listed = policy.listed()
        seen = people.filter(pk__in=[person.pk for person, _day in listed])
        known = set(seen.values_list("pk", flat=True))
        return [(person, day) for person, day in listed if person.pk in known]

    def links(self, policy):
        """What may be changed now: on a plan and on a policy in force, nothing in between."""
        if policy.state not in ("planned", "in_force") or policy.is_expired:
            return []
        edit = Permission.INSURANCE_EDIT
        remove = reverse("contracts:insured-remove", args=[policy.pk])
        found = [enrolment_on(policy), pages.Link(_("Remove people"), remove, edit)]
        if policy.state == "in_force":
            replace = reverse("contracts:insured-replace", args=[policy.pk])
            found.append(pages.Link(_("Replace leavers"), replace, edit))
        return found


class AnsweredFilter(pages.Filter):
    """Whether the insurer has given the change its number."""

    def choices(self, listing):
        return [("no", _("Number awaited")), ("yes", _("Number entered"))]

    def narrow(self, records, value):
        return records.unanswered() if value == "no" else records.exclude(number="")


class EndorsementList(pages.RecordList):
    model = Endorsement
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "policy")
    columns = (
        *ENDORSEMENT_COLUMNS[:2],
        pages.Column(_("Policy"), "policy.number"),
        pages.Column(_("Area"), "area.name"),
        *ENDORSEMENT_COLUMNS[2:],
    )
    filters = (
        pages.AreaFilter(),
        AnsweredFilter("answered", _("Number of the insurer")),
        pages.ChoiceFilter("action", _("Action")),
    )
    search_fields = ("number", "policy__number")
    search_hint = _("Number")
    empty = _("Nobody has come on or off a policy yet.")


LINE_COLUMNS = (
    pages.Column(_("Who goes off"), "person_out.name"),
    pages.Column(_("Was covered until"), "was_until"),
    pages.Column(_("Covered until"), "covered_until"),
    pages.Column(_("Who comes on"), "person_in.name"),
    pages.Column(_("Covered from"), "starts_on"),
)


class EndorsementPage(pages.RecordPage):
    model = Endorsement
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "policy", "entered_by")
    deeds = {"number": _("Number entered")}
    summary = (
        pages.Column(_("Action"), "action"),
        pages.Column(_("From"), "from_on"),
        pages.Column(_("List number"), "code"),
        pages.Column(_("Endorsement number"), "number"),
        pages.Column(_("Entered by"), "entered_by"),
    )
    facts = (pages.Group(_("Why"), (pages.Column(_("Reason"), "note"),)),)

    def tables(self, endorsement):
        lines = endorsement.lines.select_related("person_in", "person_out").order_by("pk")
        return [
            (_("Policy"), POLICY, [endorsement.policy]),
            (_("People"), LINE_COLUMNS, lines),
        ]

    def links(self, endorsement):
        if endorsement.number or endorsement.policy.state != "in_force":
            return []
        url = reverse("contracts:endorsement-number", args=[endorsement.pk])
        return [pages.Link(_("Enter the number"), url, Permission.INSURANCE_EDIT)]


POLICY = (
    pages.Column(_("Policy number"), str, link=True),
    pages.Column(_("Insurer"), "insurer"),
    pages.Column(_("From"), "starts_on"),
    pages.Column(_("To"), "ends_on"),
)


class PlanPolicy(pages.EntryPage):
    """Plan a policy that is still to be taken out."""

    permission = Permission.INSURANCE_EDIT
    form_class = PlanForm
    title = _("Plan a policy")
    label = _("Plan the policy")
    crumb = InsurancePolicy._meta.verbose_name_plural
    back_url = reverse_lazy("contracts:insurancepolicy-list")

    def enter(self, *, by, **fields):
        return pages.url_of(insurance_flows.plan(by=by, **fields))


class EnterNumber(Upon):
    """Enter the number that the insurer gave to a change."""

    model = Endorsement
    form_class = NumberForm
    title = _("Enter the number")
    label = _("Enter")

    def enter(self, *, by, number):
        changes.number(self.record, by=by, number=number)
        return self.back_url


class Choosing(pages.Permitted, FormView):
    """A table of people, what is done with those chosen, and one button."""

    template_name = "contracts/insured.html"
    permission = Permission.INSURANCE_EDIT
    title = label = empty = ""
    heads = ()
    all_picked = False

    def dispatch(self, request, *args, **kwargs):
        seen = InsurancePolicy.objects.visible_to(request.user).select_related("area")
        self.policy = seen.filter(pk=kwargs["pk"]).first()
        if self.policy is None:
            raise Http404
        if not request.user.has_perm(self.permission, self.policy.area_id):
            raise PermissionDenied(translate("This page belongs to another role or another area."))
        return super().dispatch(request, *args, **kwargs)

    def rows(self):
        """The rows to choose from, {key: (name, cells)}."""
        raise NotImplementedError

    def change(self, chosen, **fields):
        raise NotImplementedError

    def form_valid(self, form):
        known = self.rows()
        chosen = [key for key in self.request.POST.getlist("pk") if key in known][:AT_ONCE]
        try:
            if not chosen:
                raise Refused(translate("Choose at least one person."))
            self.change(chosen, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused)
            return self.form_invalid(form)
        messages.success(self.request, translate("%(count)s people.") % {"count": len(chosen)})
        return redirect(pages.url_of(self.policy))

    def get_context_data(self, **kwargs):
        picked = set(self.request.POST.getlist("pk"))
        all_picked = self.all_picked and self.request.method != "POST"
        rows = [
            {
                "pk": key,
                "name": name,
                "cells": list(zip(self.heads, map(readable, cells), strict=True)),
                "picked": all_picked or key in picked,
            }
            for key, (name, cells) in self.rows().items()
        ]
        return super().get_context_data(
            title=self.title,
            label=self.label,
            empty=self.empty,
            heads=self.heads,
            rows=rows,
            all_picked=all_picked,
            crumb=self.policy,
            back_url=pages.url_of(self.policy),
            **kwargs,
        )


class RemovePeople(Choosing):
    """Take people off a policy, many in one endorsement."""

    form_class = RemoveForm
    title = _("Remove people")
    label = _("Remove the selected people")
    heads = (_("Name"), _("ID number"), _("Village"), _("From"), _("To"))
    empty = _("Nobody is on this policy.")

    def people(self):
        """Who may be taken off: the people on the list, or those still covered."""
        if self.policy.state == "planned":
            return [(one, day, self.policy.ends_on) for one, day in self.policy.listed()]
        covers = self.policy.covers.held().select_related("person__area")
        covers = covers.exclude(closings__isnull=False).order_by("person__area_id", "pk")
        return [(one.person, one.starts_on, one.ends_on) for one in covers]

    def rows(self):
        return {
            str(one.pk): (one.name, (one.name, one.masked_id, one.area.name, first, last))
            for one, first, last in self.people()
        }

    def change(self, chosen, *, on, note):
        people = [one for one, _first, _last in self.people() if str(one.pk) in set(chosen)]
        changes.remove(self.policy, by=self.request.user, people=people, on=on, note=note)


class ReplaceLeavers(Choosing):
    """Give the places of leavers to the newcomers of their posts, all in one endorsement."""

    form_class = NoteForm
    title = _("Replace leavers")
    label = _("Replace the selected leavers")
    heads = (_("Leaver"), _("Newcomer"), _("Post"), _("Village"), _("Covered from"))
    empty = _("No leaver's place waits for a newcomer on the same post.")
    all_picked = True

    def rows(self):
        return {
            f"{one.out.person_id}-{one.into.pk}": (
                one.into.name,
                (one.out.person.name, one.into.name, one.post, one.village, one.day),
            )
            for one in changes.replacements(self.policy)
        }

    def change(self, chosen, *, note):
        chosen = set(chosen)
        pairs = [
            (one.out.person, one.into)
            for one in changes.replacements(self.policy)
            if f"{one.out.person_id}-{one.into.pk}" in chosen
        ]
        changes.replace(self.policy, by=self.request.user, pairs=pairs, note=note)


insurance_record_paths = [
    path("insurance/plan/", PlanPolicy.as_view(), name="policy-plan"),
    path("insurance/<int:pk>/remove/", RemovePeople.as_view(), name="insured-remove"),
    path("insurance/<int:pk>/replace/", ReplaceLeavers.as_view(), name="insured-replace"),
    path("endorsements/<int:pk>/number/", EnterNumber.as_view(), name="endorsement-number"),
    path("endorsements/", include(pages.plain_paths(EndorsementList, EndorsementPage))),
    path("insurance/", include(pages.record_paths(InsuranceList, InsurancePage))),
]
