"""Thousands of check-ins through a link that drops one request in three: none is lost."""

import json
import os
import random

import pytest

from attendance.models import CheckIn, Photo
from tests import given

pytestmark = pytest.mark.django_db(transaction=True)
MANY = int(os.environ.get("PHONE_CHECK_INS", "1000"))
PICTURES = 9
# Months of signed records of this very phone, put into its queue at once.
SEED = """async ([many, pictures, contract, first]) => {
  const store = phone.store, me = await store.get("me"), made = [];
  const canvas = Object.assign(document.createElement("canvas"), { width: 32, height: 24 });
  const drawn = await new Promise((done) => canvas.toBlob(done, "image/jpeg"));
  const photo = await new Response(drawn).arrayBuffer();
  const chain = await store.get("chain");
  for (let i = 0; i < many; i += 1) {
    const at = new Date(Date.parse(first) + i * 12 * 60 * 1000).toISOString();
    const client_id = phone.signing.uuid(), with_picture = i < pictures;
    const said = JSON.stringify({
      client_id, contract, kind: ["in", "again", "out"][i % 3], at, sequence: ++chain.sequence,
      previous: chain.previous, photo: with_picture ? await phone.signing.sha256(photo) : "",
    });
    chain.previous = await phone.signing.sha256(said);
    const raw = await crypto.subtle.sign(
      { name: "ECDSA", hash: "SHA-256" }, me.key, new TextEncoder().encode(said));
    const signature = btoa(String.fromCharCode(...new Uint8Array(raw)));
    made.push({ client_id, said, signature, photo: with_picture ? photo : null, step: "record",
                tries: 0 });
  }
  await store.within("readwrite", ["own", "queue"], (tx) => {
    made.forEach((one) => tx.objectStore("queue").add(one));
    tx.objectStore("own").put(chain, "chain");
  });
}"""
SEND = """async () => {
  phone.sending.wait = 2;
  for (let left = 1; left;) {
    await phone.sending.send();
    const now = await phone.sending.unsent();
    left = now.record + now.photo;
  }
}"""


@pytest.fixture
def scene():
    return given.scene(holders=1, days=[])


def lossy(seen, chance):
    """A link that loses one request in three: half of them before the server, half its answers."""

    def pass_on(route):
        lost = chance.random() < 1 / 3
        before = lost and chance.random() < 1 / 2
        seen.append("before" if before else "after" if lost else "through")
        if before:
            route.abort()
            return
        answer = route.fetch()
        route.abort() if lost else route.fulfill(response=answer)

    return pass_on


def test_none_is_lost_on_a_link_that_drops_one_request_in_three(handset, day, scene):
    contract, clerk = scene.contracts[0], scene.staff.village_clerk
    phone, seen = handset(), []
    day.at("2026-11-22T08:00:00")
    phone.enter(contract.person, clerk)
    phone.page.evaluate(SEED, [MANY, PICTURES, contract.pk, "2026-08-01T00:00:00+08:00"])
    assert phone.left()["record"] == MANY
    phone.page.route("**/api/v1/**", lossy(seen, random.Random(7)))

    phone.page.evaluate(SEND)

    assert phone.left() == {"record": 0, "photo": 0, "refused": 0}
    rows = list(CheckIn.objects.order_by("sequence"))
    assert [row.sequence for row in rows] == list(range(1, MANY + 1))
    chain = ["", *(row.hash for row in rows)]
    assert [json.loads(row.said)["previous"] for row in rows] == chain[:-1]
    assert Photo.objects.count() == PICTURES
    assert min(seen.count("before"), seen.count("after")) >= len(seen) / 12
    assert seen.count("through") >= MANY / 50 + PICTURES
