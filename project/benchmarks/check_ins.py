"""Check-ins through a real server, against a bare Django view that does one raw insert.

All doors stand behind the same server with as many workers, and every check-in is committed
synchronously. Ours recognises the token, asks for the right, and keeps doubts with their evidence.
"""

import json
import uuid
from datetime import date

from attendance.models import CheckIn, WorkPlace
from contracts.models import Contract
from project.benchmarks.measure import Figure, settle
from project.benchmarks.scratch import MONTH, county
from project.benchmarks.served import request, rush, server
from registry.tokens import issue

MOST = 5000
A_BATCH = 50
DAYS = 20
BARE = ("project.benchmarks.bare_wsgi:application", "project.benchmarks.bare_settings")
OURS = ("project.wsgi:application",)


def check_in(sizes):
    """One report a request: ours against the floor, then the ORM's against the same floor."""
    n = min(max(sizes), MOST)
    by, head = _arranged(n)
    floor = _load(BARE, "/", {}, [report | {"by": by.pk} for report in _reports(n)])
    ours = _load(OURS, "/api/v1/check-ins", head, list(_reports(n)))
    common = _load(BARE, "/orm/", head, list(_reports(n)))
    assert CheckIn.objects.count() == 3 * n
    for name, load in (("check-in", ours), ("check-in-floor", floor), ("check-in-orm", common)):
        yield _figure(name, n, load, floor)


def check_in_batch(sizes):
    """Reports by the fifty, as a telephone sends them that was out of reach."""
    n = min(max(sizes), MOST) // A_BATCH * A_BATCH
    by, head = _arranged(n)
    single = _load(OURS, "/api/v1/check-ins", head, list(_reports(n)))
    reports = list(_reports(n))
    batches = [{"items": reports[i : i + A_BATCH]} for i in range(0, n, A_BATCH)]
    load = _load(OURS, "/api/v1/check-ins/batch", head, batches)
    assert CheckIn.objects.filter(received_by=by).count() == 2 * n
    yield _figure("check-in-batch", n, load, single)


def _arranged(n):
    """A county with a fence in every village, and a clerk with a token."""
    made = county(n // DAYS, seed=0, checks_in=False)
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


def _load(served, path, head, reports):
    kind = {"Content-Type": "application/json"}
    sent = [request("POST", path, head | kind, json.dumps(one).encode()) for one in reports]
    settle()
    with server(*served) as port:
        rush(port, sent[: len(sent) // 20])  # warm: what starts once is not measured
        load = rush(port, sent[len(sent) // 20 :])
    assert not load.refused, f"{load.refused} of {len(sent)} requests were refused at {path}"
    return load


def _figure(name, n, load, floor):
    share = 0.95  # what was not the warm-up
    return Figure(
        name,
        n,
        load.seconds / share,
        floor.seconds / share,
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
