"""Workers' own phones: let in by a card, they sign each check-in and send what they kept."""

import base64
import json
import random
import threading
import time
import uuid
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from project.kernel.months import SHANGHAI
from tests.trust.year.people import API
from tests.trust.year.visitors import Visitor


class Phone(threading.Thread):
    """One worker with a phone: at work on the days the rota names, whatever the network does."""

    def __init__(self, year, contract, card, seed):
        super().__init__(name=f"phone-{contract}", daemon=True)
        self.year, self.contract, self.card = year, contract, card
        self.chance = random.Random(seed)
        self.line = Visitor(
            year.house, year.diary, self.chance, who=self.name, rate=year.fault_rate
        )
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.sequence, self.last, self.kept, self.told = 0, "", [], None

    def run(self):
        time.sleep(self.chance.random() * 3)
        while not self.year.over:
            self.year.gate.enter()
            try:
                if not self.year.over:
                    self.act()
            except Exception as error:
                self.year.broken.append(f"{self.name}: {type(error).__name__}: {error}")
                raise
            finally:
                self.year.gate.leave()
            time.sleep(0.5 + self.chance.random() * 2)
        self.line.close()

    def act(self):
        if not self.line.secret:
            self.register()
            return
        if self.told != self.year.today:
            self.told = self.year.today
            days = self.year.days_of(self.contract)
            self.kept += [self.says(day) for day in days]
        if self.kept:
            self.send()
        elif self.chance.random() < 0.05:
            self.line.get(f"{API}/phones/me")

    def register(self):
        public = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        body = {"secret": self.card, "public_key": base64.b64encode(public).decode()}
        answer = self.line.post(f"{API}/phones", body)
        if answer.fine:
            self.line.scheme, self.line.secret = "Device", answer.json()["secret"]

    def says(self, day):
        self.sequence += 1
        at = datetime(day.year, day.month, day.day, 8, self.chance.randrange(60), tzinfo=SHANGHAI)
        said = {
            "client_id": str(uuid.UUID(int=self.chance.getrandbits(128), version=4)),
            "contract": self.contract,
            "at": at.isoformat(),
            "sequence": self.sequence,
            "previous": self.last,
        }
        text = json.dumps(said)
        self.last = sha256(text.encode()).hexdigest()
        r, s = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(SHA256())))
        signature = base64.b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()
        return {"said": text, "signature": signature}

    def send(self):
        """What is kept is sent until it is answered; sent twice, it is stored once."""
        sent = list(self.kept)
        answer = self.line.post(f"{API}/check-ins/signed", {"items": sent})
        if answer.fine:
            self.kept = self.kept[len(sent) :]
            self.year.diary.took("check-ins by phone", True)
