"""`manage.py bench`: every benchmark beside its floor, in a database of its own."""

import json
import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.test.utils import override_settings

from project.benchmarks.check_ins import check_in, check_in_batch
from project.benchmarks.closing import close_large, close_month
from project.benchmarks.contracts import contract_pdf, contract_signed
from project.benchmarks.detecting import detect
from project.benchmarks.lists import inbox, payroll_pages, worker_list
from project.benchmarks.payroll import payroll
from project.benchmarks.reconciling import reconcile
from project.benchmarks.relief_share import relief_share
from project.benchmarks.rush import check_in_rush
from project.benchmarks.scratch import scratch_database

BENCHMARKS = {
    "payroll": payroll,
    "close-month": close_month,
    "reconcile": reconcile,
    "check-in": check_in,
    "check-in-batch": check_in_batch,
    "check-in-rush": check_in_rush,
    "worker-list": worker_list,
    "inbox": inbox,
    "payroll-page": payroll_pages,
    "contract-pdf": contract_pdf,
    "contract-signed": contract_signed,
    "relief-share": relief_share,
    "detect": detect,
}
# Only where they are named: they fill gigabytes of disk for one figure.
NAMED_ONLY = {"close-large": close_large}
USUAL = 100_000
HEADS = (
    "name",
    "n",
    "seconds",
    "floor_seconds",
    "ratio",
    "per_second",
    "peak_mb",
    "server_mb",
    "queries",
    "p99_ms",
)


class Command(BaseCommand):
    help = (
        "Measure, each beside a floor of the same run. BENCH_N is the largest size "
        f"(usually {USUAL}), BENCH_ONLY a choice among {', '.join([*BENCHMARKS, *NAMED_ONLY])}."
    )

    def handle(self, *args, **options):
        names, ns = chosen(), sizes()
        self.stdout.write("".join(f"{head:>15}" for head in HEADS))
        figures = []
        for name in names:
            # What a developer's settings note of every query would be measured too.
            with override_settings(DEBUG=False), scratch_database():
                for figure in (BENCHMARKS | NAMED_ONLY)[name](ns):
                    figures.append(figure.as_json())
                    self.stdout.write(_line(figures[-1]))
        target = settings.VAR_DIR / "bench.json"
        target.write_text(json.dumps(figures, indent=2) + "\n")
        self.stdout.write(str(target))


def _line(figure):
    return "".join(f"{figure.get(head, ''):>15}" for head in HEADS)


def chosen():
    """The benchmarks BENCH_ONLY names, or all."""
    asked = [name for name in os.environ.get("BENCH_ONLY", "").split(",") if name.strip()]
    known = [*BENCHMARKS, *NAMED_ONLY]
    if unknown := set(asked) - set(known):
        raise CommandError(
            f"BENCH_ONLY names no benchmark: {', '.join(sorted(unknown))}. "
            f"Choose among {', '.join(known)}."
        )
    return asked or list(BENCHMARKS)


def sizes():
    """Powers of ten up to BENCH_N, and BENCH_N itself."""
    try:
        largest = int(os.environ.get("BENCH_N") or USUAL)
    except ValueError:
        raise CommandError("BENCH_N must be a whole number, such as 100000.") from None
    if largest < 1:
        raise CommandError("BENCH_N must be at least 1.")
    powers = [10**p for p in range(3, 8) if 10**p < largest]
    return [*powers, largest]
