"""`manage.py restore`: a backup into an empty database."""

from pathlib import Path

from django.utils.translation import gettext as _

from project.commands import OfficeCommand
from project.running.restoring import restore


class Command(OfficeCommand):
    help = (
        "Restore a backup into the database of DATABASE_URL, which must be empty, and its files "
        "into the media folder; every table and file is held against the backup's hashes."
    )

    def add_arguments(self, parser):
        parser.add_argument("backup", metavar="BACKUP", type=Path)

    def handle(self, *args, **options):
        manifest = restore(options["backup"].resolve())
        words = {"at": manifest["made_at"], "tables": len(manifest["tables"])}
        self.stdout.write(
            _("Restored as it was at %(at)s: all %(tables)s tables and all files agree.") % words
        )
        self.stdout.write(_("Now run “manage.py migrate”, then start the site and the workers."))
