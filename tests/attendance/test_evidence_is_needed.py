"""Whatever is reported, doubted, decided, taken back or corrected: no day is paid unshown."""

import uuid
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import given as generated
from hypothesis import strategies as st

from attendance import book, reviews
from attendance.models import CheckIn, Flag, RollCall, Sheet
from attendance.photos import keep
from attendance.selectors import masks
from project.imports import commit, stage
from project.kernel.guards import Refused
from project.kernel.months import SHANGHAI
from project.kernel.steps import do
from project.photos import Photos
from tests import given, given_days, given_roll_calls
from tests.given_phones import picture

pytestmark = pytest.mark.django_db
DAYS = [date(2026, 10, day) for day in (5, 6)]
SHOT = picture("evidence")
REPORT = st.tuples(
    st.just("report"),
    st.sampled_from(["machine", "phone"]),
    st.sampled_from(["in", "again", "out"]),
    st.sampled_from([1, 2, 3]),
    st.sampled_from(["0.5", "1"]),
    st.booleans(),
)
ACTION = st.one_of(
    REPORT,
    st.tuples(st.just("muster"), st.sampled_from(["in", "again", "out"]), st.booleans()),
    st.tuples(st.just("muster_anew"), st.booleans(), st.booleans()),
    st.tuples(st.just("machine"), st.sampled_from(["1", "0.5"]), st.booleans()),
    st.tuples(st.just("book"), st.sampled_from(["0", "0.5", "1"])),
    st.tuples(st.just("scan")),
    st.tuples(st.just("doubt"), st.sampled_from(["same_photo", "late"]), st.booleans()),
    st.tuples(st.just("decide"), st.sampled_from(["counts", "does_not"])),
    st.tuples(
        st.just("correct"),
        st.sampled_from(["0", "0.5", "1"]),
        st.sampled_from(["none", "page", "picture"]),
    ),
)
STORY = st.lists(st.tuples(st.integers(0, 1), ACTION), max_size=8)


class Teller:
    """Plays a story of what may happen to two days of one holder; what is refused is not done."""

    def __init__(self, scene):
        self.scene, self.contract, self.staff = scene, scene.contracts[0], scene.staff
        (self.sheet,) = given.sheets(scene, "open")

    def play(self, story):
        for which, (act, *details) in story:
            try:
                with transaction.atomic():
                    getattr(self, act)(DAYS[which], *details)
            except Refused:
                continue

    def report(self, day, source, kind, level, worth, photographed):
        entry = CheckIn.objects.create(
            client_id=uuid.uuid4(),
            contract=self.contract,
            day=day,
            kind=kind,
            source=source,
            level=level,
            worth=Decimal(worth),
            received_by=self.staff.village_clerk,
        )
        if photographed:
            keep(entry, SHOT)

    def muster(self, day, kind, photographed):
        """The clerk calls the roll on site."""
        at = datetime.combine(day, time(8, 30), SHANGHAI)
        photos = [given_roll_calls.shot()] if photographed else []
        given_roll_calls.held(self.scene, [self.contract], kind=kind, at=at, photos=photos)

    def muster_anew(self, day, there, photographed):
        """The clerk says anew who was there."""
        call = RollCall.objects.filter(day=day, corrected_by=None).last()
        if call:
            marks = {"present" if there else "absent": [self.contract]}
            photos = [given_roll_calls.shot("anew")] if photographed else []
            given_roll_calls.corrected(self.scene, call, photos=photos, **marks)

    def machine(self, day, worth, photographed):
        """A file of an attendance machine comes, with or without the picture that it names."""
        name = f"{uuid.uuid4()}.jpg" if photographed else ""
        row = f"{self.contract.person.id_number},{day},{worth},{name}"
        file = f"身份证号,日期,天数,照片\n{row}".encode()
        with TemporaryDirectory() as folder:
            if photographed:
                (Path(folder) / name).write_bytes(SHOT)
            by, photos = self.scene.staff.village_clerk, Photos(folder)
            commit(stage("attendance", file, by=by, name="考勤.csv", photos=photos), by=by)

    def book(self, day, worth):
        marks = {self.contract.pk: {day: worth}}
        book.record(self.sheet, by=self.staff.village_clerk, marks=marks)

    def scan(self, day):
        given_days.scanned(self.sheet, self.staff.village_clerk, b"%PDF-" + uuid.uuid4().bytes)

    def doubt(self, day, code, waits):
        entry = CheckIn.objects.filter(contract=self.contract, day=day, voids=None).last()
        if entry and not entry.flags.filter(code=code).exists():
            given_days.doubt(entry, code, waits)

    def decide(self, day, decision):
        flag = Flag.objects.filter(check_in__day=day, review=None).last()
        if flag:
            by = self.staff.township_reviewer
            reviews.decide(flag, by=by, decision=decision, reason="核实")

    def correct(self, day, wanted, shown):
        evidence = {"none": None, "page": given_days.file(), "picture": given_days.shot()}[shown]
        asked = given_days.asked(
            self.scene, self.contract, day=day, wanted=wanted, evidence=evidence
        )
        try:
            with transaction.atomic():
                do(asked, "grant", by=self.staff.township_reviewer)
        except Refused:
            do(asked, "refuse", by=self.staff.township_reviewer, note="无依据")


def is_shown(contract, day, level):
    """Said anew, record by record, without the statement that decides: is there evidence?"""
    rows = [
        row
        for row in CheckIn.objects.filter(contract=contract, day=day, voids=None)
        if not row.voided_by.exists()
    ]
    later = [row for row in rows if row.kind != "in"]
    return any(supports(row, level) and all(map(is_clear, [row, *later])) for row in rows)


def supports(row, level):
    if row.kind != "in" or row.level < level:
        return False
    if level == 3 and row.source == "phone":
        return hasattr(row, "picture")
    if row.source == "roll_call":
        lines = row.roll_call_lines.filter(present=True)
        return bool(lines) and all(line.roll_call.on_site.pictures.exists() for line in lines)
    if row.source == "correction":
        correction = row.correction
        lowered = correction.wanted < correction.was
        return correction.state == "granted" and bool(correction.evidence or lowered)
    return True


def is_clear(row):
    decisions = [(flag.waits, getattr(flag, "review", None)) for flag in row.flags.all()]
    return all(review.decision == "counts" if review else not waits for waits, review in decisions)


@pytest.fixture
def teller():
    scene = given.scene(holders=1, days=[])
    for code, value in (("manual_max_share", "1"), ("max_late_upload_hours", 10_000)):
        given.rule(scene.place.county, f"attendance.{code}", value, scene.place.document)
    return Teller(scene)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@generated(story=STORY, level=st.sampled_from([1, 2, 3]))
def test_no_day_is_payable_without_evidence_of_the_level_required(teller, story, level):
    with transaction.atomic():
        county, document = teller.scene.place.county, teller.scene.place.document
        given.rule(county, "attendance.evidence_level", level, document)
        teller.play(story)

        row = masks(teller.scene.month, teller.contract.area_id, level)
        row = row.order_by("contract_id").first()
        every_day_is_shown(teller, ((row["full"] or 0) | (row["half"] or 0)) if row else 0, level)
        # The village looks at the days beside each other, which may raise more doubts.
        every_day_is_shown(teller, confirmed(teller), level)
        transaction.set_rollback(True)


def every_day_is_shown(teller, days, level):
    assert days <= sum(1 << day.day - 1 for day in DAYS)
    for day in DAYS:
        if days >> day.day - 1 & 1:
            assert is_shown(teller.contract, day, level)


def confirmed(teller):
    """The days frozen on the sheet, where the village may confirm it; the book then has a scan."""
    try:
        do(teller.sheet, "confirm", by=teller.staff.village_head)
    except Refused:
        return 0
    line = Sheet.objects.get(pk=teller.sheet.pk).lines.get()
    days = line.full_days | line.half_days
    only_book = [
        day
        for day in DAYS
        if days >> day.day - 1 & 1 and sources(teller.contract, day) == {CheckIn.Source.BOOK}
    ]
    assert not only_book or teller.sheet.scans.exists()
    return days


def sources(contract, day):
    rows = CheckIn.objects.filter(contract=contract, day=day, kind="in", voids=None, voided_by=None)
    return set(rows.values_list("source", flat=True))
