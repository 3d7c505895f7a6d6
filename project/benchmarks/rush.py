"""The morning: every worker of a county checks in with the own phone, all as fast as they can.

Each phone signs its record, sends it and hands over a picture, through the whole application
behind the same server. The floor is the time the office gives them: ten minutes for 5,000.
"""

import base64
import hashlib
import json
import uuid
from datetime import timedelta
from io import BytesIO

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import timezone
from PIL import Image

from attendance.models import CheckIn, Device, Photo
from contracts.models import Contract
from project.benchmarks.check_ins import OURS
from project.benchmarks.measure import Figure, settle
from project.benchmarks.scratch import county
from project.benchmarks.served import Load, request, rush, server
from project.kernel.months import SHANGHAI
from registry.models import Pass
from registry.tokens import digest_of

MOST = 5000
SECONDS_GIVEN = 600
AT_ONCE = 64


def check_in_rush(sizes):
    """One signed check-in and one picture a worker; nothing may be refused or lost."""
    n = min(max(sizes), MOST)
    made = county(n, seed=0, checks_in=False)
    records, pictures = zip(*_mornings(made.people["village_clerk"], n), strict=True)
    settle()
    with server(*OURS) as port:
        first = rush(port, records, at_once=AT_ONCE)
        second = rush(port, pictures, at_once=AT_ONCE)
    load = Load(first.seconds + second.seconds, first.waits + second.waits, 0)
    assert not first.refused and not second.refused, (first.refused, second.refused)
    assert CheckIn.objects.filter(phone__isnull=False).count() == n
    assert Photo.objects.count() == n
    for photo in Photo.objects.iterator():  # the files lie outside the scratch database
        photo.file.delete(save=False)
    yield Figure(
        "check-in-rush",
        n,
        load.seconds,
        float(SECONDS_GIVEN),
        0.0,
        p50_ms=round(load.percentile(0.5), 2),
        p99_ms=round(load.percentile(0.99), 2),
    )


def _mornings(clerk, n):
    """For each worker the two requests of a morning: the signed record, then its picture."""
    now = timezone.now().astimezone(SHANGHAI).isoformat()
    contracts = Contract.objects.order_by("pk").values_list("pk", "person_id")[:n]
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    public = base64.b64encode(public).decode()
    for number, (contract, person) in enumerate(contracts):
        head = {"Authorization": f"Device {_let_in(person, clerk, public)}"}
        picture, client_id = _picture(number), str(uuid.uuid4())
        said = json.dumps(
            {
                "client_id": client_id,
                "contract": contract,
                "at": now,
                "sequence": 1,
                "longitude": "104.065735",
                "latitude": "30.659462",
                "accuracy": 12,
                "photo": hashlib.sha256(picture).hexdigest(),
            }
        )
        body = json.dumps({"items": [{"said": said, "signature": _signed(key, said)}]}).encode()
        kind = {"Content-Type": "application/json"}
        yield (
            request("POST", "/api/v1/check-ins/signed", head | kind, body),
            request("PUT", f"/api/v1/phones/photos/{client_id}", head, picture),
        )


def _let_in(person, clerk, public):
    """A registered phone of a worker; returns the secret it keeps."""
    secret = uuid.uuid4().hex
    card = Pass.objects.create(
        digest=digest_of(f"card-{secret}"),
        person_id=person,
        purpose=Pass.Purpose.ENTER,
        issued_by=clerk,
        valid_until=timezone.now() + timedelta(hours=1),
        used_at=timezone.now(),
    )
    Device.objects.create(
        person_id=person, let_in_by=card, digest=digest_of(secret), public_key=public
    )
    return secret


def _signed(key, text):
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(SHA256())))
    return base64.b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()


def _picture(number):
    """A small picture that no other worker has."""
    noise = hashlib.shake_256(str(number).encode()).digest(60 * 80)
    image = Image.frombytes("L", (80, 60), noise).resize((640, 480))
    out = BytesIO()
    image.save(out, "JPEG", quality=40)
    return out.getvalue()
