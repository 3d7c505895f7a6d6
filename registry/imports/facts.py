"""Results of comparisons (X-11): what other departments say of people on posts."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from project.kernel.roles import Permission
from project.kernel.tables import Column
from registry.intake import Importer, at_most
from registry.models import Fact
from registry.residents import by_id_number, id_rule, name_rule


class Facts(Importer):
    """A fact told again is kept once; none is ever changed."""

    kind = "facts"
    title = gettext_lazy("Results of comparisons")
    permission = Permission.FACT_IMPORT
    columns = (
        Column("batch", "比对批次", ("批次",), required=False, rule=at_most(40)),
        Column("id_number", "身份证号", ("证件号码", "身份证号码"), kind="id", rule=id_rule),
        Column("name", "姓名", required=False, rule=name_rule),
        Column("source", "来源部门", ("来源", "部门"), rule=at_most(60)),
        Column(
            "kind",
            "命中类型",
            ("类型",),
            kind="choice",
            choices={value: value for value in Fact.Kind.values},
        ),
        Column("starts_on", "起", ("开始日期", "起始日期"), kind="date"),
        Column("ends_on", "止", ("结束日期", "截止日期"), kind="date", required=False),
        Column("basis", "依据", ("说明",), required=False, rule=at_most(200)),
    )

    def check(self, rows):
        self.people = by_id_number({row["id_number"] for row in rows})
        told = Fact.objects.filter(person__in=[person.pk for person in self.people.values()])
        self.told = {(f.person_id, f.kind, f.starts_on, f.source): f.ends_on for f in told}
        faults = [fault for row in rows for fault in self._faults(row)]
        again = _("The same fact stands in row %(row)s already. Keep one of the rows.")
        faults += self.repeats(rows, "kind", self._repeat_key, again)
        new = sum(1 for row in rows if self._key(row) not in self.told)
        self.counts = [(_("New facts"), new), (_("Facts known"), len(rows) - new)]
        return faults

    def _faults(self, row):
        person = self.people.get(row["id_number"])
        if person is None or not self.reaches(person.area_id):
            sentence = _("Nobody in your areas has this ID number. Correct it or delete the row.")
            yield self.fault(row, "id_number", sentence)
        elif row["name"] and row["name"] != person.name:
            sentence = _("The ID number is registered for %(name)s. Compare it with the card.")
            yield self.fault(row, "name", sentence % {"name": person.name})
        if row["ends_on"] and row["ends_on"] < row["starts_on"]:
            yield self.fault(row, "ends_on", _("The fact would end before it begins."))
        if self.told.get(self._key(row), row["ends_on"]) != row["ends_on"]:
            sentence = _("This fact is known with another last day; the first report stands.")
            self.warn(row, "ends_on", sentence)

    def _key(self, row):
        person = self.people.get(row["id_number"])
        return person and (person.pk, row["kind"], row["starts_on"], row["source"])

    def _repeat_key(self, row):
        return row["id_number"], row["kind"], row["starts_on"], row["source"]

    def commit(self, rows, *, file):
        """Write what nobody had told before, and answer with it."""
        return Fact.objects.bulk_create(
            Fact(
                person=self.people[row["id_number"]],
                received_by=file.imported_by,
                **{name: row[name] for name in ("kind", "starts_on", "ends_on", "source")},
                **{name: row[name] for name in ("batch", "basis")},
            )
            for row in rows
            if self._key(row) not in self.told
        )
