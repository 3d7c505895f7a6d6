"""Counts of this server and the state of the house, as Prometheus reads them.

Each server process writes its counts into a file of its own under GYG_METRICS_DIR, and whichever is
asked adds all of them up. Without that directory a process tells of itself alone.
"""

from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.dispatch import receiver
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from project.running import marks, standing

OWN = CollectorRegistry()
BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
ROUNDS = ("backup", "drill", "integrity")
REQUESTS = Counter(
    "gyg_requests", "Requests answered.", ["route", "method", "status"], registry=OWN
)
SECONDS = Histogram(
    "gyg_request_seconds", "Time to an answer.", ["route"], buckets=BUCKETS, registry=OWN
)
REFUSED = Counter("gyg_sign_ins_refused", "Sign-ins that were refused.", registry=OWN)


def count(route, method, status, seconds):
    """Note one answered request by the name of its page."""
    REQUESTS.labels(route, method if method in METHODS else "other", status).inc()
    SECONDS.labels(route).observe(seconds)


@receiver(user_login_failed, dispatch_uid="gyg_sign_ins_refused")
def count_refused(**_said):
    REFUSED.inc()


def exposed():
    """Everything a scrape gets: the counts of all processes here, then what the database says."""
    return generate_latest(_counts()) + generate_latest(_state())


def _counts():
    if not settings.METRICS_DIR:
        return OWN
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=settings.METRICS_DIR)
    return registry


def _state():
    registry = CollectorRegistry()
    registry.register(State())
    return registry


class State:
    """Gauges read at the moment of the scrape; a database that is away leaves `gyg_up` at 0."""

    def collect(self):
        facts = standing.facts()
        yield _gauge("gyg_up", "Whether the database answers.", float(facts is not None))
        if facts is not None:
            yield from _of_database(facts)
        yield _gauge("gyg_disk_free_bytes", "Room for files.", standing.disk().free)
        for name in ROUNDS:
            made = marks.mark(name)
            if made:
                said = f"When the last {name} ended well on this machine."
                yield _gauge(f"gyg_last_{name}_timestamp_seconds", said, made["at"])


def _of_database(facts):
    yield _several("gyg_jobs", "Jobs by state.", "state", facts.jobs)
    yield _gauge("gyg_oldest_waiting_job_seconds", "How long it has waited.", facts.oldest_job)
    yield _gauge("gyg_workers", "Workers that gave a sign of life.", facts.workers)
    said = "Connections to the database by state."
    yield _several("gyg_database_connections", said, "state", facts.connections)
    yield _gauge("gyg_database_connections_most", "Its limit.", facts.most_connections)
    yield _gauge("gyg_database_bytes", "Size of the database.", facts.size)
    said = "Check-ins stored since the server's statistics began."
    yield _gauge("gyg_check_ins_received", said, facts.check_ins)
    if facts.findings is not None:
        yield _gauge("gyg_integrity_findings", "Findings of the last round.", facts.findings)


def _gauge(name, said, value):
    return GaugeMetricFamily(name, said, value=value)


def _several(name, said, label, values):
    family = GaugeMetricFamily(name, said, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
