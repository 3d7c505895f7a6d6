"""`manage.py check_integrity`: every invariant over the whole database, and the audit trail."""

import json
from dataclasses import asdict
from pathlib import Path

from django.utils.translation import gettext as _

from project.commands import REFUSED, OfficeCommand, Unusable, acting, usable
from project.integrity.changes import explain
from project.integrity.export import is_genuine, unlike
from project.integrity.findings import Finding
from project.integrity.flows import repair
from project.integrity.rounds import examine, faults
from project.integrity.system import house_account
from project.kernel.models import Change
from project.kernel.roles import Permission
from project.running.marks import set_mark


class Command(OfficeCommand):
    help = (
        "Hold every record against its seal, its laws, its files and its flow, and every sum "
        "against what it is made of. Exit status 0 if all is well, 1 with findings: each names the "
        "table, the row and what to do."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--repair", action="store_true", help="begin flows again that left their records"
        )
        parser.add_argument("--fast", action="store_true", help="do not read the files")
        parser.add_argument(
            "--heads", metavar="FILE", type=Path, help="heads exported earlier, kept elsewhere"
        )
        parser.add_argument(
            "--explain",
            nargs=2,
            metavar=("CHANGE", "WHY"),
            help="write down who changed a row past the house, and why; --as names who says so",
        )
        self.acts_for(parser)

    def handle(self, *args, **options):
        if options["explain"]:
            number, why = options["explain"]
            self._explain(number, why, options["username"])
            return
        against = _heads(options["heads"]) if options["heads"] else []
        mended = repair(house_account()) if options["repair"] else []
        found = [*against, *examine(fast=options["fast"])]
        wrong = faults(found)
        if options["as_json"]:
            self.print_json(
                {
                    "findings": [asdict(finding) for finding in found],
                    "mended": [[record._meta.db_table, record.pk] for record in mended],
                }
            )
        else:
            self._say(found, wrong, mended)
        if wrong:
            raise SystemExit(REFUSED)
        set_mark("integrity")

    def _explain(self, number, why, username):
        change = Change.objects.filter(pk=usable(int, number)).first()
        if change is None:
            raise Unusable(_("There is no change %(number)s.") % {"number": number})
        explain(change, why, by=acting(username, Permission.APPOINT, say=self.remark))
        self.stdout.write(_("The explanation is kept with change %(pk)s.") % {"pk": change.pk})

    def _say(self, found, wrong, mended):
        for finding in found:
            mark = "  " if finding.note else "! "
            place = " ".join(part for part in (finding.table, finding.row) if part)
            self.stdout.write(f"{mark}{finding.check}: {place}: {finding.said}")
        for record in mended:
            words = {"table": record._meta.db_table, "row": record.pk}
            self.stdout.write(_("Begun again: the flow of %(table)s %(row)s.") % words)
        if not wrong:
            self.stdout.write(_("All is as it must be."))


def _heads(file):
    """The seals that an export kept elsewhere knows, and this house no longer has."""
    if not file.is_file():
        raise Unusable(_("There is no file %(file)s.") % {"file": file})
    document = usable(json.loads, file.read_text(encoding="utf-8"))
    if not (isinstance(document, dict) and "seals" in document and is_genuine(document)):
        raise Unusable(_("These heads are not as a house exported and signed them."))
    said = _("The exported head of this number is not in the chain. Bring it back from a backup.")
    return [Finding("chain", "kernel_seal", str(number), said) for number in unlike(document)]
