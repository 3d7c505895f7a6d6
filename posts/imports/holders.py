"""A township's ledger of people on posts: how a township starts to use this system."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts import services as contracts
from contracts.models import Contract, Cover, InsurancePolicy
from posts.imports.accounts import Accounts
from posts.imports.common import county_faults, enter_units, fund_fault, funds_by_name
from posts.imports.rooms import enter_posts
from posts.imports.terms import Terms, repeated
from posts.models import Hire
from project.kernel.roles import Permission
from project.kernel.tables import Column
from project.kernel.texts import without_spaces
from registry.idnumber import sex
from registry.imports.people import SEXES
from registry.intake import Importer, at_most, log_all
from registry.models import Household, Person
from registry.places import Villages
from registry.residents import by_id_number, enter_households, id_rule, name_rule, resident

LEDGER = "在岗人员台账"


def _account_rule(number):
    if not 8 <= len(number) <= 30:
        raise ValueError(_("An account has 8 to 30 digits. Compare it with the card."))
    return number


class Holders(Importer):
    """The ledger goes into posts, hires, contracts in force, accounts and insurance, or nowhere."""

    kind = "holders"
    title = gettext_lazy("Ledger of people on posts")
    permission = Permission.HOLDER_IMPORT
    columns = (
        Column(
            "village", "村(社区)", ("村", "行政村", "所在村", "村名", "村代码"), rule=at_most(60)
        ),
        Column("name", "姓名", rule=name_rule),
        Column("sex", "性别", kind="choice", choices=SEXES, required=False),
        Column("id_number", "身份证号码", ("身份证号", "证件号码"), kind="id", rule=id_rule),
        Column("household", "户编号", ("户号",), required=False, rule=at_most(30)),
        Column("category", "人员类别", ("户类型", "人员类型"), required=False, rule=at_most(30)),
        Column("title", "岗位名称", ("岗位", "名称"), rule=at_most(60)),
        Column("post_type", "岗位类别", ("类别", "岗位类型"), required=False, rule=at_most(30)),
        Column("department", "主管部门", ("部门",), rule=at_most(80)),
        Column("starts_on", "协议起", ("合同起", "起", "上岗日期", "协议开始日期"), kind="date"),
        Column("ends_on", "协议止", ("合同止", "止", "协议结束日期"), kind="date"),
        Column("signed_on", "签订日期", ("签订时间",), kind="date", required=False),
        Column("standard", "补贴标准", ("补贴标准(元/月)", "标准", "岗位补贴标准"), kind="amount"),
        Column("fund", "资金来源"),
        Column("policy", "保险单号", ("保单号", "意外险保单号"), required=False, rule=at_most(40)),
        Column(
            "account",
            "社保卡银行账号",
            ("银行账号", "银行卡号", "一卡通账号"),
            kind="account",
            required=False,
            rule=_account_rule,
        ),
        Column("bank", "开户行", ("开户银行",), required=False, rule=at_most(60)),
    )

    def check(self, rows):
        self.people = by_id_number({row["id_number"] for row in rows})
        self.places = Villages(self.reach, {row["village"] for row in rows})
        self.villages, faults = {}, []
        for row in rows:
            try:
                self.villages[row.number] = self.places[row["village"]]
            except ValueError as error:
                faults.append(self.fault(row, "village", error))
        known = self.people.values()
        self.terms = Terms(self, {area.pk for area in self.villages.values()}, known, rows)
        self.accounts = Accounts(self, known, rows)
        self.funds = funds_by_name()
        numbers = {row["household"] for row in rows} - {""}
        self.homes = Household.objects.in_bulk(numbers, field_name="number")
        self._count(rows)
        faults += [fault for row in rows for fault in self._faults(row)]
        placed = [(row, self.villages[row.number]) for row in rows if row.number in self.villages]
        return [
            *faults,
            *county_faults(self, placed),
            *repeated(self, rows),
            *self.accounts.repeats(rows),
        ]

    def _count(self, rows):
        people = {row["id_number"] for row in rows}
        self.counts += [
            (_("Contracts put in force"), len(rows)),
            (_("People known"), len(self.people)),
            (_("New people"), len(people - set(self.people))),
        ]

    def _faults(self, row):
        person, village = self.people.get(row["id_number"]), self.villages.get(row.number)
        yield from self._person_faults(row, person)
        yield from self.terms.faults(row, village, person)
        yield from self.accounts.faults(row, person)
        yield from fund_fault(self, row, self.funds)
        home = self.homes.get(row["household"])
        if home and not self.reaches(home.area_id):
            sentence = _("This household is registered outside your areas. Check its number.")
            yield self.fault(row, "household", sentence)
        if village:
            self.terms.warn(row, village)
        if row["sex"] and row["sex"] != sex(row["id_number"]):
            self.warn(row, "sex", _("The ID number says otherwise; it is believed."))

    def _person_faults(self, row, person):
        if person and not self.reaches(person.area_id):
            sentence = _(
                "This person is registered outside your areas. Ask the county to move them."
            )
            yield self.fault(row, "id_number", sentence)
        elif person and person.name != row["name"]:
            sentence = _("The ID number is registered for %(name)s. Compare it with the card.")
            yield self.fault(row, "name", sentence % {"name": person.name})

    def commit(self, rows, *, file):
        """Whatever the ledger leans on is entered first: homes, people, units, posts, accounts."""
        by = file.imported_by
        people = self._enter_people(rows)
        self.accounts.enter(rows, people, by=by)
        units = enter_units({(self._county(row), row["department"]) for row in rows})
        drafts = [self._contract(row, people, units) for row in rows]
        posts = enter_posts(drafts, by=by, note=file.name)
        made = contracts.take_over_all(drafts, by=by, note=file.name)
        hires = Hire.objects.bulk_create(
            Hire(
                state=Hire.State.PLACED,
                area_id=contract.area_id,
                post=post,
                person_id=contract.person_id,
                contract=contract,
                applied_on=contract.starts_on,
                source=LEDGER,
            )
            for contract, post in zip(made, posts, strict=True)
        )
        log_all(hires, "take_over", by=by, note=file.name)
        contracts.enrol_all(self._covers(rows, made), by=by)

    def _county(self, row):
        return self.villages[row.number].county_code

    def _enter_people(self, rows):
        """The people of the ledger; those who are missing are made from what their rows say."""
        missing = {row["id_number"]: row for row in rows if row["id_number"] not in self.people}
        homes = enter_households(
            {
                row["household"]: Household(area=self.villages[row.number], number=row["household"])
                for row in missing.values()
                if row["household"]
            }
        )
        fresh = [
            resident(
                number,
                name=row["name"],
                area=self.villages[row.number],
                household=homes.get(row["household"]),
                category=row["category"],
            )
            for number, row in missing.items()
        ]
        made = Person.objects.bulk_create(fresh)
        return self.people | dict(zip(missing, made, strict=True))

    def _contract(self, row, people, units):
        return Contract(
            state=Contract.State.IN_FORCE,
            area=self.villages[row.number],
            person=people[row["id_number"]],
            title=row["title"],
            post_type=row["post_type"] or row["title"][:30],
            department=units[self._county(row), row["department"]],
            fund=self.funds[without_spaces(row["fund"])],
            standard=row["standard"],
            starts_on=row["starts_on"],
            ends_on=row["ends_on"],
            signed_on=row["signed_on"] or row["starts_on"],
        )

    def _covers(self, rows, made):
        """Each insured row's cover for its contract; a policy lasts as long as all it covers."""
        insured = [(r, c) for r, c in zip(rows, made, strict=True) if r["policy"]]
        policies = {}
        for row, contract in insured:
            policy = policies.setdefault(
                row["policy"],
                InsurancePolicy(
                    state=InsurancePolicy.State.IN_FORCE,
                    area_id=contract.area_id,
                    number=row["policy"],
                    starts_on=contract.starts_on,
                    ends_on=contract.ends_on,
                ),
            )
            policy.starts_on = min(policy.starts_on, contract.starts_on)
            policy.ends_on = max(policy.ends_on, contract.ends_on)
        return [
            (
                policies[row["policy"]],
                Cover(
                    person_id=contract.person_id,
                    starts_on=contract.starts_on,
                    ends_on=contract.ends_on,
                ),
            )
            for row, contract in insured
        ]
