"""Attendance from machines and lists (X-05): stored first, judged after."""

import re
import uuid
from datetime import timedelta
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.models import CheckIn, Sheet
from attendance.models.measuring import most_of_a_day
from attendance.photos import keep_of_file, look_over
from attendance.receiving import Report, Sender, receive
from contracts.models import HOLDING, Contract
from project.kernel.guards import Refused
from project.kernel.months import Month, today
from project.kernel.roles import Permission
from project.kernel.tables import Column
from project.kernel.tables.columns import heading_key
from registry.intake import Importer, at_most
from registry.residents import by_id_number, id_rule, name_rule

NAMESPACE = uuid.UUID("5f0e7c52-6d0a-4b0e-9a37-3c1f5a5d2b10")
MICRODEGREE = Decimal("0.000001")
NUMBER = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)(?:小时|时|件|次)?")
WORTHS = {
    **dict.fromkeys(("1", "全天", "整天", "一天", "1天", "√"), Decimal("1.0")),
    **dict.fromkeys(("0.5", "半天", "0.5天", "◇"), Decimal("0.5")),
}
AT_A_TIME = 5000
CONTENT = ("day", "worth", "in_at", "out_at", "device", "longitude", "latitude", "photo")


def _said(text):
    """A day, a half, or how many hours or pieces; which it must be, the contract says."""
    said = heading_key(text)
    number = NUMBER.fullmatch(said)
    if said not in WORTHS and not (number and Decimal(number[1])):
        raise ValueError(
            _("“%(text)s” is no day. Write 1 or 0.5, or how many hours or pieces were done.")
            % {"text": text}
        )
    return said


def _degrees(limit):
    def rule(value):
        if abs(value) > limit:
            raise ValueError(_("There is no such place on Earth. Correct the coordinate."))
        return value.quantize(MICRODEGREE)

    return rule


class Attendance(Importer):
    """Only a day that nobody can have worked is a fault; one that is doubtful is stored."""

    kind = "attendance"
    title = gettext_lazy("Attendance of machines")
    permission = Permission.SHEET_RECORD
    with_photos = True
    upload_at_most = 560 * 1024 * 1024
    columns = (
        Column("id_number", "身份证号", ("身份证号码", "证件号码"), kind="id", rule=id_rule),
        Column("name", "姓名", required=False, rule=name_rule),
        Column("day", "日期", ("考勤日期", "打卡日期"), kind="date"),
        Column(
            "worth", "天数", ("小时/天", "出勤天数", "小时", "件数"), required=False, rule=_said
        ),
        Column("in_at", "上班", ("上班时间", "签到时间", "签到"), kind="time", required=False),
        Column("out_at", "下班", ("下班时间", "签退时间", "签退"), kind="time", required=False),
        Column("device", "设备号", ("来源", "来源(设备号)"), required=False, rule=at_most(40)),
        Column("longitude", "经度", kind="number", signed=True, required=False, rule=_degrees(180)),
        Column("latitude", "纬度", kind="number", signed=True, required=False, rule=_degrees(90)),
        Column("photo", "照片", ("照片文件名",), required=False, rule=at_most(120)),
    )

    def check(self, rows):
        self.people = by_id_number({row["id_number"] for row in rows})
        self.contracts = self._contracts()
        self.keys = {row.number: self._client_id(row) for row in rows}
        known = CheckIn.objects.filter(client_id__in=self.keys.values())
        known = set(known.values_list("client_id", flat=True))
        new = len(set(self.keys.values()) - known)
        self.counts = [(_("New days"), new), (_("Days known"), len(rows) - new)]
        faults = [fault for row in rows for fault in self._faults(row)]
        self._warn_of_frozen_sheets(rows)
        return faults

    def _contracts(self):
        """Every contract of the file's people in the areas this file may write, oldest first."""
        held = Contract.objects.filter(
            person__in=[person.pk for person in self.people.values()], state__in=HOLDING
        )
        contracts = {}
        for contract in held.order_by("starts_on"):
            if self.reaches(contract.area_id):
                contracts.setdefault(contract.person_id, []).append(contract)
        return contracts

    def _faults(self, row):
        person = self.people.get(row["id_number"])
        if person is None or person.pk not in self.contracts:
            sentence = _("Nobody in your areas holds a contract under this ID number.")
            yield self.fault(row, "id_number", sentence)
            return
        if against := self._against_number(row):
            yield self.fault(row, "worth", against)
        if row["photo"] and self.photos is not None:
            yield from self._faults_of_photo(row)
        self._warn(row, person)

    def _against_number(self, row):
        """What is wrong with how much was done: days count whole or half, hours fit into a day."""
        contract, quantity = self._contract(row), self._quantity(row)
        if quantity is not None and quantity > most_of_a_day(contract):
            words = {"most": most_of_a_day(contract)}
            return _("Nobody does so much on one day. Enter at most %(most)s.") % words
        if contract.is_measured or not row["worth"] or row["worth"] in WORTHS:
            return ""
        return _("This worker is paid by days, not by hours or pieces. Write 1 or 0.5.")

    def _quantity(self, row):
        """How many hours or pieces a row tells, where these are paid; a mark tells none."""
        number = NUMBER.fullmatch(row["worth"] or "")
        contract = self._contract(row)
        return Decimal(number[1]) if number and contract and contract.is_measured else None

    def _worth(self, row):
        """What a row makes of the day; hours and pieces make a whole one."""
        contract = self._contract(row)
        if row["worth"] is None or (contract and contract.is_measured):
            return None
        return WORTHS.get(row["worth"])

    def _faults_of_photo(self, row):
        """What is wrong with the photo that a row names; it is looked at, and drawn anew later."""
        words = {"name": row["photo"]}
        if row["photo"] not in self.photos:
            sentence = _("The photo %(name)s is not among the photos given. Add it.")
            yield self.fault(row, "photo", sentence % words)
        elif self.photos.is_ambiguous(row["photo"]):
            sentence = _("Several photos are called %(name)s. Give each its own name.")
            yield self.fault(row, "photo", sentence % words)
        elif row["photo"] not in self.photos.looked_at:
            try:
                look_over(self.photos.read(row["photo"]))
                self.photos.looked_at.add(row["photo"])
            except Refused as refused:
                yield self.fault(row, "photo", " ".join(refused.messages))

    def _warn(self, row, person):
        if row["name"] and row["name"] != person.name:
            sentence = _("The ID number is registered for %(name)s; the number is believed.")
            self.warn(row, "name", sentence % {"name": person.name})
        if _distance(self._contract(row), row["day"]):
            sentence = _("The day lies outside every contract of the person; it does not count.")
            self.warn(row, "day", sentence)
        if row["day"] > today():
            self.warn(row, "day", _("The day has not come yet. Check the clock of the machine."))
        if row["in_at"] and row["out_at"] and row["out_at"] <= row["in_at"]:
            self.warn(row, "out_at", _("The person left before they came. Check the times."))
        if row["photo"] and self.photos is None:
            sentence = _("The photo is named and was not given. Give the photos with the file.")
            self.warn(row, "photo", sentence)

    def _warn_of_frozen_sheets(self, rows):
        """What comes after the village has confirmed its sheet is kept and counts no more."""
        placed = [(row, self._contract(row)) for row in rows if self._contract(row)]
        sheets = Sheet.objects.filter(
            state__in=Sheet.FROZEN,
            area__in={contract.area_id for _row, contract in placed},
            month__in={Month.of(row["day"]) for row, _contract in placed},
        )
        frozen = set(sheets.values_list("area_id", "month"))
        for row, contract in placed:
            if (contract.area_id, Month.of(row["day"])) in frozen:
                sentence = _(
                    "The village's sheet of this month is confirmed; the day counts no more."
                )
                self.warn(row, "day", sentence)

    def _contract(self, row):
        """The contract the day lies in, else the one nearest to it."""
        person = self.people.get(row["id_number"])
        held = self.contracts.get(person and person.pk, ())
        return min(held, key=lambda contract: _distance(contract, row["day"]), default=None)

    def _client_id(self, row):
        """The same row in another file is the same check-in."""
        person = self.people.get(row["id_number"])
        told = {name: row[name] for name in CONTENT} | {"worth": self._worth(row)}
        parts = [person.id_digest if person else "", *told.values()]
        if (quantity := self._quantity(row)) is not None:
            parts.append(quantity)
        return uuid.uuid5(NAMESPACE, "|".join("" if part is None else str(part) for part in parts))

    def commit(self, rows, *, file):
        """Store the days as all check-ins are, doubts included, and the pictures beside them."""
        sender = Sender("person", file.imported_by.pk)
        for at in range(0, len(rows), AT_A_TIME):
            receive([self._report(row, file) for row in rows[at : at + AT_A_TIME]], sender=sender)
        if self.photos is not None:
            keep_of_file(self._pictures(rows))

    def _pictures(self, rows):
        """Each check-in that has no picture yet, with a reader of the one its row names."""
        named = {self.keys[row.number]: row["photo"] for row in rows if row["photo"]}
        entries = CheckIn.objects.filter(client_id__in=named, picture=None)
        found = entries.values_list("pk", "client_id").order_by("pk")
        return [(pk, partial(self.photos.read, named[client_id])) for pk, client_id in found]

    def _report(self, row, file):
        return Report(
            client_id=self.keys[row.number],
            contract=self._contract(row).pk,
            source=CheckIn.Source.MACHINE,
            file=file.pk,
            worth=self._worth(row) or Decimal("1.0"),
            quantity=self._quantity(row),
            **{name: row[name] for name in CONTENT if name != "worth"},
        )


def _distance(contract, day):
    """How far a day lies from a contract; nothing when it lies in it."""
    if contract.starts_on <= day <= contract.ends_on:
        return timedelta(0)
    return min(abs(day - contract.starts_on), abs(day - contract.ends_on))
