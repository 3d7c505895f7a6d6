"""People of monitored households (X-01): residents, their households and their capacity."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from project.kernel.roles import Permission
from project.kernel.tables import Column
from registry.idnumber import sex
from registry.intake import Importer, at_most
from registry.models import Household, Person
from registry.places import Addresses
from registry.residents import by_id_number, enter_households, id_rule, name_rule, resident

SEXES = {"男": Person.Sex.MALE, "女": Person.Sex.FEMALE}
CAPACITIES = {
    **dict.fromkeys(("普通劳动力", "普通劳动者"), Person.Capacity.NORMAL),
    "技能劳动力": Person.Capacity.SKILLED,
    **dict.fromkeys(("弱劳动力或半劳动力", "弱劳动力", "半劳动力"), Person.Capacity.WEAK),
    **dict.fromkeys(("无劳动力", "丧失劳动力"), Person.Capacity.NONE),
}
DETAILS = ("relation", "category", "capacity", "health", "phone")


class People(Importer):
    """Residents are entered or brought up to date; an empty cell leaves what is known."""

    kind = "people"
    title = gettext_lazy("People and households")
    permission = Permission.PERSON_EDIT
    columns = (
        Column("household", "户编号", ("户号",), rule=at_most(30)),
        Column("head", "户主姓名", ("户主",), required=False, rule=name_rule),
        Column("address", "家庭住址", ("住址", "村", "村(社区)", "行政村"), rule=at_most(120)),
        Column(
            "category", "户类型", ("人员类别", "监测对象类别"), required=False, rule=at_most(30)
        ),
        Column("name", "姓名", rule=name_rule),
        Column("sex", "性别", kind="choice", choices=SEXES, required=False),
        Column("id_number", "证件号码", ("身份证号", "身份证号码"), kind="id", rule=id_rule),
        Column("relation", "与户主关系", required=False, rule=at_most(20)),
        Column(
            "capacity", "劳动技能", ("劳动能力",), kind="choice", choices=CAPACITIES, required=False
        ),
        Column("health", "健康状况", required=False, rule=at_most(20)),
        Column("phone", "联系电话", ("手机号", "电话"), required=False, rule=at_most(20)),
    )

    def check(self, rows):
        self.places = Addresses(self.reach, {row["address"] for row in rows})
        self.known = by_id_number({row["id_number"] for row in rows})
        homes = {row["household"] for row in rows}
        self.homes = Household.objects.in_bulk(homes, field_name="number")
        self.counts = [
            (_("New people"), len({row["id_number"] for row in rows} - set(self.known))),
            (_("People known"), len(self.known)),
            (_("New households"), len(homes - set(self.homes))),
        ]
        again = _("The same person stands in row %(row)s. Keep one of the rows.")
        faults = self.repeats(rows, "id_number", lambda row: row["id_number"], again)
        return faults + [fault for row in rows for fault in self._faults(row)]

    def _faults(self, row):
        try:
            assert self.places[row["address"]]
        except ValueError as error:
            yield self.fault(row, "address", error)
        person, home = self.known.get(row["id_number"]), self.homes.get(row["household"])
        if home and not self.reaches(home.area_id):
            sentence = _("This household is registered outside your areas. Check its number.")
            yield self.fault(row, "household", sentence)
        if person and not self.reaches(person.area_id):
            sentence = _(
                "This person is registered outside your areas. Ask the county to move them."
            )
            yield self.fault(row, "id_number", sentence)
        elif person and person.name != row["name"]:
            sentence = _("The ID number is registered for %(name)s. Compare it with the card.")
            yield self.fault(row, "name", sentence % {"name": person.name})
        if row["sex"] and row["sex"] != sex(row["id_number"]):
            self.warn(row, "sex", _("The ID number says otherwise; it is believed."))

    def commit(self, rows, *, file):
        """One household and one person a row; what is known keeps its area."""
        homes = enter_households({row["household"]: self._home(row) for row in rows})
        people = [self._person(row, homes[row["household"]]) for row in rows]
        Person.objects.bulk_create([person for person in people if not person.pk])
        Person.objects.bulk_update(self.known.values(), ["household", *DETAILS])

    def _home(self, row):
        return Household(
            area=self.places[row["address"]],
            number=row["household"],
            head_name=row["head"],
            address=row["address"],
        )

    def _person(self, row, home):
        details = {name: row[name] for name in DETAILS if row[name]} | {"household": home}
        person = self.known.get(row["id_number"])
        if person is None:
            area = self.places[row["address"]]
            return resident(row["id_number"], name=row["name"], area=area, **details)
        for field, value in details.items():
            setattr(person, field, value)
        return person
