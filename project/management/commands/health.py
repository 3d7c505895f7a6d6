"""`manage.py health`: how the house stands, for those who watch it without Prometheus."""

from dataclasses import asdict

from project.commands import REFUSED, OfficeCommand
from project.running.standing import checks


class Command(OfficeCommand):
    help = (
        "Say what /readyz looks at: database, migrations, jobs, workers, disk, backup and drill. "
        "Exit status 1 if somebody should look at one of them, so that a timer can send a mail."
    )

    def add_arguments(self, parser):
        self.answers_json(parser)

    def handle(self, *args, **options):
        found = checks()
        if options["as_json"]:
            self.print_json([asdict(check) for check in found])
        else:
            for check in found:
                self.stdout.write(f"{'  ' if check.fine else '! '}{check.said}")
        if not all(check.fine for check in found):
            raise SystemExit(REFUSED)
