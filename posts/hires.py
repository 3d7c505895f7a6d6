"""One person's way onto a post, step by step; the last step drafts the contract."""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from contracts import flows as contracts
from notices.models import Notice
from posts.eligibility import failures, last_day, wish_of
from posts.models import Hire, Post
from posts.priority import score
from posts.recruitment import hang
from project.kernel.guards import Refused, refusals, take
from project.kernel.months import today
from project.kernel.steps import do
from registry.idnumber import age_on
from registry.models import Area, Household, Person

SEXES = {Person.Sex.MALE: "男", Person.Sex.FEMALE: "女"}  # Notices are Chinese papers.


@transaction.atomic
def hand_in(hire, *, by, materials, starts_on=None, note=""):
    """Papers that were missing have come; those handed in before stay."""
    hire = _locked(hire)
    together = sorted({*hire.materials, *materials})
    return take(hire.hand_in, by=by, note=note, materials=together, starts_on=starts_on)


@transaction.atomic
def screen(hire, *, by, note=""):
    """The township has checked papers and eligibility; the priority is frozen."""
    hire = _locked(hire)
    points, reasons = score(hire)
    return take(hire.screen, by=by, note=note, score=points, reasons=reasons)


@transaction.atomic
def appraise(hire, *, by, note=""):
    """The villagers' meeting voted for the person."""
    return take(_locked(hire).appraise, by=by, note=note)


@transaction.atomic
def publicise(hire, *, by, on, note=""):
    """Hang one name up."""
    (hire,) = publicise_together([hire], by=by, on=on, note=note)
    return hire


@transaction.atomic
def publicise_together(hires, *, by, on, note=""):
    """Hang the names of one village up on one notice; a name that may not hang stops them all."""
    return _hang("publicise", _all_locked(hires), by=by, on=on, note=note)


@transaction.atomic
def publicise_township(hire, *, by, on, note=""):
    """Hang one name up in the township."""
    (hire,) = publicise_in_township([hire], by=by, on=on, note=note)
    return hire


@transaction.atomic
def publicise_in_township(hires, *, by, on, note=""):
    """Hang cleared names of one township up on one notice there."""
    return _hang("publicise_township", _all_locked(hires), by=by, on=on, note=note)


def _hang(step, hires, *, by, on, note):
    where = {_board(step, hire) for hire in hires}
    if len(where) != 1:
        raise Refused(_("One notice is for one place; choose people of one place."))
    reasons = [
        f"{hire.person.name}：{reason}"
        for hire in hires
        for reason in refusals(getattr(hire, step))
    ]
    if reasons:
        raise Refused(reasons)
    area = Area.objects.get(pk=where.pop())
    notice = hang(
        by=by,
        kind=Notice.Kind.HIRE,
        area=area,
        title=f"{area.name}乡村公益性岗位拟聘人员公示",
        content={"village": area.name, "rows": _rows(hires)},
        on=on,
        length="publicity.hire",
    )
    return [
        take(getattr(hire, step), by=by, note=note, notice=notice, line=line)
        for line, hire in enumerate(hires, start=1)
    ]


def _board(step, hire):
    return hire.area_id if step == "publicise" else hire.area.township_code


def _rows(hires):
    """What everybody may read of the people proposed (F-06)."""
    return [
        {
            "number": line,
            "name": hire.person.name,
            "sex": SEXES[hire.person.sex],
            "age": age_on(hire.person.born_on, hire.starts_on),
            "id_number": hire.person.id_number,
            "village": hire.person.area.name,
            "category": hire.person.category,
            "post_title": hire.post.title,
            "standard": str(hire.post.standard),
            "starts_on": str(hire.starts_on),
            "ends_on": str(last_day(hire)),
        }
        for line, hire in enumerate(hires, start=1)
    ]


@transaction.atomic
def clear(hire, *, by, note=""):
    """The notice hung for its length; the first name cleared has it certified."""
    hire = _locked(hire)
    if not refusals(hire.clear, by=by):
        _certify(hire.notice, by)
    return take(hire.clear, by=by, note=note)


@transaction.atomic
def overrule(hire, *, by, note=""):
    """Every objection was answered and none upheld: the person goes on."""
    hire = _locked(hire)
    if not refusals(hire.overrule, by=by):
        _certify(hire.notice, by)
    return take(hire.overrule, by=by, note=note)


def _certify(notice, by):
    if notice.state == Notice.State.POSTED:
        do(notice, "certify", by=by)


@transaction.atomic
def hold_up(hire, *, by, note=""):
    """An objection stops this person; the others on the notice go on."""
    return take(_locked(hire).hold_up, by=by, note=note)


@transaction.atomic
def approve(hire, *, by, note=""):
    """The county approves; of two who want the last place, the second finds it taken."""
    return take(_alone(hire).approve, by=by, note=note)


@transaction.atomic
def train(hire, *, by, on, training, note=""):
    """The duties and dangers were explained on a day (F-08)."""
    hire = _locked(hire)
    if on > today():
        raise Refused(_("The day of the training has not come yet."))
    if hire.starts_on and on > hire.starts_on:
        raise Refused(_("The training comes before the first day, which is planned earlier."))
    return take(hire.train, by=by, note=note, on=on, training=training)


@transaction.atomic
def place(hire, *, by, starts_on=None, ends_on=None, note=""):
    """Draft the contract; everything that spoke for the person is asked once more.

    It lasts to the year's end or the post's, unless another last day is chosen (C-08, S-01).
    """
    hire = _alone(hire)
    hire.starts_on = starts_on or hire.starts_on
    if reasons := refusals(hire.place, by=by) or _against_lasting(hire, ends_on):
        raise Refused(reasons)
    hire.contract = contracts.draft(
        hire.post,
        by=by,
        person=hire.person,
        starts_on=hire.starts_on,
        ends_on=ends_on or last_day(hire),
    )
    return take(hire.place, by=by, note=note, contract=hire.contract)


def _against_lasting(hire, ends_on):
    """Why a contract cannot last past the usual day: the post ends, or a rule forbids it."""
    if ends_on is None or ends_on <= last_day(hire):
        return []
    if hire.post.ends_on and ends_on > hire.post.ends_on:
        return [_("The post ends on %(day)s.") % {"day": hire.post.ends_on}]
    return failures([replace(wish_of(hire), last=ends_on)])[0]


@transaction.atomic
def keep_in_reserve(hire, *, by, note=""):
    """No room now: the person comes next when a place falls vacant."""
    return take(_locked(hire).keep_in_reserve, by=by, note=note)


@transaction.atomic
def call_up(hire, *, by, starts_on=None, note=""):
    """A place fell vacant: the person of the reserve list goes on from the check."""
    hire = _alone(hire)
    hire.starts_on = starts_on or hire.starts_on
    return take(hire.call_up, by=by, note=note)


@transaction.atomic
def reject(hire, *, by, note):
    """The person is not hired and is told why."""
    return _with_reason(_locked(hire).reject, by=by, note=note)


@transaction.atomic
def withdraw(hire, *, by, note):
    """The person no longer wants the post."""
    return _with_reason(_locked(hire).withdraw, by=by, note=note)


def _with_reason(step, *, by, note):
    if not note.strip():
        raise Refused(_("Say why."))
    return take(step, by=by, note=note)


def _locked(hire):
    joined = Hire.objects.select_for_update(of=("self",))
    joined = joined.select_related("area", "person__area", "post__fund", "notice")
    return joined.get(pk=hire.pk)


def _all_locked(hires):
    joined = Hire.objects.select_for_update(of=("self",)).order_by("area", "pk")
    joined = joined.select_related("area", "person__area", "post__fund", "notice")
    return list(joined.filter(pk__in=[hire.pk for hire in hires]))


def _alone(hire):
    """Whoever decides about a place holds the post, the household and the person meanwhile."""
    person = hire.person
    list(Post.objects.select_for_update(of=("self",)).filter(pk=hire.post_id))
    list(Household.objects.select_for_update(of=("self",)).filter(pk=person.household_id))
    list(Person.objects.select_for_update(of=("self",)).filter(pk=person.pk).only("pk"))
    return _locked(hire)
