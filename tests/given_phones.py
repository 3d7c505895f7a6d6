"""A worker's phone with a key of its own, speaking to the API as the phone page does."""

import base64
import hashlib
import json
import uuid
from io import BytesIO

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from PIL import Image, ImageDraw

from registry import passes
from registry.models import Pass


class Phone:
    """One phone: it registers by a pass, then signs and chains what it says."""

    def __init__(self, person, *, clerk, fingerprint=""):
        _pass, card = passes.issue(person, by=clerk, purpose=Pass.Purpose.ENTER, hours=24)
        self.key = ec.generate_private_key(ec.SECP256R1())
        public = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        body = {"secret": card, "public_key": base64.b64encode(public).decode()}
        body |= {"label": "测试手机", "fingerprint": fingerprint}
        self.asked = json.dumps(body)
        answer = Client().post("/api/v1/phones", self.asked, "application/json")
        assert answer.status_code == 200, answer.content
        self.secret = answer.json()["secret"]
        head = {"authorization": f"Device {self.secret}", "accept-language": "en"}
        self.client = Client(headers=head)
        self.sequence, self.last = 0, ""

    def says(self, contract, at, **more):
        """The next record of the phone: the text, and the signature over it."""
        self.sequence += 1
        said = {
            "client_id": str(uuid.uuid4()),
            "contract": contract.pk,
            "at": at,
            "sequence": self.sequence,
            "previous": self.last,
        }
        text = json.dumps(said | more)
        self.last = hashlib.sha256(text.encode()).hexdigest()
        return {"said": text, "signature": self.sign(text)}

    def sign(self, text):
        r, s = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(SHA256())))
        return base64.b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()

    def send(self, *records, **more):
        body = json.dumps({"items": list(records)} | more)
        return self.client.post("/api/v1/check-ins/signed", body, "application/json")

    def hand_over(self, client_id, content):
        address = f"/api/v1/phones/photos/{client_id}"
        return self.client.put(address, content, "application/octet-stream")


def picture(seed, *, size=(320, 240), quality=85, mirror=False):
    """A JPEG of a scene that depends on the seed alone."""
    image = Image.new("RGB", (320, 240), (200, 210, 220))
    pen = ImageDraw.Draw(image)
    state = hashlib.sha256(str(seed).encode()).digest() * 4
    for i in range(24):
        x, y, w, h, shade = (state[i * 5 + k] for k in range(5))
        box = [x, y * 240 // 256, x + 20 + w // 3, y * 240 // 256 + 20 + h // 3]
        pen.rectangle(box, fill=(shade, shade, 255 - shade))
    if mirror:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    out = BytesIO()
    image.resize(size).save(out, "JPEG", quality=quality)
    return out.getvalue()
