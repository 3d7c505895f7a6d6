"""The site's roster (F-25): people whom the register knows, listed on a project, all or none."""

from collections import defaultdict

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contract
from posts.imports.common import fund_fault, funds_by_name
from project.kernel.guards import Refused
from project.kernel.models import Event
from project.kernel.roles import Permission
from project.kernel.secrets import digest
from project.kernel.tables import Column
from project.kernel.texts import without_spaces
from registry.intake import Importer, at_most
from registry.models import BankAccount
from registry.places import Villages
from registry.residents import by_id_number, id_rule, name_rule
from workrelief.models import Member, Project, Team
from workrelief.models.money import LabourClass
from workrelief.roster import LISTING, against_listing

Category = Member.Category
CATEGORIES = {
    **dict.fromkeys(("脱贫", "脱贫户", "脱贫人口"), Category.LIFTED),
    **dict.fromkeys(("监测", "监测户", "监测对象", "防止返贫监测对象"), Category.MONITORED),
    **dict.fromkeys(("易地搬迁", "易地扶贫搬迁", "搬迁群众"), Category.RELOCATED),
    **dict.fromkeys(("低收入", "低收入农户", "其他低收入"), Category.LOW_INCOME),
    **dict.fromkeys(("返乡农民工", "返乡"), Category.RETURNED),
    **dict.fromkeys(("失业", "外贸企业失业"), Category.TRADE_JOBLESS),
    **dict.fromkeys(("退役军人",), Category.VETERAN),
    **dict.fromkeys(("高校毕业生", "毕业生"), Category.GRADUATE),
    **dict.fromkeys(("受灾", "受灾群众"), Category.DISASTER),
    **dict.fromkeys(("城镇低收入",), Category.URBAN_LOW),
    **dict.fromkeys(("其他", "一般农户", "其他当地群众"), Category.OTHER),
}
BASES = {
    **dict.fromkeys(("按日", "按天", "日", "天"), Contract.PayBasis.DAY),
    **dict.fromkeys(("按小时", "按工时", "小时"), Contract.PayBasis.HOUR),
    **dict.fromkeys(("按件", "按量", "计件", "按工程量"), Contract.PayBasis.TASK),
}
CLASSES = {
    **dict.fromkeys(("当地群众", "群众务工", "普通务工"), LabourClass.MASS),
    **dict.fromkeys(("机械", "机械租赁"), LabourClass.MACHINE),
    "材料": LabourClass.MATERIAL,
    **dict.fromkeys(("管理", "管理人员", "班组长"), LabourClass.MANAGEMENT),
    **dict.fromkeys(("专业队伍", "专业施工队伍", "技术工人"), LabourClass.CREW),
}


def _account_rule(number):
    if not 8 <= len(number) <= 30:
        raise ValueError(_("An account has 8 to 30 digits. Compare it with the card."))
    return number


class Members(Importer):
    """A roster goes in as it would person by person, with the same refusals.

    People and their accounts are entered by the township, never by whoever lists them for wages.
    """

    kind = "relief-roster"
    title = gettext_lazy("Roster of a work-for-relief project")
    permission = Permission.RELIEF_ROSTER
    columns = (
        Column("project", "项目编号", ("编号", "项目代码")),
        Column("name", "姓名", rule=name_rule),
        Column("id_number", "身份证号", ("身份证号码", "证件号码"), kind="id", rule=id_rule),
        Column("village", "村", ("村(社区)", "行政村", "所在村", "住址", "村代码")),
        Column("category", "人员类别", ("人员类型", "类别"), kind="choice", choices=CATEGORIES),
        Column("trade", "工种", ("岗位", "务工岗位"), rule=at_most(30)),
        Column("section", "工段", ("施工部位",), required=False, rule=at_most(40)),
        Column("team", "班组", required=False, rule=at_most(40)),
        Column(
            "labour_class",
            "用工性质",
            ("人员性质",),
            required=False,
            kind="choice",
            choices=CLASSES,
        ),
        Column("pay_basis", "计酬方式", required=False, kind="choice", choices=BASES),
        Column("rate", "单价", ("单价(元)", "劳务单价", "日工资"), kind="amount"),
        Column("fund", "资金来源", required=False),
        Column("fund_year", "资金年度", required=False, kind="integer"),
        Column("issued_on", "下达日期", ("资金下达日期",), required=False, kind="date"),
        Column("starts_on", "进场日期", ("进场", "进场时间"), kind="date"),
        Column("ends_on", "离场日期", ("离场", "离场时间", "计划离场"), kind="date"),
        Column(
            "account",
            "社保卡账号",
            ("社保卡银行账号", "银行账号", "银行卡号", "一卡通账号"),
            required=False,
            kind="account",
            rule=_account_rule,
        ),
    )

    def check(self, rows):
        self._learn(rows)
        self.members, faults = {}, []
        for row in rows:
            wrong = list(self._faults(row))
            if not wrong:
                self.members[row.number] = self._member(row)
            faults += wrong
        self.listed = self._listed_already()
        for row in rows:
            if member := self.members.get(row.number):
                faults += [self.fault(row, "name", said) for said in self._against(member)]
        self.counts = [(_("People listed"), len(rows)), (_("Projects"), len(self.projects))]
        return faults + self._twice(rows)

    def _learn(self, rows):
        """Everything the rows speak of, in a number of questions that does not grow with them."""
        numbers = {row["project"] for row in rows}
        found = Project.objects.filter(number__in=numbers).select_related("area")
        found = found.prefetch_related("fund_lines__fund")
        self.projects = {p.number: p for p in found if self.reaches(p.area_id)}
        teams = Team.objects.filter(project__in=self.projects.values())
        self.teams = {(team.project_id, team.name): team for team in teams}
        self.foremen = set(teams.values_list("project", "foreman"))
        self.people = by_id_number({row["id_number"] for row in rows})
        self.villages = Villages(self.reach, {row["village"] for row in rows})
        self.funds = funds_by_name()
        accounts = BankAccount.objects.filter(person__in=self.people.values(), current=True)
        self.accounts = dict(accounts.values_list("person", "number_digest"))

    def _faults(self, row):
        project, person = self.projects.get(row["project"]), self.people.get(row["id_number"])
        if project is None:
            sentence = _("There is no project with this number in your areas. Check it.")
            yield self.fault(row, "project", sentence)
        else:
            yield from self._line_faults(row, project)
            if row["team"] and (project.pk, row["team"]) not in self.teams:
                sentence = _("There is no team “%(name)s”. Set it up with its foreman first.")
                yield self.fault(row, "team", sentence % {"name": row["team"]})
        if person is None:
            sentence = _("The register does not know this person. Have the township enter them.")
            yield self.fault(row, "id_number", sentence)
        elif person.name != row["name"]:
            sentence = _("The register knows this ID number by another name. Compare the card.")
            yield self.fault(row, "name", sentence)
        else:
            yield from self._account_faults(row, person)
        try:
            self.villages[row["village"]]
        except ValueError as error:
            yield self.fault(row, "village", error)

    def _account_faults(self, row, person):
        """Wages go to the account on record; the roster shows that it is the same."""
        known = self.accounts.get(person.pk)
        if known is None:
            self.warn(
                row,
                "account",
                _("No own account is on record. The township enters it before the first day."),
            )
        elif row["account"] and digest(row["account"]) != known:
            sentence = _(
                "Another account is on record for this person. Compare the card, and have the"
                " township enter the right one."
            )
            yield self.fault(row, "account", sentence)

    def _line_faults(self, row, project):
        if row["fund"] and (unknown := fund_fault(self, row, self.funds)):
            yield from unknown
            return
        lines = self._lines(row, project)
        if not lines:
            sentence = _("The project has no such fund line. Correct fund, year or day.")
            yield self.fault(row, "fund", sentence)
        elif len(lines) > 1:
            sentence = _(
                "The project has several fund lines. Name the fund, its year and its day of issue."
            )
            yield self.fault(row, "fund", sentence)

    def _lines(self, row, project):
        """The fund lines the row may mean."""
        fund = self.funds.get(without_spaces(row["fund"]))
        return [
            line
            for line in project.fund_lines.all()
            if (fund is None or line.fund_id == fund.pk)
            and row["fund_year"] in (None, line.year)
            and row["issued_on"] in (None, line.issued_on)
        ]

    def _member(self, row):
        project = self.projects[row["project"]]
        (line,) = self._lines(row, project)
        return Member(
            project=project,
            person=self.people[row["id_number"]],
            area=self.villages[row["village"]],
            fund_line=line,
            team=self.teams.get((project.pk, row["team"])),
            labour_class=row["labour_class"] or LabourClass.MASS,
            pay_basis=row["pay_basis"] or Contract.PayBasis.DAY,
            listed_by=self.by,
            **{name: row[name] for name in ("category", "trade", "section", "rate")},
            **{name: row[name] for name in ("starts_on", "ends_on")},
        )

    def _listed_already(self):
        """{person: rosters they stand on} for everybody in the file, asked once."""
        people = [member.person_id for member in self.members.values()]
        rosters = defaultdict(list)
        found = Member.objects.filter(person__in=people, struck_off_on=None)
        for other in found.select_related("project"):
            rosters[other.person_id].append(other)
        return rosters

    def _against(self, member):
        """The sentences of the roster itself, from what was asked once for all rows."""
        return against_listing(
            member,
            leading=(member.project_id, member.person_id) in self.foremen,
            others=[o for o in self.listed[member.person_id] if _overlap(o, member)],
        )

    def _twice(self, rows):
        """A person stands in the file once a day, over all its projects."""
        earlier, faults = defaultdict(list), []
        for row in rows:
            for other in earlier[row["id_number"]]:
                if row["starts_on"] <= other["ends_on"] and other["starts_on"] <= row["ends_on"]:
                    sentence = _("Row %(row)s lists the same person on some of these days.")
                    sentence %= {"row": other.number}
                    faults.append(self.fault(row, "id_number", sentence))
            earlier[row["id_number"]].append(row)
        return faults

    def commit(self, rows, *, file):
        """The projects are held while their people are written; one that moved on is refused."""
        held = Project.objects.select_for_update().filter(
            pk__in=[p.pk for p in self.projects.values()]
        )
        if moved := [project.name for project in held if project.state not in LISTING]:
            raise Refused(
                _("“%(project)s” takes no more people. Import the file again without it.")
                % {"project": moved[0]}
            )
        made = Member.objects.bulk_create(self.members[row.number] for row in rows)
        kind = ContentType.objects.get_for_model(Member)
        Event.objects.bulk_create(
            Event(
                record_type=kind,
                record_id=member.pk,
                verb="enlist",
                by=file.imported_by,
                note=f"{member.project} · {file.name}"[:500],
            )
            for member in made
        )


def _overlap(one, other):
    return one.starts_on <= other.ends_on and other.starts_on <= one.ends_on
