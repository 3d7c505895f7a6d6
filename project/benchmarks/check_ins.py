"""Check-ins through a real server, against a bare Django view that does one raw insert.

All doors stand behind the same server with as many workers, and every check-in is committed
synchronously. Ours recognises the token, asks for the right, and keeps doubts with their evidence.
"""

import json
import uuid
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date

from attendance.models import CheckIn, WorkPlace
from contracts.models import Contract
from project.benchmarks.measure import Figure, settle
from project.benchmarks.scratch import MONTH, county
from project.benchmarks.served import by_turns, request, server
from registry.tokens import issue

MOST = 5000
A_BATCH = 50
BATCHED = 4  # times as many by batches as one by one, so that each turn takes long enough
DAYS = 20
ROUNDS = 11  # the first one warms
BARE = ("project.benchmarks.bare_wsgi:application", "project.benchmarks.bare_settings")
OURS = ("project.wsgi:application",)


@dataclass(frozen=True)
class Door:
    """One address of one server, and what is sent to it."""

    served: tuple
    path: str
    head: dict
    sent: list

    def requests(self):
        head = self.head | {"Content-Type": "application/json"}
        return [request("POST", self.path, head, json.dumps(one).encode()) for one in self.sent]


def check_in(sizes):
    """One report a request: ours and the ORM's against the floor, which take turns with it."""
    n = min(max(sizes), MOST)
    by, head = _arranged(n)
    before = CheckIn.objects.count()
    floor, ours, common = _loads(
        Door(BARE, "/", {}, [report | {"by": by.pk} for report in _reports(n)]),
        Door(OURS, "/api/v1/check-ins", head, list(_reports(n))),
        Door(BARE, "/orm/", head, list(_reports(n))),
    )
    assert CheckIn.objects.count() == before + 3 * n
    for name, load in (("check-in", ours), ("check-in-floor", floor), ("check-in-orm", common)):
        yield _figure(name, n, load, floor.seconds)


def check_in_batch(sizes):
    """Reports by the fifty, as a telephone sends them that was out of reach, against one by one."""
    n = min(max(sizes), MOST) // A_BATCH * A_BATCH
    by, head = _arranged(n)
    before = CheckIn.objects.count()
    reports = list(_reports(BATCHED * n))
    batches = [{"items": reports[i : i + A_BATCH]} for i in range(0, len(reports), A_BATCH)]
    single, batched = _loads(
        Door(OURS, "/api/v1/check-ins", head, list(_reports(n))),
        Door(OURS, "/api/v1/check-ins/batch", head, batches),
    )
    assert CheckIn.objects.count() == before + n + len(reports)
    yield _figure("check-in-batch", len(reports), batched, BATCHED * single.seconds)


def _arranged(n):
    """A county with a month of check-ins, a fence in every village, and a clerk with a token."""
    made = county(n // DAYS, seed=0)
    by = made.people["village_clerk"]
    villages = Contract.objects.order_by().values_list("area_id", flat=True).distinct()
    WorkPlace.objects.bulk_create(
        WorkPlace(
            area_id=village,
            name="村委会",
            longitude="104.065735",
            latitude="30.659462",
            radius=200,
            starts_on=date(2020, 1, 1),
            added_by=by,
        )
        for village in villages
    )
    _token, secret = issue(by, by=by, name="bench")
    return by, {"Authorization": f"Bearer {secret}"}


def _loads(*doors):
    """The load of each door, all behind servers of their own, one after another in turns."""
    requests = [door.requests() for door in doors]
    settle()
    with ExitStack() as servers:
        ports = {door.served: 0 for door in doors}
        ports = {served: servers.enter_context(server(*served)) for served in ports}
        loads = by_turns([ports[door.served] for door in doors], requests, rounds=ROUNDS)
    for door, load in zip(doors, loads, strict=True):
        assert not load.refused, f"{load.refused} requests were refused at {door.path}"
    return loads


def _figure(name, n, load, floor_seconds):
    share = (ROUNDS - 1) / ROUNDS  # what was not the warm-up
    return Figure(
        name,
        n,
        load.seconds / share,
        floor_seconds / share,
        0.0,
        p50_ms=round(load.percentile(0.5), 2),
        p99_ms=round(load.percentile(0.99), 2),
    )


def _reports(n):
    """Twenty days of each contract, as a server that runs for weeks meets them again and again."""
    contracts = list(Contract.objects.order_by("pk").values_list("pk", flat=True)[: n // DAYS])
    for number in range(n):
        # One in ten is outside the fence, as on a usual morning with old phones.
        yield {
            "client_id": str(uuid.uuid4()),
            "contract": contracts[number % len(contracts)],
            "day": MONTH.first.replace(day=number // len(contracts) % DAYS + 1).isoformat(),
            "in_at": "08:00",
            "longitude": "104.065735",
            "latitude": "30.699462" if number % 10 == 0 else "30.659462",
        }
