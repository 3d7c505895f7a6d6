"""Take a file in from the command line, as the import page does."""

import json
from datetime import date
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from project.commands import REFUSED, UNUSABLE, HouseCommand, Unusable, acting, area_of
from project.imports import KINDS, commit, stage
from project.kernel import tables
from project.kernel.guards import Refused
from project.kernel.models import User
from project.photos import Photos
from registry.models import NATION, Appointment

INSTALLER = "installer"
IMPORTING_ROLES = ("department_officer", "township_officer", "finance_officer")
SINCE = date(2020, 1, 1)


class Command(HouseCommand):
    requires_system_checks = ()
    help = (
        "Take a spreadsheet (rules: JSON) in, all of it or nothing. Every fault is named with"
        " its row, its column and what to do. --as names the person who acts, with that person's"
        " rights; without it the only person who may acts. While nobody has an account yet, files"
        " go in under the new account “installer”, which has no password and cannot sign in."
        " Exit status: 0 done, 1 refused or row errors (nothing written), 2 unusable input."
    )

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=sorted(KINDS), metavar="KIND", help=", ".join(KINDS))
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--area", metavar="CODE", help="only rows in this area are taken")
        parser.add_argument("--as", dest="username", metavar="USERNAME", help="who acts")
        parser.add_argument("--dry-run", action="store_true", help="judge the file, write nothing")
        parser.add_argument("--errors", metavar="OUT.xlsx", help="where to write the faults")
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument("--photos", metavar="PATH", help="folder or zip beside attendance")

    def handle(self, *args, **options):
        answer = {"kind": options["kind"], "file": Path(options["file"]).name, "written": False}
        answer |= {"errors": [], "warnings": [], "refusals": []}
        try:
            with transaction.atomic():
                answer |= self._take_in(options)
                if not answer["written"]:
                    transaction.set_rollback(True)
        except (tables.Unreadable, Unusable) as unusable:
            self._end(options, answer | {"refusals": [str(unusable)]}, UNUSABLE)
        except Refused as refused:
            self._end(options, answer | {"refusals": refused.messages}, REFUSED)
        except PermissionDenied as denied:
            self._end(options, answer | {"refusals": [str(denied)]}, REFUSED)
        self._end(options, answer, REFUSED if answer["errors"] else 0)

    def _take_in(self, options):
        area = area_of(options["area"]) if options["area"] else None
        by = self._actor(options, area)
        staged = stage(
            options["kind"],
            _existing(options["file"]),
            by=by,
            area=area,
            name=Path(options["file"]).name,
            photos=_photos(options),
        )
        if options["errors"] and staged.errors:
            content = tables.write_errors(staged.sheet, staged.errors)
            _written(Path(options["errors"]), content)
        written = not (staged.errors or options["dry_run"])
        if written:
            commit(staged, by=by)
        return _answer(staged) | {"written": written}

    def _actor(self, options, area):
        """The person named, the only one who may, or on an empty system its installer."""
        if not options["username"] and not User.objects.exclude(username=INSTALLER).exists():
            return _installer()
        permission = KINDS[options["kind"]].permission
        return acting(options["username"], permission, area, say=self.stderr.write)

    def _end(self, options, answer, status):
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1))
        else:
            self._print(answer, status)
        if status:
            raise CommandError(_closing(answer), returncode=status)

    def _print(self, answer, status):
        for warning in answer["warnings"]:
            self.stdout.write(_sentence(warning))
        for words, number in answer.get("counts", {}).items():
            self.stdout.write(f"{words}: {number}")
        if answer["written"]:
            self.stdout.write(_("The file has been taken in."))
        elif not status:
            self.stdout.write(_("No faults. Nothing has been written."))


def _answer(staged):
    return {
        "sha256": staged.sha256,
        "rows": len(staged.rows),
        "counts": {str(words): number for words, number in staged.summary},
        "errors": [_fault(error) for error in staged.errors],
        "warnings": [_fault(warning) for warning in staged.warnings],
    }


def _fault(fault):
    parts = {"row": fault.row, "column": fault.column, "sentence": fault.sentence}
    return parts | ({"page": fault.page} if fault.page else {})


def _sentence(fault):
    return str(tables.RowError(fault["row"], fault["column"], fault["sentence"]))


def _closing(answer):
    """Everything that stopped the file, a sentence a line."""
    faults = [_sentence(error) for error in answer["errors"]]
    return "\n".join([*faults, _("Nothing was written.")] if faults else answer["refusals"])


def _installer():
    """The account that fills an empty system; nobody can sign in as it."""
    user, made = User.objects.get_or_create(username=INSTALLER)
    if made:
        user.set_unusable_password()
        user.save()
        Appointment.objects.bulk_create(
            Appointment(user=user, role=role, area_id=NATION, starts_on=SINCE)
            for role in IMPORTING_ROLES
        )
    return user


def _existing(name):
    path = Path(name)
    if not path.is_file():
        raise tables.Unreadable(_("There is no file %(name)s.") % {"name": name})
    return path


def _photos(options):
    if not options["photos"]:
        return None
    if not KINDS[options["kind"]].with_photos:
        raise tables.Unreadable(_("Photos can only stand beside an attendance file."))
    return Photos(options["photos"])


def _written(path, content):
    try:
        path.write_bytes(content)
    except OSError as error:
        raise tables.Unreadable(
            _("The faults cannot be written to %(path)s.") % {"path": path}
        ) from error
