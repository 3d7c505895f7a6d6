"""Who signs in the name of the house: certificates issued, found for use, renewed and revoked.

The authority is our own. It proves that a paper was not changed and which key signed it; it is no
licensed authority under the Electronic Signature Law (docs/adr/0008).
"""

from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from project.kernel.guards import Refused, log
from project.kernel.roles import Permission
from project.kernel.signing import authority, tokens
from project.kernel.signing.cms import TimeStamper
from project.kernel.signing.keys import (
    SoftwareSigner,
    UnusableKey,
    certificate_from,
    certificate_pem,
    key_from,
    key_pem,
    new_key,
)
from registry.models import Area, Certificate

Purpose = Certificate.Purpose
DAY = timedelta(days=1)
LASTS = {Purpose.ROOT: 20 * 365 * DAY, Purpose.SEAL: 5 * 365 * DAY, Purpose.TIME_STAMP: 3650 * DAY}
# A list of revoked certificates stays usable this long; papers carry the list of their day.
LIST_LASTS = 30 * DAY
ONE_SIGNATURE = DAY
BODIES = {
    Area.Level.COUNTY: "人民政府",
    Area.Level.TOWNSHIP: "人民政府",
    Area.Level.VILLAGE: "村民委员会",
}
NAMES = {Purpose.ROOT: "{}公益岗签章根证书", Purpose.TIME_STAMP: "{}公益岗时间戳"}


# Issued, renewed, revoked: by a person with the right


@transaction.atomic
def issue(purpose, area, *, by, name="", token_label=""):
    """Issue a root, a seal or a clock for an area; the earlier ones stay valid until they end.

    With `token_label` the key is the one of that label in the PKCS#11 token and never comes here.
    """
    _answer_for(area, by)
    if purpose not in LASTS:
        raise Refused(_("A worker's certificate is issued when the worker signs."))
    at = timezone.now()
    named = _subject(purpose, area, name)
    issuer, signer = None, None
    if purpose == Purpose.ROOT:
        signer = authority.found(named, at=at, until=at + LASTS[purpose])
    else:
        issuer, root = _root_of(area)
        signer = _signed_by(root, purpose, named, at, _public_key(token_label))
    return _registered(purpose, area, issuer, signer, by=by, token_label=token_label)


@transaction.atomic
def renew(certificate, *, by):
    """Issue the next certificate for the same subject with a new key; the old one runs out."""
    if certificate.revoked_at:
        raise Refused(_("A revoked certificate is not renewed; issue a new one."))
    return issue(
        certificate.purpose,
        certificate.area,
        by=by,
        name=certificate.subject,
        token_label=certificate.token_label,
    )


@transaction.atomic
def revoke(certificate, *, by, reason, note=""):
    """End a certificate now, for good; what it signed before stays signed."""
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    _answer_for(certificate.area, by)
    if certificate.revoked_at:
        raise Refused(_("This certificate was revoked already."))
    if reason not in Certificate.Reason.values:
        raise Refused(
            _("There is no reason “%(reason)s”. Choose one of: %(reasons)s.")
            % {"reason": reason, "reasons": ", ".join(Certificate.Reason.values)}
        )
    certificate.revoked_at, certificate.revoked_by = timezone.now(), by
    certificate.revoked_for = reason
    certificate.save(update_fields=["revoked_at", "revoked_by", "revoked_for"])
    log(certificate, "revoke", by=by, before="valid", after="revoked", note=note or reason)
    return certificate


def _answer_for(area, by):
    if not by.has_perm(Permission.CERTIFICATE_EDIT, area.code):
        raise PermissionDenied(_("Certificates belong to the system administrator of the area."))


def _subject(purpose, area, name):
    county = Area.objects.filter(code=area.county_code).first()
    office = area.name + BODIES.get(area.level, "")
    name = name or NAMES.get(purpose, office).format(area.name)
    return authority.subject(name, organisation=county.name if county else "")


def _public_key(token_label):
    """The key that lives in the token under a label; without a label one is made here."""
    if not token_label:
        return None
    try:
        return tokens.public_key(_slot(), token_label)
    except UnusableKey as error:
        raise Refused(str(error)) from error


def _signed_by(root, purpose, named, at, public_key):
    until = min(at + LASTS[purpose], root.certificate.not_valid_after_utc)
    stamps_time = purpose == Purpose.TIME_STAMP
    key = None if public_key else new_key()
    made = root.issue(
        named, public_key or key.public_key(), at=at, until=until, stamps_time=stamps_time
    )
    return authority.Issued(made, key)


def _registered(purpose, area, issuer, issued, *, by=None, person=None, token_label=""):
    kept = key_pem(issued.key) if purpose != Purpose.WORKER and issued.key else ""
    made = Certificate.objects.create(
        purpose=purpose,
        area=area,
        person=person,
        issuer=issuer,
        subject=authority.common_name(issued.certificate),
        serial=serial_of(issued.certificate),
        pem=certificate_pem(issued.certificate),
        key=kept,
        token_label=token_label,
        valid_from=issued.certificate.not_valid_before_utc,
        valid_to=issued.certificate.not_valid_after_utc,
        issued_by=by,
    )
    if by:
        log(made, "issue", by=by, after="valid", note=made.serial)
    return made


def serial_of(certificate):
    """The serial number as we write it everywhere: hexadecimal, in small letters."""
    return f"{certificate.serial_number:x}"


# Found for use


def seal_signer(area):
    """The signer of an area's seal, which is its own and nobody's above it."""
    own = Certificate.objects.valid().filter(purpose=Purpose.SEAL, area=area)
    found = own.order_by("-valid_from", "-pk").first()
    if found is None:
        raise Refused(
            _("%(area)s has no valid seal certificate. The system administrator issues one.")
            % {"area": area}
        )
    return _signer(found)


def one_time_signer(person, *, at=None):
    """A fresh certificate for one signature of a worker; its key is never written down."""
    now = timezone.now()
    first, last = min(at or now, now), max(at or now, now)
    issuer, root = _root_of(person.area)
    named = authority.subject(person.name, number=person.id_tail)
    signer = root.signer(named, at=first, until=last + ONE_SIGNATURE)
    issued = authority.Issued(signer.certificate, None)
    _registered(Purpose.WORKER, person.area, issuer, issued, person=person)
    return signer


def time_stamper(area=None):
    """The clock of an area or, without one, of the whole house."""
    clocks = Certificate.objects.valid().filter(purpose=Purpose.TIME_STAMP)
    clocks = clocks.above(area) if area else clocks.order_by("-valid_from", "-pk")
    found = clocks.first()
    if found is None:
        raise Refused(
            _("There is no valid time-stamp certificate. The system administrator issues one.")
        )
    return TimeStamper(_signer(found))


def trusted_roots():
    """The roots whose signatures we believe: all of ours that were not revoked, ended ones too."""
    roots = Certificate.objects.filter(purpose=Purpose.ROOT, revoked_at=None).order_by("pk")
    return [certificate_from(root.pem) for root in roots]


def revocation_lists():
    """Today's lists of revoked certificates (CRL, DER), one for each root that may still sign."""
    revoked = Certificate.objects.filter(revoked_at__isnull=False)
    known = revoked.aggregate(many=Count("pk"), last=Max("revoked_at"))
    roots = Certificate.objects.valid().filter(purpose=Purpose.ROOT).order_by("pk")
    serials = roots.values_list("serial", flat=True)
    return [_list(serial, timezone.now().date(), *known.values()) for serial in serials]


@lru_cache(maxsize=64)
def _list(serial, day, many, last):
    """The list of a root; made once a day, and at once when somebody revokes."""
    root = Certificate.objects.get(serial=serial)
    revoked = root.issued.filter(revoked_at__isnull=False).order_by("pk")
    struck = [
        authority.Revoked(int(one.serial, 16), one.revoked_at, one.revoked_for) for one in revoked
    ]
    at = timezone.now()
    return _authority(serial).revocations(
        struck, number=int(at.timestamp()), at=at, until=at + LIST_LASTS
    )


def _root_of(area):
    """The nearest root above an area, with its key."""
    found = Certificate.objects.valid().filter(purpose=Purpose.ROOT).above(area).first()
    if found is None:
        raise Refused(
            _(
                "There is no root certificate for %(area)s. The system administrator issues one "
                "with “manage.py certificates issue root”."
            )
            % {"area": area}
        )
    return found, _authority(found.serial)


@lru_cache(maxsize=16)
def _authority(serial):
    root = Certificate.objects.get(serial=serial)
    return authority.Authority(certificate_from(root.pem), key_from(root.key))


def _signer(row):
    """What signs under a row; parsed once in a process, because rows never change."""
    return _opened(row.serial, row.token_label)


@lru_cache(maxsize=512)
def _opened(serial, token_label):
    row = Certificate.objects.select_related("issuer").get(serial=serial)
    certificate, issuers = certificate_from(row.pem), [certificate_from(row.issuer.pem)]
    if token_label:
        return tokens.TokenSigner(_slot(), token_label, certificate, issuers)
    return SoftwareSigner(key_from(row.key), certificate, issuers)


def _slot():
    """The token of this machine, as the environment names it."""
    if not settings.PKCS11_LIBRARY:
        raise Refused(
            _("No token is set up on this machine: set GYG_PKCS11_LIBRARY, _TOKEN and _PIN.")
        )
    return tokens.Slot(settings.PKCS11_LIBRARY, settings.PKCS11_TOKEN, settings.PKCS11_PIN)
