"""What people say against a notice: taken in, looked into, answered, and what it stops."""

import secrets

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from notices.models import Notice, Objection
from policy.selectors import rule
from project.kernel.guards import NotThisPerson, Refused, in_turn, log, permits, take
from project.kernel.hands import hands
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.calendar import end_of_notice
from registry.workdays import Unit

CLEAR_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is mistaken for another
CODE_LENGTH = 10
HEARD_FROM_EVERYBODY = [Notice.State.POSTED]
HEARD_BY_STAFF = [Notice.State.POSTED, Notice.State.CERTIFIED]


@transaction.atomic
def receive(notice, *, text, channel, line=None, complainant="", contact="", by=None, on=None):
    """Take in what somebody says; whoever says it may stay unknown, and gets a receipt."""
    _may_receive(notice, channel, by)
    on = on or today()
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if problems := _problems(notice, text, line, on, by):
        raise Refused(problems)
    days = rule("objection.answer_days", on=on, area=notice.area_id)
    objection = Objection.objects.create(
        area_id=notice.area_id,
        notice=notice,
        line=line,
        channel=channel,
        text=text.strip(),
        complainant=complainant.strip(),
        contact=contact.strip(),
        code="".join(secrets.choice(CLEAR_LETTERS) for _letter in range(CODE_LENGTH)),
        received_on=on,
        received_by=by,
        due_on=end_of_notice(on, days, Unit.WORKING),
    )
    if by:
        log(objection, "receive", by=by, after=objection.state)
    return objection


def _may_receive(notice, channel, by):
    """Nobody signs in for the web page; what comes by telephone or on paper, staff write down."""
    web = channel == Objection.Channel.WEB
    if not web and not (by and by.has_perm(Permission.OBJECTION_RECEIVE, notice.area_id)):
        raise PermissionDenied(
            _("Objections are taken in by the village or the township of the notice.")
        )


def _problems(notice, text, line, on, by):
    found = []
    if notice.state not in (HEARD_BY_STAFF if by else HEARD_FROM_EVERYBODY):
        found.append(_("Objections are heard while a notice hangs; this one does not hang."))
    elif not notice.posted_on <= on <= today():
        found.append(_("An objection is received on a day since the notice was posted."))
    if line is not None and line not in notice.line_numbers():
        found.append(_("The notice has no line %(line)s.") % {"line": line})
    if not text.strip():
        found.append(_("Write what you object to."))
    return found


@transaction.atomic
def assign(objection, *, by, assignee, note=""):
    """Name who looks into it: somebody who may, and not oneself."""
    objection = _locked(objection)
    if not assignee.has_perm(Permission.OBJECTION_VERIFY, objection.area_id):
        raise Refused(
            _("%(name)s does not look into objections here; name somebody who does.")
            % {"name": assignee}
        )
    if assignee.pk in hands(by, since=objection.received_on):
        raise Refused(_("Whoever assigns an objection does not look into it; name another person."))
    return take(objection.assign, by=by, note=note, assignee=assignee)


@transaction.atomic
def hand_on(objection, *, by, to, note):
    """Give an objection that somebody looks into to another, or back to the office (`to` None).

    Whoever appoints there does so when people leave, without looking into anything themselves.
    """
    objection = _locked(objection)
    before, left = objection.state, objection.assignee
    if not permits(objection.hand_back, by):
        raise PermissionDenied(_("Handing over belongs to whoever appoints people there."))
    if not in_turn(objection.hand_back):
        raise Refused(_("Nobody looks into this objection now."))
    if to is None:
        objection.hand_back()
    else:
        objection.assignee = to
    objection.save()
    names = {"from": left.username, "to": to.username if to else ""}
    log(objection, "hand_over", by=by, before=before, after=objection.state, note=note, **names)
    return objection


@transaction.atomic
def verify(objection, *, by, finding, outcome, note=""):
    """Write down what the person named has found."""
    objection = _locked(objection)
    named = objection.state == Objection.State.ASSIGNED
    if named and not objection.named(by) and objection.verifiable_by(by):
        raise NotThisPerson([objection.not_yours()])
    return take(objection.verify, by=by, note=note, finding=finding, outcome=outcome)


@transaction.atomic
def reply(objection, *, by, answer, note=""):
    """Answer in words that everybody may read: without the name of whoever objected."""
    objection = _locked(objection)
    told = [word for word in (objection.complainant, objection.contact) if word]
    if any(word in answer for word in told):
        raise Refused(
            _("The answer is public: leave out the name and telephone of whoever objected.")
        )
    return take(objection.reply, by=by, note=note, on=today(), answer=answer)


@transaction.atomic
def close(objection, *, by, note=""):
    """What follows from the answer has been done."""
    return take(_locked(objection).close, by=by, note=note)


@transaction.atomic
def look(objection, *, by, reason):
    """Who objected: for the county alone, with a reason, and every look is written down."""
    if not by.has_perm(Permission.COMPLAINANT_VIEW, objection.area_id):
        raise PermissionDenied(_("Who objected is known to the county alone."))
    if not reason.strip():
        raise Refused(_("Say why you must know who objected."))
    log(objection, "look", by=by, before=objection.state, after=objection.state, note=reason)
    return objection.complainant, objection.contact


def against_lines(notice):
    """Sentences for everything said against a list that must be right in every line."""
    return [] if notice is None else _sentences(notice.objections.stopping())


def against_the_whole(notice):
    """Sentences for what is said against a list as a whole; its lines are stopped one by one."""
    return [] if notice is None else _sentences(notice.objections.stopping().filter(line=None))


def _sentences(objections):
    words = {
        True: _("Objection %(code)s was upheld: send the list back and correct it."),
        False: _("Objection %(code)s is not answered yet."),
    }
    return [
        words[objection.state not in Objection.PENDING] % {"code": objection.code}
        for objection in objections.order_by("pk")
    ]


def _locked(objection):
    found = Objection.objects.select_for_update(of=("self",))
    return found.select_related("area", "notice", "assignee").get(pk=objection.pk)
