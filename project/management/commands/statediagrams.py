"""`manage.py statediagrams`: draw every record's states from the code into docs/states.md."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from project.kernel.diagrams import all_diagrams

PAGE = settings.BASE_DIR / "docs" / "states.md"


class Command(BaseCommand):
    help = "Write docs/states.md from the state machines; --check fails when the page is stale."
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true")

    def handle(self, *args, **options):
        drawn = all_diagrams()
        if not options["check"]:
            PAGE.write_text(drawn, encoding="utf-8")
            self.stdout.write(str(PAGE))
        elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != drawn:
            raise CommandError(
                _("docs/states.md no longer shows the code. Run “manage.py statediagrams”."),
                returncode=1,
            )
