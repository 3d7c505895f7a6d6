"""Doubts, corrections, leave, plans and scans, brought about through the services."""

import uuid
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from django.core.files.uploadedfile import SimpleUploadedFile

from attendance import acknowledging, plans, request_flows
from attendance.models import (
    CheckIn,
    Correction,
    Flag,
    Leave,
    Photo,
    SheetScan,
    Substitution,
)
from attendance.photos import keep
from project.kernel.steps import do
from tests.given_phones import picture
from tests.given_roll_calls import held

PAGE = b"%PDF-1.4 sign-in book"
FIFTH = date(2026, 10, 5)


def file(content=None, name="book.pdf"):
    return SimpleUploadedFile(name, content or PAGE)


def shot(seed="ditch"):
    """A picture handed in as evidence."""
    return file(picture(seed), "picture.jpg")


def scanned(sheet, by, content=None):
    return acknowledging.add_scan(sheet, by=by, scan=file(content))


def doubt(entry, code="same_photo", waits=True, **evidence):
    """A doubt about a check-in, as judging raises it."""
    return Flag.objects.create(check_in=entry, code=code, waits=waits, evidence=evidence)


def asked(scene, contract, day=FIFTH, wanted="1", evidence=True, **fields):
    """A correction that the clerk asks for, with a picture unless said otherwise."""
    fields = {"by": scene.staff.village_clerk, "reason": "手机坏了"} | fields
    return request_flows.ask_correction(
        contract=contract,
        day=day,
        wanted=Decimal(wanted),
        evidence=shot() if evidence is True else evidence,
        **fields,
    )


def granted(scene, contract, **fields):
    made = asked(scene, contract, **fields)
    return do(made, "grant", by=scene.staff.township_reviewer)


def leave(scene, contract, first=FIFTH, last=date(2026, 10, 7), kind="sick", **fields):
    fields = {"by": scene.staff.village_clerk, "reason": "住院"} | fields
    return request_flows.ask_leave(
        contract=contract, kind=kind, starts_on=first, ends_on=last, **fields
    )


def on_leave(scene, contract, *days, **fields):
    made = leave(scene, contract, *days, **fields)
    return do(made, "grant", by=scene.staff.township_reviewer)


def plan(scene, area=None, **terms):
    terms = {"starts_on": date(2026, 1, 1)} | terms
    area = area or scene.place.villages[0]
    return plans.set_plan(by=scene.staff.township_officer, area=area, **terms)


def one_of_each(scene):
    """A record of every kind as it is kept, for walks over pages and addresses."""
    contract, officer = scene.contracts[0], scene.staff.township_officer
    entry = pictured(contract, officer)
    correction, leave_ = requests(contract, officer)
    scan = SheetScan(sheet=contract.sheet_lines.get().sheet, name="李四.pdf", added_by=officer)
    scan.sha256 = "1" * 64
    scan.file.save("page.pdf", file(), save=True)
    return SimpleNamespace(
        roll_call=mustered(scene),
        flag=doubt(entry),
        photo=Photo.objects.get(check_in=entry),
        correction=correction,
        leave=leave_,
        scan=scan,
        place=fenced(contract.area, officer),
        plan=plan(scene, contract.area, days=15),
        pause=plans.add_pause(
            by=officer,
            area=contract.area,
            starts_on=date(2026, 12, 1),
            ends_on=date(2026, 12, 2),
            reason="李四农忙",
        ),
        substitution=Substitution.objects.create(
            area=contract.area,
            holder=contract,
            substitute=scene.contracts[1],
            starts_on=FIFTH,
            ends_on=FIFTH,
            reason="李四",
            registered_by=officer,
        ),
    )


def mustered(scene):
    """A roll call with its picture."""
    return held(scene, scene.contracts[:1], title="李四", photos=[shot("muster")])


def pictured(contract, by):
    """A check-in with its picture."""
    entry = CheckIn.objects.create(
        client_id=uuid.uuid4(),
        contract=contract,
        day=date(2026, 11, 3),
        source=CheckIn.Source.MACHINE,
        level=2,
        received_by=by,
    )
    keep(entry, picture("one"))
    return entry


def fenced(area, by):
    return plans.add_place(
        by=by,
        area=area,
        name="李四家门口",
        longitude=Decimal("104.1"),
        latitude=Decimal("30.6"),
        radius=200,
        starts_on=date(2026, 1, 1),
    )


def requests(contract, by):
    """A correction and a leave with their evidence, as they are kept."""
    fields = {"area": contract.area, "contract": contract, "reason": "李四住院", "asked_by": by}
    fields |= {"sha256": "0" * 64}
    made = (
        Correction(day=FIFTH, was=0, wanted=1, **fields),
        Leave(kind="sick", starts_on=FIFTH, ends_on=FIFTH, **fields),
    )
    for request in made:
        request.evidence.save("page.pdf", file(), save=True)
    return made


def addresses(days):
    """Where the records of `one_of_each` are reached."""
    found = {
        f"attendance:{name}": {"pk": row.pk}
        for name, row in {
            "flag": days.flag,
            "rollcall": days.roll_call,
            "roll-call-correct": days.roll_call,
            "flag-decide": days.flag,
            "photo": days.photo,
            "correction": days.correction,
            "correction-evidence": days.correction,
            "leave": days.leave,
            "leave-evidence": days.leave,
            "sheetscan": days.scan,
            "sheet-scan-add": days.scan.sheet,
            "workplace": days.place,
            "place-end": days.place,
            "workplan": days.plan,
            "plan-end": days.plan,
            "pause": days.pause,
            "pause-end": days.pause,
            "substitution": days.substitution,
        }.items()
    }
    for kind, row in {"correction": days.correction, "leave": days.leave}.items():
        found[f"attendance:{kind}-step"] = {"pk": row.pk, "step": "grant"}
        found[f"attendance:{kind}-bulk"] = {"step": "grant"}
    return found
