"""`manage.py payroll`: prepare a month's runs, show them with reasons, export and check files."""

from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from payroll import bankfiles, flows, uploads
from payroll.explain import explain_all
from payroll.formats import FORMATS, format_named
from payroll.handing import Origin
from payroll.models import BankFile, PayRun
from project.commands import (
    OfficeCommand,
    Unusable,
    acting,
    area_of,
    month_of,
    person_named,
    usable,
)
from project.kernel.roles import Permission


class Command(OfficeCommand):
    help = "Prepare the pay of a month, show a run with its reasons, export or check its bank file."

    def add_arguments(self, parser):
        verbs = parser.add_subparsers(dest="verb", required=True)
        opening = verbs.add_parser("open", help="prepare the runs of a month")
        opening.add_argument("month", metavar="YYYY-MM")
        opening.add_argument("--area", required=True, metavar="CODE")
        self.acts_for(opening)
        showing = verbs.add_parser("show", help="show a run, line by line, with every reason")
        showing.add_argument("run", type=int, metavar="RUN")
        self.acts_for(showing)
        exporting = verbs.add_parser("export", help="write the bank file of a run that was sent")
        exporting.add_argument("run", type=int, metavar="RUN")
        exporting.add_argument("--format", required=True, help=", ".join(FORMATS))
        exporting.add_argument("--out", required=True, metavar="DIR")
        self.acts_for(exporting)
        checking = verbs.add_parser("check", help="hold a file against what was given out")
        checking.add_argument("batch", metavar="BATCH")
        checking.add_argument("file", metavar="FILE", type=Path)
        checking.add_argument("--hand-over", action="store_true", dest="hand_over")
        checking.add_argument("--note", default="", help="why it goes to the bank once more")
        self.acts_for(checking)

    def handle(self, *args, **options):
        {
            "open": transaction.atomic(self._open),
            "show": transaction.atomic(self._show),
            "export": self._export,
            "check": self._check,
        }[options["verb"]](options)

    def _open(self, options):
        month, area = month_of(options["month"]), area_of(options["area"])
        by = acting(options["username"], Permission.PAY_PREPARE, area, say=self.remark)
        prepared = flows.prepare(month, area.code, by=by)
        runs = sorted(prepared, key=lambda run: (run.area_id, run.fund_id))
        told = {"month": str(month), "area": area.code, "runs": [_told(run) for run in runs]}
        self._tell(told, told["runs"], options)

    def _show(self, options):
        """Whoever keeps the machine may read; a named person reads only what is theirs to see."""
        runs = PayRun.objects.all()
        if options["username"]:
            runs = runs.visible_to(person_named(options["username"]))
        told = _told(_run(runs, options["run"]))
        self._tell(told, [told], options)

    def _export(self, options):
        """A taking is on record before its file is on the disk; no file lies about untaken."""
        form = usable(format_named, options["format"])
        run = _run(PayRun.objects.all(), options["run"])
        by = acting(options["username"], Permission.PAY_SEND, run.area, say=self.remark)
        written = bankfiles.export(run, form, by=by)
        for sentence in [*bankfiles.gaps(run), *_password_of(written)]:
            self.remark(sentence)
        files = [_written(made, made.save(options["out"])) for made in written]
        if options["as_json"]:
            self.print_json({"run": run.pk, "format": form.code, "files": files})
            return
        for made in files:
            self.stdout.write("{path}  {rows}  {total}\nSHA-256 {sha256}".format(**made))

    def _check(self, options):
        """A refused file stays on record, so nothing is undone here by saying no."""
        file = BankFile.objects.select_related("run__area").filter(number=options["batch"]).first()
        if file is None:
            raise Unusable(_("There is no batch %(batch)s.") % {"batch": options["batch"]})
        wanted = Permission.PAY_SEND if options["hand_over"] else Permission.PAY_VIEW
        by = acting(options["username"], wanted, file.run.area, say=self.remark)
        kept = uploads.check(
            file,
            content_of(options["file"]),
            by=by,
            name=options["file"].name,
            origin=Origin(),
            hand_over=options["hand_over"],
            note=options["note"],
        )
        if options["as_json"]:
            told = {"batch": file.number, "sha256": kept.sha256, "handed_over": kept.handed_over}
            self.print_json(told)
            return
        self.stdout.write(_("%(name)s is unchanged.") % {"name": kept.name})

    def _tell(self, document, runs, options):
        if options["as_json"]:
            self.print_json(document)
            return
        for run in runs:
            self._print(run)

    def _print(self, run):
        self.stdout.write(
            _("Run %(id)s · %(name)s · %(fund_name)s · %(state_words)s · revision %(revision)s")
            % run
        )
        for line in run["lines"]:
            self.stdout.write(
                f"{line['number']:>4}  {line['name']}  {line['post']}  "
                f"{line['days']}/{line['required_days']}  {line['amount']:>10}  "
                f"{line['state_words']}"
            )
            for sentence in line["why"]:
                self.stdout.write(f"      {sentence}")
        self.stdout.write(
            _("%(people)s lines, %(total)s yuan to pay, %(held_total)s yuan held")
            % (run | {"people": len(run["lines"])})
        )
        self.stdout.write(f"SHA-256 {run['sha256']}")


def _run(runs, pk):
    found = runs.select_related("area", "fund").filter(pk=pk).first()
    if found is None:
        raise Unusable(_("There is no pay run %(run)s to be seen here.") % {"run": pk})
    return found


def _told(run):
    """A run as JSON; it is read again, because preparing computes it inside the database."""
    run = PayRun.objects.select_related("area", "fund").get(pk=run.pk)
    lines = [_line(told, line) for line, told in _explained(run)]
    return {
        "id": run.pk,
        "area": run.area_id,
        "name": f"{run.area.name} {run.month}",
        "fund": run.fund_id,
        "fund_name": run.fund.name,
        "state": run.state,
        "state_words": str(run.get_state_display()),
        "revision": run.revision,
        "sha256": run.sha256,
        "lines": lines,
        "total": _sum(line for line in lines if line["state"] not in ("held", "excluded")),
        "held_total": _sum(line for line in lines if line["state"] == "held"),
    }


def _explained(run):
    lines = run.lines.select_related("person").order_by("number")
    return zip(lines, explain_all(run.lines.all()), strict=True)


def _line(told, line):
    return {
        "id": told.line,
        "number": told.number,
        "name": told.name,
        "id_number": line.person.id_number,
        "village": line.area_id,
        "post": told.post,
        "standard": told.standard,
        "days": told.days,
        "dates": told.dates,
        "half_dates": told.half_dates,
        "required_days": told.required_days,
        "due": told.due,
        "cap": told.cap,
        "amount": told.amount,
        "state": told.state,
        "state_words": told.state_words,
        "held": [
            {"code": hold.code, "kind": hold.kind, "since": hold.since, "sentence": hold.sentence}
            for hold in told.held
        ],
        "account": told.account,
        "why": told.sentences,
        "rules": [vars(used) for used in told.rules],
    }


def _password_of(written):
    """Where the password of a locked file is; it is never printed beside the file."""
    if not written[0].locked:
        return []
    return [
        _(
            "The file is locked. Its password waits in the inbox of another person until "
            "%(day)s and is shown once."
        )
        % {"day": written[0].locked.keep_until}
    ]


def content_of(path):
    """The bytes of a file, or a sentence that it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        said = _("%(path)s cannot be read: %(why)s.") % {"path": path, "why": error.strerror}
        raise Unusable(said) from error


def _sum(lines):
    return str(sum((Decimal(line["amount"]) for line in lines), Decimal("0.00")))


def _written(made, path):
    return {
        "path": str(path),
        "sha256": made.sha256,
        "rows": made.rows,
        "total": str(made.total),
    }
