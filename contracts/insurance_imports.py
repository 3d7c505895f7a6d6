"""The insurer's answer: policy and endorsement numbers back in, person by person."""

import re
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts import insurance_changes as changes
from contracts.models import Cover, Endorsement, InsurancePolicy, InsuredLine
from project.kernel.roles import Permission
from project.kernel.steps import do
from project.kernel.tables import Column
from project.kernel.texts import without_spaces
from registry.intake import Importer, at_most
from registry.residents import id_rule, name_rule

ACCEPTED, REFUSED = "accepted", "refused"
OUTCOMES = {
    **dict.fromkeys(("承保", "通过", "成功", "已承保"), ACCEPTED),
    **dict.fromkeys(("拒保", "不予承保", "失败", "退回"), REFUSED),
}
LIST = re.compile(r"(BX|PG)-([0-9]{1,18})")


class InsuranceResults(Importer):
    """A list comes back whole: each person taken or refused, all under one number."""

    kind = "insurance-results"
    title = gettext_lazy("Numbers of the insurer")
    permission = Permission.INSURANCE_EDIT
    columns = (
        Column("list", "清单号", ("投保清单号", "批改清单号"), rule=without_spaces),
        Column("policy", "保单号", ("保险单号",), required=False, rule=at_most(40)),
        Column("endorsement", "批单号", ("批改单号",), required=False, rule=at_most(40)),
        Column("name", "姓名", ("被保险人", "被保险人姓名"), rule=name_rule),
        Column("id_number", "证件号", ("身份证号", "证件号码"), kind="id", rule=id_rule),
        Column("outcome", "结果", ("承保结果",), required=False, kind="choice", choices=OUTCOMES),
        Column("reason", "原因", ("拒保原因",), required=False, rule=at_most(200)),
    )

    def check(self, rows):
        self.lists = _lists({row["list"] for row in rows})
        self.people = {code: _people(record) for code, record in self.lists.items()}
        numbers = {row["policy"] for row in rows if row["policy"]}
        self.taken = dict(
            InsurancePolicy.objects.filter(number__in=numbers).values_list("number", "pk")
        )
        faults = [fault for row in rows for fault in self._faults(row)]
        again = _("Row %(row)s names the same person on this list. Keep one of the rows.")
        faults += self.repeats(rows, "id_number", lambda r: (r["list"], r["id_number"]), again)
        faults += self._one_number(rows)
        faults += self._missing(rows)
        refused = sum(row["outcome"] == REFUSED for row in rows)
        self.counts = [(_("Taken"), len(rows) - refused), (_("Refused"), refused)]
        return faults

    def _faults(self, row):
        record = self.lists.get(row["list"])
        if record is None or not self.reaches(record.area_id):
            yield self.fault(row, "list", _("There is no such list here. Check its number."))
            return
        if not _waits(record):
            sentence = _("This list does not wait for the insurer. Delete its rows.")
            yield self.fault(row, "list", sentence)
            return
        column = _numbered(record)
        if not row[column]:
            yield self.fault(row, column, _("Enter the number that the insurer gave."))
        elif column == "policy" and self.taken.get(row["policy"], record.pk) != record.pk:
            sentence = _("This number belongs to another policy. Ask the insurer.")
            yield self.fault(row, "policy", sentence)
        person = self.people[row["list"]].get(row["id_number"])
        if person is None:
            sentence = _("This person is not on the list. Compare it with the list sent.")
            yield self.fault(row, "id_number", sentence)
        elif person.name != row["name"]:
            sentence = _("The list names %(name)s. Compare it with the card.")
            yield self.fault(row, "name", sentence % {"name": person.name})
        if row["outcome"] == REFUSED and not row["reason"]:
            yield self.fault(row, "reason", _("Write why the insurer refused the person."))

    def _one_number(self, rows):
        """All rows of a list carry the number of its first row."""
        first = {}
        for row in rows:
            record = self.lists.get(row["list"])
            if record is None:
                continue
            column = _numbered(record)
            said = first.setdefault(row["list"], row)
            if said[column] != row[column]:
                sentence = _("Row %(row)s gives the same list another number. Ask the insurer.")
                yield self.fault(row, column, sentence % {"row": said.number})

    def _missing(self, rows):
        """Everybody on a list is answered for; a file that leaves somebody out is not whole."""
        said, first = {}, {}
        for row in rows:
            first.setdefault(row["list"], row)
            said.setdefault(row["list"], set()).add(row["id_number"])
        for code, row in first.items():
            left = [p.name for n, p in self.people.get(code, {}).items() if n not in said[code]]
            if left and _waits(self.lists[code]):
                sentence = _("The file says nothing of %(names)s, who are on this list.")
                names = "、".join(left[:5])
                yield self.fault(row, "list", sentence % {"names": names})

    def commit(self, rows, *, file):
        by, answers = file.imported_by, {}
        for row in rows:
            answers.setdefault(row["list"], []).append(row)
        for code, answered in answers.items():
            self._answer(self.lists[code], answered, by=by, note=file.name)

    def _answer(self, record, rows, *, by, note):
        number = rows[0][_numbered(record)]
        if isinstance(record, InsurancePolicy):
            policy = do(record, "issue", by=by, number=number, note=note)
        else:
            policy = changes.number(record, by=by, number=number).policy
        people = self.people[record.code]
        refused = {people[r["id_number"]].pk: r["reason"] for r in rows if r["outcome"] == REFUSED}
        if refused:
            _refuse(policy, record, refused, number, by=by)


def _refuse(policy, record, refused, number, *, by):
    """Whom the insurer refused was never covered: the cover ends on the eve of its first day."""
    covers = Cover.objects.filter(policy=policy, person__in=refused).select_related("person")
    if isinstance(record, Endorsement):
        covers = covers.filter(entry__endorsement=record)
    for cover in covers:
        eve = cover.starts_on - timedelta(days=1)
        note = _("Refused by the insurer: %(why)s") % {"why": refused[cover.person_id]}
        changes.take_off(policy, [cover], by=by, on=eve, note=note).answer(number)


def _lists(codes):
    """The lists named by their numbers: policies to be issued, and changes."""
    wanted = {"BX": {}, "PG": {}}
    for code in codes:
        if found := LIST.fullmatch(code):
            wanted[found[1]][int(found[2])] = code
    policies = InsurancePolicy.objects.in_bulk(wanted["BX"])
    endorsements = Endorsement.objects.select_related("policy").in_bulk(wanted["PG"])
    named = {wanted["BX"][pk]: policy for pk, policy in policies.items()}
    return named | {wanted["PG"][pk]: one for pk, one in endorsements.items()}


def _people(record):
    """Who is on a list, by ID number."""
    if isinstance(record, InsurancePolicy):
        people = [person for person, _day in record.listed()]
    else:
        lines = InsuredLine.objects.filter(endorsement=record)
        lines = lines.select_related("person_in", "person_out").order_by("pk")
        people = [line.person_in or line.person_out for line in lines]
    return {person.id_number: person for person in people}


def _waits(record):
    if isinstance(record, InsurancePolicy):
        return record.state == InsurancePolicy.State.ENROLLED
    return not record.number and record.policy.state == InsurancePolicy.State.IN_FORCE


def _numbered(record):
    return "policy" if isinstance(record, InsurancePolicy) else "endorsement"
