"""`manage.py verify_pdf`: whether a file is one of our papers as it was signed, and if not, why."""

from dataclasses import asdict
from pathlib import Path

from django.utils.translation import gettext as _

from project.commands import REFUSED, OfficeCommand, Unusable
from project.kernel.signing.verdict import LARGEST, judged
from registry.certificates import revocation_lists, trusted_roots
from registry.kept_files import kept


class Command(OfficeCommand):
    help = (
        "Judge a signed PDF: its signatures, what changed since each, and whether it is the file "
        "that was stored. Exit status 0 sound, 1 not sound, 2 no file that can be read."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)
        self.answers_json(parser)

    def handle(self, *args, **options):
        pdf = _content(options["file"])
        record = kept(pdf)
        verdict = judged(
            pdf,
            roots=trusted_roots(),
            revocations=revocation_lists(),
            expected_sha256=record and record.sha256,
            fields=record and record.fields,
        )
        if options["as_json"]:
            stored = {"sound": verdict.sound, "stored_sha256": record and record.sha256}
            self.print_json(asdict(verdict) | stored)
        else:
            self._tell(verdict, record)
        if not verdict.sound:
            raise SystemExit(REFUSED)

    def _tell(self, verdict, record):
        self.stdout.write(f"SHA-256 {verdict.sha256}")
        if record is None:
            self.stdout.write(
                _("There is no record of this file here; its signatures speak alone.")
            )
        for one in verdict.signatures:
            self.stdout.write(
                _("Signed by %(signer)s in the place “%(field)s”, time stamp %(stamped_at)s.")
                % asdict(one)
            )
            for sentence in one.changes:
                self.stdout.write(f"  {sentence}")
        for sentence in (*verdict.notes, *verdict.faults):
            self.stdout.write(sentence)
        self.stdout.write(_("Sound.") if verdict.sound else _("Not sound."))


def _content(path):
    """The bytes of a file, of which no more are read than one more than are examined."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise Unusable(
            _("The file %(file)s cannot be read: %(why)s.") % {"file": path, "why": error.strerror}
        ) from error
