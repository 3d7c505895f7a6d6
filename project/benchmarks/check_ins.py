"""Check-ins through the API, against a bare Django view that does one insert.

Both are called within this process: neither pays for a network or a web server. The floor has no
middleware, nobody to recognise and nothing to judge; the API keeps all of its own.
"""

import json
import uuid

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import path

from contracts.models import Contract
from project.benchmarks.measure import Figure, settle, watch
from project.benchmarks.scratch import MONTH, county
from registry.tokens import issue

MOST = 2000
A_BATCH = 200
BARE = {"ROOT_URLCONF": __name__, "MIDDLEWARE": []}
INSERT = """
    INSERT INTO attendance_checkin (client_id, contract_id, day, worth, in_at, source, level,
        device, photo, received_at, received_by_id)
    VALUES (%(client_id)s, %(contract)s, %(day)s, 1, %(in_at)s, 'phone', 2, '', '', now(), %(by)s)
"""


def insert(request):
    """The floor: read one report and insert it."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, json.loads(request.body))
    return HttpResponse("{}", content_type="application/json")


urlpatterns = [path("", insert)]


def check_in(sizes):
    """One report a request."""
    yield _figure("check-in", max(sizes), _one)


def check_in_batch(sizes):
    """Reports by the two hundred, as a telephone sends them that was out of reach."""
    yield _figure("check-in-batch", max(sizes), _batches)


def _figure(name, largest, send):
    n = min(largest, MOST)
    made = county(n, seed=0, checks_in=False)
    by = made.people["village_clerk"]
    _token, secret = issue(by, by=by, name=name)
    settle()
    with override_settings(**BARE), watch() as floor:
        for report in _reports(n):
            _post(Client(), "/", report | {"by": by.pk})
    settle()
    with override_settings(API_REQUESTS_PER_MINUTE=0), watch() as seen:
        send(Client(headers={"Authorization": f"Bearer {secret}"}), _reports(n))
    return Figure(name, n, seen.seconds, floor.seconds, seen.peak_mb)


def _one(client, reports):
    for report in reports:
        _post(client, "/api/v1/check-ins", report)


def _batches(client, reports):
    reports = list(reports)
    for start in range(0, len(reports), A_BATCH):
        answer = _post(
            client, "/api/v1/check-ins/batch", {"items": reports[start : start + A_BATCH]}
        )
        assert all("id" in item for item in answer["items"]), answer


def _post(client, url, content):
    answer = client.post(url, json.dumps(content), content_type="application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def _reports(n):
    contracts = Contract.objects.order_by("pk").values_list("pk", flat=True)[:n]
    day, in_at = MONTH.first.isoformat(), "08:00"
    for contract in list(contracts):
        yield {"client_id": str(uuid.uuid4()), "contract": contract, "day": day, "in_at": in_at}
