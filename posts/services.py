"""What may be done to a post: asked for by the village, decided above it, looked at every year."""

from dateutil.relativedelta import relativedelta
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from policy.selectors import rule, rulings
from posts.checks import unapproved_from
from posts.models import Post
from project.kernel.guards import Refused, log, refusals, take
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.calendar import end_of_notice
from registry.models import Area
from registry.workdays import Unit

NEED = (
    "title",
    "post_type",
    "duties",
    "workload",
    "place",
    "headcount",
    "hours",
    "pay_basis",
    "kind",
    "standard",
    "fund",
    "department",
    "unit",
    "starts_on",
    "ends_on",
    "manager",
    "manager_phone",
    "minutes",
)
LIKE = ("area", "title", "post_type", "department", "fund", "standard")
EDITABLE = (Post.State.DRAFTED, Post.State.RETURNED)


@transaction.atomic
def draft(*, by, area, **need):
    """Write down which post a village needs; it gets the village's next number."""
    _permit(by, area.pk)
    post = Post(area=Area.objects.select_for_update(of=("self",)).get(pk=area.pk))
    _fill_in(post, need)
    post.number = _next_number(area.pk)
    post.save()
    log(post, "draft", by=by, after=post.state)
    return post


@transaction.atomic
def amend(post, *, by, **need):
    """Correct a request that still lies with the village."""
    post = _locked(post)
    _permit(by, post.area_id)
    if post.state not in EDITABLE:
        raise Refused(
            _("The request is “%(state)s”; only the village's own draft can be corrected.")
            % {"state": post.get_state_display()}
        )
    _fill_in(post, need)
    post.save()
    log(post, "amend", by=by, before=post.state, after=post.state)
    return post


def _permit(by, area):
    if not by.has_perm(Permission.POST_SUBMIT, area):
        raise PermissionDenied(_("Asking for a post belongs to the village head."))


def _fill_in(post, need):
    """Take over the fields of the request, unless it cannot be a post of this village."""
    for name in NEED:
        if name in need:
            setattr(post, name, need[name])
    if reasons := _impossible(post):
        raise Refused(reasons)


def _impossible(post):
    reasons = []
    if post.area.level != Area.Level.VILLAGE:
        reasons.append(_("A post belongs to a village; choose one."))
    if post.department.area_id != post.area.county_code:
        reasons.append(_("The department belongs to another county."))
    if post.ends_on and post.ends_on < post.starts_on:
        reasons.append(_("The last day lies before the first day."))
    if not post.standard or post.standard <= 0:
        reasons.append(_("A post pays something. Enter the standard."))
    if not post.headcount or post.headcount < 1:
        reasons.append(_("A post has at least one place. Enter the headcount."))
    alike = Post.objects.filter(**{name: getattr(post, name) for name in LIKE})
    gone = [Post.State.CLOSED, Post.State.REJECTED]
    for other in alike.exclude(state__in=gone).exclude(pk=post.pk)[:1]:
        sentence = _("Post %(number)s of this village is the same; ask for more places on it.")
        reasons.append(sentence % {"number": other.number})
    return reasons


def _next_number(village):
    """The village's code and a running number, as the ledgers number posts."""
    known = Post.objects.filter(number__startswith=f"{village}-").values_list("number", flat=True)
    endings = [number.removeprefix(f"{village}-") for number in known]
    last = max((int(end) for end in endings if end.isascii() and end.isdigit()), default=0)
    return f"{village}-{last + 1:03d}"


@transaction.atomic
def submit(post, *, by, note=""):
    """The village asks the township for the post."""
    post = _locked(post)
    due = _within(post, "post.review_days_township")
    return take(post.submit, by=by, note=note, due_on=due)


@transaction.atomic
def review(post, *, by, note=""):
    """The township finds the post needed; pay out of line wants a written reason."""
    post = _locked(post)
    return take(post.review, by=by, note=note, due_on=_within(post, "post.review_days_county"))


@transaction.atomic
def approve(post, *, by, until, note=""):
    """The county department approves the post up to a day."""
    post = _locked(post)
    if not refusals(post.approve, by=by):
        _bounded(post, until)
    due = _within(post, "post.review_days_county")
    return take(post.approve, by=by, note=note, until=until, due_on=due)


@transaction.atomic
def open_(post, *, by, note=""):
    """Finance finds the money; people may be hired."""
    return take(_locked(post).open, by=by, note=note)


@transaction.atomic
def renew(post, *, by, until, note=""):
    """The yearly look: the post is still needed up to another day."""
    post = _locked(post)
    if not refusals(post.renew, by=by):
        _bounded(post, until)
    if post.ends_on:
        post.ends_on = max(post.ends_on, until)
    return take(post.renew, by=by, note=note, until=until)


def latest_approval(post):
    """The last day up to which the post may be approved now (post.review_months)."""
    first = max(today(), unapproved_from(post))
    months = rule("post.review_months", on=today(), area=post.area_id)
    return first + relativedelta(months=months, days=-1)


def _bounded(post, until):
    latest = latest_approval(post)
    if until < max(today(), unapproved_from(post)):
        raise Refused(_("The approval would end before it begins; choose a later day."))
    if until > latest:
        raise Refused(
            _("The post may be approved until %(day)s at most; then it is looked at again.")
            % {"day": latest}
        )


@transaction.atomic
def suspend(post, *, by, note):
    """No work is planned on the post for a while."""
    return _with_reason(_locked(post).suspend, by=by, note=note)


@transaction.atomic
def resume(post, *, by, note=""):
    """Work goes on."""
    return take(_locked(post).resume, by=by, note=note)


@transaction.atomic
def close(post, *, by, note):
    """The post is no longer needed; nobody holds it any more."""
    return _with_reason(_locked(post).close, by=by, note=note)


@transaction.atomic
def send_back(post, *, by, note):
    """Give the request back to the village, with what is to be corrected."""
    return _with_reason(_locked(post).send_back, by=by, note=note)


@transaction.atomic
def reject(post, *, by, note):
    """The post is not set up, and the village is told why."""
    return _with_reason(_locked(post).reject, by=by, note=note)


def _with_reason(step, *, by, note):
    if not note.strip():
        raise Refused(_("Say why."))
    return take(step, by=by, note=note)


def _within(post, code):
    """The day by which the next office decides: so many working days, where a rule says so."""
    ruled = rulings([code], on=today(), areas=[post.area_id])[post.area_id].get(code)
    return end_of_notice(today(), ruled.value, Unit.WORKING) if ruled else None


def _locked(post):
    joined = Post.objects.select_for_update(of=("self",)).select_related("area")
    return joined.get(pk=post.pk)
