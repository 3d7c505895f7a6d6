"""`manage.py restore_drill`: prove that a backup can be restored, beside the running house."""

from pathlib import Path

from django.utils.translation import gettext as _

from project.commands import OfficeCommand, Unusable
from project.running.backup import backups
from project.running.restoring import drill


class Command(OfficeCommand):
    help = (
        "Restore a backup, or the newest of a folder, into a database and a folder of its own, "
        "hold every table and file against its hashes, say how long it took, and clear it away."
    )

    def add_arguments(self, parser):
        parser.add_argument("backup", metavar="BACKUP", type=Path)
        self.answers_json(parser)

    def handle(self, *args, **options):
        place = options["backup"].resolve()
        inside = backups(place) if place.is_dir() else []
        if not place.exists():
            raise Unusable(_("There is no backup %(place)s.") % {"place": place})
        place = inside[-1] if inside else place
        told = drill(place) | {"place": place.name}
        if options["as_json"]:
            self.print_json(told)
            return
        said = _(
            "%(place)s can be restored: %(rows)s rows of %(tables)s tables and %(files)s files "
            "agree, in %(seconds)s seconds."
        )
        self.stdout.write(said % told)
