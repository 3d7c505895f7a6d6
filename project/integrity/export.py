"""The heads of the chain for another office: short, signed, and judged without this house."""

from project.integrity import keys, sealing
from project.kernel.models import Seal
from project.kernel.sealing import seal as hash_of


def exported():
    """Every head with its signature and the public key under which it can be judged."""
    seals = Seal.objects.order_by("number").iterator()
    return {"key": keys.public_key(), "seals": [_told(seal) for seal in seals]}


def unlike(document):
    """The numbers of the heads that this house no longer has as they were exported."""
    known = dict(Seal.objects.values_list("number", "hash"))
    return [one["number"] for one in document["seals"] if known.get(one["number"]) != one["hash"]]


def is_genuine(document):
    """Whether an export is whole and signed: each hash over what it says, each signature good."""
    return all(
        hash_of({part: one[part] for part in ("number", "previous", "at", "heads")}) == one["hash"]
        and keys.is_signed(one["hash"], one["signature"], one["key"])
        for one in document["seals"]
    )


def _told(seal):
    said = sealing.content(seal.number, seal.previous, seal.at, seal.heads)
    return said | {"hash": seal.hash, "signature": seal.signature, "key": seal.key}
