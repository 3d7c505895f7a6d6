"""The second factor: six figures of an authenticator (RFC 6238) or a recovery code, each once."""

import base64
import secrets
import unicodedata
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp.oath import TOTP

from project.kernel.guards import Refused, log
from project.kernel.models import Authenticator, RecoveryCode, User
from project.kernel.roles import GUARDED
from project.kernel.secrets import digest, seal, unseal

SITE = "Gongyigang"
SECRET_BYTES = 20
FIGURES = 6
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
LETTERS = 10
RECOVERY_CODES = 10
OFFER_SECONDS = 15 * 60
PASSING = ["last_step", "throttling_failure_timestamp", "throttling_failure_count"]


def required(user):
    """Whether what the person may do is never done with a password alone."""
    return settings.SECOND_FACTOR and not GUARDED.isdisjoint(user.get_all_permissions())


def authenticator(user):
    """What the person's codes come from today, if anything."""
    return Authenticator.objects.filter(user=user, ended_at=None).first()


def offer(user):
    """A new secret for this page alone, sealed; nothing is kept until its first code is right."""
    secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    sealed = base64.b64encode(seal(secret)).decode()
    return secret, signing.dumps(sealed, salt=_salt(user))


def offered(user, text):
    """The secret of an offer made to this person a quarter of an hour ago at most."""
    try:
        sealed = signing.loads(text, salt=_salt(user), max_age=OFFER_SECONDS)
    except signing.BadSignature as error:
        raise Refused(_("This page lay open too long. Scan the new picture.")) from error
    return unseal(base64.b64decode(sealed))


def address(user, secret):
    """What the picture says to an authenticator."""
    label = quote(f"{SITE}:{user.username}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': SITE})}"


@transaction.atomic
def set_up(user, secret, said):
    """Keep a secret whose first code was right; the recovery codes are returned, once."""
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if authenticator(user):
        raise Refused(_("You have set up an authenticator already; enter its code."))
    step = _step_of(secret, _plain(said), after=-1)
    if step is None:
        raise Refused(
            _("This code is not right. Look whether the phone's clock is, then enter the next one.")
        )
    device = Authenticator.objects.create(user=user, secret=secret, last_step=step)
    log(device, "set_up", by=user, after="valid")
    return _codes_for(device)


@transaction.atomic
def accepts(user, said):
    """Whether a code opens; each opens once, and wrong ones make the next one wait longer."""
    device = _held(user)
    allowed, why = device.verify_is_allowed()
    if not allowed:
        wait = why["locked_until"] - timezone.now()
        raise Refused(
            _("Too many wrong codes. Wait %(seconds)s seconds, then enter the newest one.")
            % {"seconds": int(wait.total_seconds()) + 1}
        )
    right = _opens(device, _plain(said))
    if right:
        device.throttle_reset(commit=False)
    else:
        device.throttle_increment(commit=False)
    device.save(update_fields=PASSING)
    return right


@transaction.atomic
def renew_codes(user):
    """New recovery codes; those of before open nothing from here on."""
    device = _held(user)
    device.recovery_codes.filter(ended_at=None).update(ended_at=timezone.now())
    log(device, "renew_codes", by=user)
    return _codes_for(device)


@transaction.atomic
def take_away(user, *, by, note):
    """End somebody's authenticator and its recovery codes; its row keeps no secret."""
    device = _held(user)
    if not note.strip():
        raise Refused(_("Say why, such as a lost phone."))
    device.recovery_codes.filter(ended_at=None).update(ended_at=timezone.now())
    device.secret, device.ended_at = "", timezone.now()
    device.save()
    log(device, "take_away", by=by, before="valid", after="ended", note=note.strip())


def codes_left(user):
    """How many recovery codes the person still has."""
    found = RecoveryCode.objects.filter(authenticator__user=user, authenticator__ended_at=None)
    return found.filter(ended_at=None).count()


def _held(user):
    """The authenticator under lock, so that of two requests with one code one comes too late."""
    found = Authenticator.objects.select_for_update(of=("self",)).filter(user=user, ended_at=None)
    if device := found.first():
        return device
    raise Refused(_("No authenticator is set up for this person."))


def _opens(device, said):
    step = _step_of(device.secret, said, after=device.last_step)
    if step is not None:
        device.last_step = step
        return True
    left = device.recovery_codes.filter(digest=_digest(device, said), ended_at=None)
    used = left.update(ended_at=timezone.now())
    if used:
        log(device, "use_recovery_code", by=device.user)
    return bool(used)


def _step_of(secret, said, *, after):
    """The half minute whose code this is: now, one before or one to come, none used already."""
    if len(said) != FIGURES or not (said.isascii() and said.isdecimal()):
        return None
    clock = TOTP(base64.b32decode(secret), digits=FIGURES)
    return clock.t() if clock.verify(int(said), tolerance=1, min_t=after + 1) else None


def _codes_for(device):
    """Fresh recovery codes, kept as keyed digests."""
    codes = [_code() for _number in range(RECOVERY_CODES)]
    RecoveryCode.objects.bulk_create(
        RecoveryCode(authenticator=device, digest=_digest(device, code)) for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _code():
    return "".join(secrets.choice(ALPHABET) for _letter in range(LETTERS))


def _digest(device, code):
    return digest(f"recovery:{device.pk}:{code}")


def _plain(said):
    """A code as people type it: with spaces, hyphens, capitals or full-width figures."""
    return "".join(unicodedata.normalize("NFKC", said).split()).replace("-", "").lower()


def _salt(user):
    return f"authenticator-of-{user.pk}"
