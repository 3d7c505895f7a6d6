"""`manage.py backup`: database and files, with proof of what is in them."""

from pathlib import Path

from django.utils.translation import gettext as _

from project.commands import OfficeCommand
from project.running.backup import MANIFEST, back_up
from project.running.papers import sha256


class Command(OfficeCommand):
    help = (
        "Write a backup into DIR: the database of one moment, its files, and the rows and hash of "
        "every table. The keys are NOT in it unless --with-keys is said: keep them elsewhere, "
        "since without them nobody can read an ID number."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument("--with-keys", action="store_true", help="write the keys into it too")
        parser.add_argument("--keep", type=int, help="delete all but so many backups of DIR")
        self.answers_json(parser)

    def handle(self, *args, **options):
        asked = {key: options[key] for key in ("with_keys", "keep")}
        place, manifest = back_up(options["folder"], **asked)
        if options["as_json"]:
            self.print_json({"place": place, "manifest_sha256": sha256(place / MANIFEST)})
            return
        words = {
            "place": place,
            "rows": sum(table["rows"] for table in manifest["tables"].values()),
            "tables": len(manifest["tables"]),
            "files": manifest["files"],
            "hash": sha256(place / MANIFEST),
        }
        self.stdout.write(
            _("%(place)s: %(rows)s rows of %(tables)s tables and %(files)s files.") % words
        )
        self.stdout.write(_("SHA-256 of its manifest: %(hash)s") % words)
        self.remark(
            _("The keys are in this backup: whoever has it can read every ID number.")
            if options["with_keys"]
            else _("The keys are not in this backup; keep them in another place.")
        )
