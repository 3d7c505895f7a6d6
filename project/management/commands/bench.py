"""`manage.py bench`: every benchmark beside its floor, in a database of its own."""

import json
import os

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from project.benchmarks.payroll import payroll
from project.benchmarks.scratch import scratch_database

BENCHMARKS = {"payroll": payroll}
USUAL = 100_000
SMALLEST = 1000
HEADS = ("name", "n", "seconds", "floor_seconds", "ratio", "per_second", "peak_mb", "queries")


class Command(BaseCommand):
    help = (
        "Measure, each beside a floor of the same run. BENCH_N is the largest size "
        f"(usually {USUAL}), BENCH_ONLY a choice among {', '.join(BENCHMARKS)}."
    )

    def handle(self, *args, **options):
        chosen, sizes = _chosen(), _sizes()
        self.stdout.write("".join(f"{head:>14}" for head in HEADS))
        figures = []
        for name in chosen:
            with scratch_database():
                for figure in BENCHMARKS[name](sizes):
                    figures.append(figure.as_json())
                    self.stdout.write(_line(figures[-1]))
        target = settings.VAR_DIR / "bench.json"
        target.write_text(json.dumps(figures, indent=2) + "\n")
        self.stdout.write(str(target))


def _line(figure):
    return "".join(f"{figure.get(head, ''):>14}" for head in HEADS)


def _chosen():
    asked = [name for name in os.environ.get("BENCH_ONLY", "").split(",") if name.strip()]
    if unknown := set(asked) - set(BENCHMARKS):
        raise CommandError(
            f"BENCH_ONLY names no benchmark: {', '.join(sorted(unknown))}. "
            f"Choose among {', '.join(BENCHMARKS)}."
        )
    return asked or list(BENCHMARKS)


def _sizes():
    """Powers of ten up to BENCH_N, and BENCH_N itself."""
    try:
        largest = int(os.environ.get("BENCH_N") or USUAL)
    except ValueError:
        raise CommandError("BENCH_N must be a whole number, such as 100000.") from None
    if largest < 1:
        raise CommandError("BENCH_N must be at least 1.")
    powers = [10**p for p in range(3, 8) if 10**p < largest]
    return [*powers, largest]
