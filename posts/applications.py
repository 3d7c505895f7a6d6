"""Applications that people send in themselves: received from anybody, taken up by the village."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.models import Notice
from notices.objections import CLEAR_LETTERS, CODE_LENGTH
from policy.selectors import rule
from posts import recruitment as intake
from posts.models import Application, Hire, Recruitment
from posts.priority import HOLDS, REASONS
from project.kernel.guards import Refused, refusals, take
from project.kernel.months import SHANGHAI, today
from project.kernel.roles import Permission
from project.kernel.secrets import digest
from registry.calendar import end_of_notice
from registry.models import Person
from registry.workdays import Unit

SOURCE = "本人手机报名"
RECEIPTS_KEPT = 50
ABOUT_THE_POST = {"vacated"}
RECEIVED = gettext_lazy("Your application has arrived. The village is checking it.")
DECLINED = gettext_lazy("Your application was not accepted. Ask the village why.")
UNDER_WAY = gettext_lazy("Your application was accepted and is being reviewed.")
BECAME = {
    Hire.State.APPROVED: gettext_lazy("You are approved. The township will call you to sign."),
    Hire.State.PLACED: gettext_lazy("You are hired."),
    Hire.State.RESERVE: gettext_lazy("You stand on the reserve list."),
    Hire.State.REJECTED: gettext_lazy("You were not chosen this time. Ask the village why."),
    Hire.State.WITHDRAWN: gettext_lazy("Your application was withdrawn."),
}


@dataclass(frozen=True)
class Receipt:
    """What everybody is told who sends an application: its number, and when to ask again."""

    code: str
    ask_on: date


@transaction.atomic
def receive(recruitment, *, name, id_number, phone, agrees, category=""):
    """Keep one application a person and call; the answer is the same whoever sends it.

    Nobody who sends an application learns whether the person is registered or has applied before.
    """
    recruitment = _locked_call(recruitment)
    if reasons := against(recruitment):
        raise Refused(reasons)
    receipt = Receipt(_code(recruitment, name, id_number, phone), _due(recruitment))
    known = recruitment.applications.filter(id_digest=digest(id_number)).first()
    if known:
        _note_again(known, receipt.code)
        return receipt, None
    made = Application.objects.create(
        area_id=recruitment.area_id,
        post_id=recruitment.post_id,
        recruitment=recruitment,
        name=name,
        id_number=id_number,
        id_digest=digest(id_number),
        id_tail=id_number[-4:],
        phone=phone,
        agrees=agrees,
        category=category,
        code=receipt.code,
        due_on=receipt.ask_on,
    )
    return receipt, made


def against(recruitment):
    """Why nobody can apply to a call today."""
    if recruitment.notice.state == Notice.State.VOID:
        return [_("This call for applicants was taken back.")]
    return intake.against_post(recruitment.post) + intake.against_day([recruitment], today())


def _code(recruitment, name, id_number, phone):
    """The same words give the same receipt, so that sending them twice says nothing new."""
    number = int(digest(f"application {recruitment.pk} {id_number} {name} {phone}"), 16)
    letters = []
    for _place in range(CODE_LENGTH):
        number, letter = divmod(number, len(CLEAR_LETTERS))
        letters.append(CLEAR_LETTERS[letter])
    return "".join(letters)


def _due(recruitment):
    """The village answers within some working days (application.answer_days)."""
    days = rule("application.answer_days", on=today(), area=recruitment.area_id)
    return end_of_notice(today(), days, Unit.WORKING)


def _note_again(known, code):
    """Whoever knows the ID number but not the name and phone gets a receipt that tells nothing."""
    if code != known.code and code not in known.others:
        known.others = [*known.others, code][-RECEIPTS_KEPT:]
        known.save(update_fields=["others"])


@transaction.atomic
def accept(application, *, by, materials=(), starts_on=None, note=""):
    """Begin the hire of the person whom the register knows by the ID number that was sent."""
    application, hire = _locked(application), None
    may = by.has_perm(Permission.HIRE_APPLY, application.area_id)
    if may and not refusals(application.accept, by=by):
        hire = intake.apply(
            by=by,
            post=application.post,
            person=_seen(application, by),
            starts_on=starts_on or intake.first_day(application.post),
            materials=materials,
            applied_on=application.received_at.astimezone(SHANGHAI).date(),
            source=f"{SOURCE} {application.code}",
            note=note,
        )
    return take(application.accept, by=by, note=note, hire=hire)


def _seen(application, by):
    if not Person.objects.visible_to(by).filter(pk=application.applicant.pk).exists():
        raise Refused(
            _("The person is registered outside your areas; the township officer accepts this.")
        )
    return application.applicant


@transaction.atomic
def decline(application, *, by, note):
    """The application goes no further; the reason stays with it."""
    if not note.strip():
        raise Refused(_("Say why."))
    return take(_locked(application).decline, by=by, note=note)


@transaction.atomic
def register(application, *, by, **details):
    """Enter the person who applied and is not in the register yet, under the number they sent."""
    details = {"phone": application.phone} | details
    return intake.register(
        by=by,
        area=application.area,
        name=application.name,
        id_number=application.id_number,
        **details,
    )


def became(code, tail):
    """What became of an application, in plain words and no others; None where there is none.

    A receipt that was given for another name or phone never says more than that it came.
    """
    code, tail = code.strip().upper(), tail.strip().upper()
    found = Application.objects.filter(id_tail=tail).select_related("hire")
    own = found.filter(code=code).first()
    if own is None:
        return RECEIVED if found.filter(others__contains=[code]).exists() else None
    if own.hire:
        return BECAME.get(own.hire.state, UNDER_WAY)
    return DECLINED if own.state == Application.State.DECLINED else RECEIVED


def categories(recruitment):
    """What an applicant may say of themselves: the fund's people, else what gives priority."""
    post = recruitment.post
    asked = {"on": today(), "area": post.area_id}
    named = (rule("fund.categories", **asked) or {}).get(post.fund_id)
    if named:
        return [(name, name) for name in named]
    weights = rule("hire.priority", **asked)
    codes = [code for code in HOLDS if weights.get(code) and code not in ABOUT_THE_POST]
    return [(code, REASONS[code]) for code in codes]


def _locked_call(recruitment):
    found = Recruitment.objects.select_for_update(of=("self",))
    return found.select_related("area", "notice", "post").get(pk=recruitment.pk)


def _locked(application):
    found = Application.objects.select_for_update(of=("self",))
    return found.select_related("area", "post__area", "post__fund").get(pk=application.pk)
