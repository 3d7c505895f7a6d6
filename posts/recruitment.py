"""Calling for applicants, writing down who comes, and holding the meeting that votes on them."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from notices import services as notices
from notices.models import Notice
from posts.hire_checks import MATERIALS, PROOFS, taken
from posts.models import Appraisal, Hire, Post, Recruitment
from project.kernel.guards import Refused, log
from project.kernel.months import Month, today
from project.kernel.roles import Permission
from project.kernel.steps import follow
from registry.intake import log_all
from registry.models import Household
from registry.residents import by_id_number, resident

UNDER_WAY = "one_application_a_person_and_post"


@transaction.atomic
def call(post, *, by, places, on, closes_on, note=""):
    """Call for applicants to an open post: the notice hangs, and applications come until a day."""
    post = (
        Post.objects.select_for_update(of=("self",)).select_related("area", "fund").get(pk=post.pk)
    )
    if not by.has_perm(Permission.RECRUIT, post.area_id):
        raise PermissionDenied(_("Calling for applicants belongs to the township officer."))
    if reasons := _against_calling(post, places, on, closes_on):
        raise Refused(reasons)
    notice = hang(
        by=by,
        kind=Notice.Kind.RECRUITMENT,
        area=post.area,
        title=f"{post.area.name}{post.title}招聘公告",
        content=_called(post, places, on, closes_on),
        on=on,
        length="publicity.recruitment",
    )
    if closes_on < notice.ends_on:
        raise Refused(
            _("The notice hangs until %(day)s; applications are taken at least as long.")
            % {"day": notice.ends_on}
        )
    made = Recruitment.objects.create(
        area=post.area,
        post=post,
        notice=notice,
        places=places,
        opens_on=on,
        closes_on=closes_on,
        called_by=by,
    )
    log(made, "call", by=by, note=note, places=places)
    return made


def hang(*, by, **notice):
    """Hang a notice up and put its end before whoever certifies it."""
    notice = notices.post(by=by, **notice)
    follow(notice, by=by)
    return notice


def _against_calling(post, places, on, closes_on):
    reasons, room = [], post.headcount - taken(post)
    if post.state != Post.State.OPEN:
        reasons.append(_("The post is not open for hiring."))
    if not 1 <= places <= max(room, 0):
        reasons.append(
            _("%(places)s places are called for; %(room)s of %(all)s are free.")
            % {"places": places, "room": max(room, 0), "all": post.headcount}
        )
    if closes_on < on:
        reasons.append(_("The last day for applications lies before the first."))
    return reasons


def _called(post, places, on, closes_on):
    row = {
        "number": 1,
        "post_title": post.title,
        "places": places,
        "duties": post.duties,
        "workplace": post.place,
        "standard": str(post.standard),
    }
    days = {"opens_on": str(on), "closes_on": str(closes_on)}
    return {"village": post.area.name, "rows": [row], **days}


def standing_calls(posts):
    """The calls for applicants to some posts that were not taken back, by the post's number."""
    calls = Recruitment.objects.filter(post__in=posts).exclude(notice__state=Notice.State.VOID)
    found = {}
    for made in calls.order_by("pk"):
        found.setdefault(made.post_id, []).append(made)
    return found


def open_among(calls, day):
    """The call that is open on a day, the latest first."""
    return next((c for c in reversed(calls) if c.opens_on <= day <= c.closes_on), None)


@transaction.atomic
def apply(*, by, post, person, starts_on, materials=(), applied_on=None, source="", note=""):
    """Write an application down with its day; screening will ask for what is missing."""
    day = applied_on or today()
    if not by.has_perm(Permission.HIRE_APPLY, post.area_id):
        raise PermissionDenied(_("Taking applications belongs to the village clerk."))
    calls = standing_calls([post]).get(post.pk, [])
    if reasons := _against_applying(post, day, calls, materials):
        raise Refused(reasons)
    hire = Hire(
        area_id=post.area_id,
        post=post,
        person=person,
        recruitment=open_among(calls, day),
        applied_on=day,
        source=source,
        starts_on=starts_on,
        materials=sorted(set(materials)),
    )
    _save_once(hire)
    log(hire, "apply", by=by, after=hire.state, note=note)
    return hire


def _save_once(hire):
    try:
        with transaction.atomic():
            hire.save()
    except IntegrityError as clash:
        if UNDER_WAY not in str(clash):
            raise
        raise Refused(
            _("%(name)s has applied for this post already.") % {"name": hire.person.name}
        ) from clash


def _against_applying(post, day, calls, materials=()):
    return [
        *against_post(post),
        *against_day(calls, day),
        *(
            _("“%(paper)s” is no paper of an application.") % {"paper": name}
            for name in sorted(set(materials) - {*MATERIALS, *PROOFS})
        ),
    ]


def against_post(post):
    """Why nobody can apply for a post whatever the day."""
    return [] if post.state == Post.State.OPEN else [_("The post is not open for hiring.")]


def against_day(calls, day):
    """Why nobody can apply on a day under the calls that stand for a post."""
    reasons = []
    if day > today():
        reasons.append(_("The day of the application has not come yet."))
    if open_among(calls, day) is None:
        reasons.append(_outside(calls, day))
    return reasons


def _outside(calls, day):
    """Why an application of a day comes too early, too late, or for nothing."""
    if over := [made.closes_on for made in calls if made.closes_on < day]:
        words = _("Applications for this post were taken until %(day)s; %(on)s is too late.")
        return words % {"day": max(over), "on": day}
    if coming := [made.opens_on for made in calls if made.opens_on > day]:
        words = _("Applications for this post are taken from %(day)s; %(on)s is too early.")
        return words % {"day": min(coming), "on": day}
    return _("Nobody has called for applicants to this post yet; the township does so first.")


def first_day(post):
    """The first day planned where nobody names one: next month's, or the post's if it is later."""
    return max(Month.of(today()).next().first, post.starts_on)


@transaction.atomic
def apply_all(hires, *, by, note=""):
    """Write many applications down at once, each judged as if it came alone; all, or none."""
    calls, reasons = standing_calls({hire.post_id for hire in hires}), []
    for hire in hires:
        if not by.has_perm(Permission.HIRE_APPLY, hire.area_id):
            raise PermissionDenied(_("Taking applications belongs to the village clerk."))
        theirs = calls.get(hire.post_id, [])
        against = _against_applying(hire.post, hire.applied_on, theirs, hire.materials)
        reasons += [f"{hire.person.name}：{reason}" for reason in against]
        hire.recruitment = open_among(theirs, hire.applied_on)
    if reasons:
        raise Refused(reasons)
    try:
        with transaction.atomic():
            made = Hire.objects.bulk_create(hires)
    except IntegrityError as clash:
        if UNDER_WAY not in str(clash):
            raise
        raise Refused(_("Somebody of these has just applied; look at the file again.")) from clash
    log_all(made, "apply", by=by, note=note)
    return made


@transaction.atomic
def register(*, by, area, name, id_number, household="", head_name="", **details):
    """Enter a person who is not yet known, with the household they belong to."""
    if not by.has_perm(Permission.HIRE_APPLY, area.pk):
        raise PermissionDenied(_("Registering applicants belongs to the village clerk."))
    if id_number in by_id_number([id_number]):
        raise Refused(_("Somebody with this ID number is in the register already; search again."))
    home = None
    if household:
        made = {"area": area, "head_name": head_name}
        home, _new = Household.objects.get_or_create(number=household, defaults=made)
        if home.area_id != area.pk:
            raise Refused(_("The household of this number lives in another village."))
    person = resident(id_number, name=name, area=area, household=home, **details)
    person.save()
    log(person, "register", by=by)
    return person


@transaction.atomic
def hold_meeting(area, *, by, votes, **meeting):
    """Write down a meeting of villagers and its votes: {hire id: (for, against, abstained)}.

    `meeting` has held_on, place, host, recorder, expected, present and signatures.
    """
    if not by.has_perm(Permission.HIRE_APPRAISE, area.pk):
        raise PermissionDenied(_("Recording the villagers' votes belongs to the village clerk."))
    hires = Hire.objects.select_for_update(of=("self",)).select_related("person")
    hires = {hire.pk: hire for hire in hires.filter(pk__in=votes, area=area).order_by("pk")}
    if reasons := _against_meeting(meeting, votes, hires):
        raise Refused(reasons)
    appraisal = Appraisal.objects.create(area=area, recorded_by=by, **meeting)
    for pk, counted in votes.items():
        hire = hires[pk]
        hire.appraisal = appraisal
        hire.votes_for, hire.votes_against, hire.votes_abstained = counted
        hire.save()
    log(appraisal, "hold_meeting", by=by, hires=list(votes))
    return appraisal


def _against_meeting(meeting, votes, hires):
    reasons, present = [], meeting["present"]
    if not votes:
        reasons.append(_("Enter the votes on at least one applicant."))
    if not 1 <= present <= meeting["expected"]:
        reasons.append(_("At least one villager is present, and not more than were expected."))
    if meeting["held_on"] > today():
        reasons.append(_("The day of the meeting has not come yet."))
    if not meeting["signatures"].strip():
        reasons.append(_("Enter who signed the minutes."))
    for pk, counted in votes.items():
        reasons += _against_votes(hires.get(pk), counted, present)
    return reasons


def _against_votes(hire, counted, present):
    if hire is None:
        return [_("Somebody who has not applied in this village cannot be voted on.")]
    name = hire.person.name
    if hire.state != Hire.State.CHECKED:
        words = _("%(name)s cannot be voted on while the state is “%(state)s”.")
        return [words % {"name": name, "state": hire.get_state_display()}]
    if min(counted) < 0 or sum(counted) != present:
        words = _("%(name)s: %(votes)s votes were counted, but %(present)s were present.")
        return [words % {"name": name, "votes": sum(counted), "present": present}]
    return []
