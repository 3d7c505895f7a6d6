"""`manage.py seal`: add a link to the chain now, or take its heads to another place."""

import json
from pathlib import Path

from django.utils.translation import gettext as _

from project.commands import OfficeCommand
from project.integrity import sealing
from project.integrity.export import exported


class Command(OfficeCommand):
    help = (
        "Seal what was written since the last seal, as the workers do every hour. With --export, "
        "write the heads of the chain with their signatures into FILE instead: kept by another "
        "office, they prove later that no seal was removed (manage.py check_integrity --heads)."
    )

    def add_arguments(self, parser):
        parser.add_argument("--export", metavar="FILE", type=Path, help="write the heads here")
        self.answers_json(parser)

    def handle(self, *args, **options):
        if options["export"]:
            document = exported()
            options["export"].write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
            words = {"count": len(document["seals"]), "file": options["export"]}
            self.stdout.write(_("%(count)s heads are in %(file)s.") % words)
            return
        made = sealing.seal()
        rows = sum(head["rows"] for head in made.heads.values())
        if options["as_json"]:
            self.print_json({"number": made.number, "hash": made.hash, "rows": rows})
            return
        words = {"number": made.number, "rows": rows, "hash": made.hash}
        self.stdout.write(_("Seal %(number)s over %(rows)s rows: %(hash)s") % words)
