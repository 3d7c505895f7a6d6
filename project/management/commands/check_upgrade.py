"""`manage.py check_upgrade`: whether new migrations leave the release before standing."""

import json
import sys

from django.core.management.base import BaseCommand

from project.running.upgrading import RELEASED, faults, last_numbers


class Command(BaseCommand):
    help = "Refuse migrations after the last release that old code would not survive."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--release", action="store_true", help="note that every migration is released"
        )

    def handle(self, *args, **options):
        if options["release"]:
            RELEASED.write_text(json.dumps(last_numbers(), indent=1) + "\n", encoding="utf-8")
            return
        found = faults()
        for migration, said in found:
            self.stderr.write(f"{migration}: {said}")
        if found:
            self.stderr.write("Where it must be, say in the migration: # downtime: what to do")
            sys.exit(1)
