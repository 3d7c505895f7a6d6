"""`manage.py verify_archive`: whether a project's archive is whole, and what is not."""

from dataclasses import asdict
from pathlib import Path

from django.utils.translation import gettext as _

from project.commands import REFUSED, OfficeCommand, Unusable
from workrelief.archive_check import checked


class Command(OfficeCommand):
    help = (
        "Check the zip of a project's archive file by file against its manifest. "
        "Exit status 0 whole, 1 changed, 2 no file that can be read."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)
        self.answers_json(parser)

    def handle(self, *args, **options):
        if not options["file"].is_file():
            raise Unusable(_("There is no file %(file)s.") % {"file": options["file"]})
        verdict = checked(options["file"])
        if options["as_json"]:
            self.print_json(asdict(verdict) | {"whole": verdict.whole})
        else:
            self._tell(verdict)
        if not verdict.whole:
            raise SystemExit(REFUSED)

    def _tell(self, verdict):
        self.stdout.write(
            _("Project %(project)s, %(files)s files, seal %(seal)s.") % asdict(verdict)
        )
        for sentence in verdict.sentences:
            self.stdout.write(sentence)
        for at, by in verdict.given_out:
            self.stdout.write(
                _("Handed out by this house on %(at)s to %(by)s.") % {"at": at, "by": by}
            )
        self.stdout.write(_("Whole.") if verdict.whole else _("Not whole."))
