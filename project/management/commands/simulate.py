"""`manage.py simulate`: a synthetic county of any size, the same again for the same seed."""

import json
import sys

from attendance.flows import SheetFlow
from attendance.models import Sheet
from project.commands import HouseCommand
from project.kernel.guards import Refused
from project.kernel.months import Month
from project.kernel.steps import follow
from project.simulation.county import build
from project.simulation.fraud import PATTERNS
from project.simulation.plan import Size, last_full_month

PLANTED = "; ".join(f"{code} {what}" for code, what in PATTERNS.items())


class Command(HouseCommand):
    help = (
        "Make a synthetic county: ID numbers begin with 99 and belong to nobody. The months "
        "before the last are confirmed by their villages; the last is open."
    )

    def add_arguments(self, parser):
        parser.add_argument("--townships", type=int, default=2)
        parser.add_argument("--holders", type=int, default=200, help="in each township")
        parser.add_argument("--months", type=int, default=2)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--last", type=Month.parse, help="last month, such as 2026-10")
        parser.add_argument("--fraud", action="store_true", help=f"mix in simple fraud: {PLANTED}")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, **options):
        last = options["last"] or last_full_month()
        asked = {key: options[key] for key in ("townships", "holders", "months", "seed", "fraud")}
        try:
            made = build(Size(last=last, **asked), tell=self.tell)
        except Refused as refused:
            self.stderr.write("\n".join(refused.messages))
            sys.exit(1)
        self.follow_open_sheets(made, last)
        self.report(made, options["json"])

    def tell(self, done, total):
        self.stderr.write(f"\r{done:,}/{total:,}", ending="" if done < total else "\n")

    def follow_open_sheets(self, made, month):
        """Put each open sheet before its village, as opening the month does."""
        assert SheetFlow.record_class is Sheet
        for sheet in Sheet.objects.due(month, made.county):
            follow(sheet, by=made.people["township_officer"])

    def report(self, made, as_json):
        people = {role: user.username for role, user in made.people.items()}
        if as_json:
            made = {"county": made.county, "holders": made.holders, "planted": made.planted}
            self.stdout.write(json.dumps(made | {"people": people}))
            return
        self.stdout.write(f"{made.county}: {made.holders:,} holders")
        for pattern, contracts in sorted(made.planted.items()):
            self.stdout.write(f"  {pattern} {PATTERNS[pattern]}: {len(contracts)}")
