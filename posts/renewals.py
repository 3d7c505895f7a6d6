"""Renewing contracts at the year's end: many are judged at once, each for every reason.

A renewal is a new contract (C-08) that points at the one it follows, and a hire of its own that
points at the new contract, placed from the start: a post counts the people who hold it, not their
contracts, so the person goes on taking one place.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from contracts import flows as contracts
from contracts.models import Contract
from policy.selectors import rulings, uncovered_of
from posts.eligibility import Wish, failures
from posts.hire_checks import post_has_room
from posts.models import Hire, Post
from project.kernel.guards import Refused, log
from project.kernel.months import today

SOURCE = "续签"  # as ledgers write it
AT_MOST = 1000  # judged on one page
JOINS = ("area", "person__area", "person__household", "post__area", "contract")


@dataclass(frozen=True)
class Review:
    """A holder whose contract ends: the term that would follow, and every reason against it."""

    hire: Hire
    first: date
    last: date
    reasons: tuple

    @property
    def may_renew(self):
        return not self.reasons


def ending(hires, until):
    """The holders whose running contract ends by a day and is not followed by another yet."""
    running = hires.filter(
        state=Hire.State.PLACED,
        contract__state__in=[Contract.State.IN_FORCE, Contract.State.SUSPENDED],
        contract__ends_on__lte=until,
    )
    followed = Contract.objects.filter(renews__isnull=False).exclude(state=Contract.State.VOID)
    return running.exclude(contract__in=followed.values("renews"))


def review(hires):
    """Judge every holder; the queries do not grow with their number."""
    hires = list(hires.select_related(*JOINS).order_by("area_id", "pk")[:AT_MOST])
    terms = [term_after(hire) for hire in hires]
    wishes = [wish_after(hire, *term) for hire, term in zip(hires, terms, strict=True)]
    own = _own_reasons(hires, terms)
    judged = failures(wishes) if wishes else []
    return [
        Review(hire, *term, reasons=(*own[hire.pk], *reasons))
        for hire, term, reasons in zip(hires, terms, judged, strict=True)
    ]


def term_after(hire):
    """From the day after the old contract to the end of that year, or to the end of the post."""
    first = hire.contract.ends_on + timedelta(days=1)
    last = date(first.year, 12, 31)
    return first, min(last, hire.post.ends_on or last)


def wish_after(hire, first, last):
    """What a renewal asks for."""
    return Wish(
        person=hire.person,
        first=first,
        last=last,
        area_id=hire.area_id,
        fund_id=hire.post.fund_id,
        post_type=hire.post.post_type,
        fit="fitness" in hire.materials,
        resident="residence" in hire.materials,
        instead_of=hire.contract_id,
    )


def _own_reasons(hires, terms):
    """What speaks against a renewal besides eligibility: its post, its policy, its exit."""
    leaving = set(
        Contract.objects.filter(pk__in=[hire.contract_id for hire in hires])
        .exclude(exits__isnull=True)
        .filter(exits__state__in=["proposed", "notified", "heard"])
        .values_list("pk", flat=True)
    )
    failed = _failed(hires)
    bare, on_notice = _by_area(hires, terms)
    found = {}
    for hire, (first, last) in zip(hires, terms, strict=True):
        found[hire.pk] = [
            *_of_the_post(hire, first, last),
            *bare[hire.area_id, first],
            *_of_the_contract(hire, leaving),
            *failed.get(hire.contract_id, ()),
        ]
        if (hire.area_id, first) in on_notice:
            found[hire.pk].append(
                _("Renewals hang on public notice here; hire the person anew through a notice.")
            )
    return found


def _failed(hires):
    """Who failed the assessment of the year is not renewed (R-41): {contract: sentences}."""
    contracts = Contract.objects.filter(pk__in=[hire.contract_id for hire in hires])
    unqualified = contracts.filter(
        year_grades__state="decided", year_grades__grade="unqualified"
    ).values_list("pk", "year_grades__year")
    found = {}
    for contract, year in unqualified:
        sentence = _("The assessment of %(year)s was failed; whoever failed is not renewed (R-41).")
        found.setdefault(contract, []).append(sentence % {"year": year})
    return found


def _by_area(hires, terms):
    """Policies that ended before the first day, and where renewals want a notice."""
    asked = {}
    for hire, (first, _last) in zip(hires, terms, strict=True):
        asked.setdefault(first, set()).add(hire.area_id)
    bare, on_notice = {}, set()
    code = "renewal.requires_publicity"
    for first, areas in asked.items():
        for area, documents in uncovered_of(areas, on=first).items():
            bare[area, first] = [
                _("“%(title)s” ends on %(day)s; link the document that follows it first (C-20).")
                % {"title": document.title, "day": document.valid_to}
                for document in documents
                if document.valid_to
            ]
        for area, ruled in rulings([code], on=first, areas=sorted(areas)).items():
            if code in ruled and ruled[code].value:
                on_notice.add((area, first))
    return bare, on_notice


def _of_the_post(hire, first, last):
    post = hire.post
    if post.state != "open":
        state = post.get_state_display()
        return [_("The post is not open; it is “%(state)s”.") % {"state": state}]
    if last < first:
        return [_("The post ends on %(day)s.") % {"day": post.ends_on}]
    if post.approved_until and post.approved_until < first:
        return [
            _("The post is approved until %(day)s only; have it renewed first.")
            % {"day": post.approved_until}
        ]
    return []


def _of_the_contract(hire, leaving):
    if hire.contract.state == Contract.State.SUSPENDED:
        return [_("The contract is suspended; let the work go on or the person leave first.")]
    if hire.contract_id in leaving:
        return [_("The person is leaving: an exit is under way.")]
    return []


@transaction.atomic
def renew(hire, *, by, note=""):
    """Draft the contract that follows; everything that speaks against it is asked again."""
    list(Post.objects.select_for_update(of=("self",)).filter(pk=hire.post_id))
    hire = Hire.objects.select_for_update(of=("self",)).get(pk=hire.pk)
    term_of = Hire.objects.filter(pk=hire.pk)
    if not ending(term_of, date.max).exists():
        raise Refused(_("This contract is over, or another one follows it already."))
    (asked,) = review(term_of)
    if reasons := [*asked.reasons, *_place_went_to_another(asked)]:
        raise Refused(reasons)
    contract = contracts.draft(
        asked.hire.post,
        by=by,
        person=asked.hire.person,
        starts_on=asked.first,
        ends_on=asked.last,
        renews=asked.hire.contract,
        note=note,
    )
    made = Hire.objects.create(
        state=Hire.State.PLACED,
        area_id=hire.area_id,
        post_id=hire.post_id,
        person_id=hire.person_id,
        contract=contract,
        applied_on=today(),
        starts_on=asked.first,
        source=SOURCE,
        materials=hire.materials,
    )
    log(made, "renew", by=by, after=made.state, note=note, follows=hire.pk)
    return made


def _place_went_to_another(asked):
    """Once a contract has run out its place is free; a renewal comes too late if it was given."""
    if asked.hire.contract.ends_on >= today():
        return []
    return post_has_room.failures(Hire(post=asked.hire.post, starts_on=asked.first))


def renew_all(hires, *, by, note=""):
    """Renew those that may be: the new hires, and the others each with every reason."""
    made, refused = [], []
    for hire in hires:
        try:
            made.append(renew(hire, by=by, note=note))
        except Refused as error:
            refused.append((hire, error.messages))
    return made, refused
