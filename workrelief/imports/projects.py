"""The county's ledger of projects: one row for each fund line, a project in as many as it has."""

from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from posts.imports.common import enter_units, fund_fault, funds_by_name
from project.kernel.months import today
from project.kernel.roles import Permission
from project.kernel.steps import rejoin
from project.kernel.tables import Column
from project.kernel.texts import without_spaces
from registry.access import in_areas
from registry.intake import Importer, at_most, log_all
from registry.models import Area
from workrelief.flows import ProjectFlow
from workrelief.models import FundLine, Project

WAN = Decimal(10_000)
FIELDS = {
    **dict.fromkeys(("交通", "交通运输"), Project.Field.TRANSPORT),
    **dict.fromkeys(("水利", "农田水利"), Project.Field.WATER),
    "能源": Project.Field.ENERGY,
    **dict.fromkeys(("农业农村", "农业"), Project.Field.FARMING),
    "城镇建设": Project.Field.TOWN,
    **dict.fromkeys(("生态环境", "生态"), Project.Field.ECOLOGY),
    **dict.fromkeys(("灾后恢复重建", "灾后重建"), Project.Field.DISASTER),
}
MODES = {
    **dict.fromkeys(("施工单位", "招标", "招标选择施工单位"), Project.Mode.TENDER),
    **dict.fromkeys(("村民自建", "项目理事会", "村民理事会"), Project.Mode.VILLAGERS),
    **dict.fromkeys(("村集体经济组织", "村集体"), Project.Mode.COLLECTIVE),
    **dict.fromkeys(("合作社", "劳务合作社", "农民专业合作社"), Project.Mode.COOPERATIVE),
}
FORMS = {
    **dict.fromkeys(("专项投资项目", "专项资金项目", "专项"), Project.Form.SPECIAL),
    **dict.fromkeys(("农业农村基础设施", "推广以工代赈方式"), Project.Form.FARMING),
    **dict.fromkeys(("政府投资重点工程", "重点工程"), Project.Form.KEY),
}
TEXTS = (
    *("contractor", "engineer", "designer", "legal_person", "responsible", "supervision"),
    *("hotline", "scale"),
)


def in_yuan(wan):
    """A rule of a column in units of ten thousand yuan: the yuan, to the cent."""
    yuan = wan * WAN
    if yuan != round(yuan, 2):
        raise ValueError(_("The amount has parts of a cent. Round it."))
    if yuan >= 10**12:
        raise ValueError(_("The amount is too large."))
    return round(yuan, 2)


def _year(year):
    if not 2000 <= year <= 2100:
        raise ValueError(_("Write the year with four digits, such as 2026."))
    return year


def _number(count):
    if count > 30_000:
        raise ValueError(_("The number is too large. Correct it."))
    return count


class Projects(Importer):
    """Projects go on the reserve list with their money, each waiting for its owner, or none."""

    kind = "relief-projects"
    title = gettext_lazy("Ledger of work-for-relief projects")
    permission = Permission.RELIEF_PLAN
    columns = (
        Column("number", "项目编号", ("编号", "项目代码"), rule=at_most(40)),
        Column("name", "项目名称", ("名称",), rule=at_most(120)),
        Column("area", "所在地", ("乡镇", "所在乡镇", "项目所在乡镇", "区划代码", "市县")),
        Column("form", "项目类别", ("类别",), required=False, kind="choice", choices=FORMS),
        Column("field", "建设领域", ("领域",), kind="choice", choices=FIELDS),
        Column("mode", "组织方式", ("组织用工方式", "建设方式"), kind="choice", choices=MODES),
        Column("year", "年度", ("计划年度", "项目年度"), kind="integer", rule=_year),
        # A sum of money is never read without its unit: a wrong guess is ten thousand times off.
        Column(
            "investment_wan",
            "项目总投资(万元)",
            ("总投资(万元)", "计划总投资(万元)"),
            required=False,
            kind="number",
            rule=in_yuan,
        ),
        Column(
            "investment",
            "项目总投资(元)",
            ("总投资(元)", "计划总投资(元)"),
            required=False,
            kind="amount",
        ),
        Column("fund", "资金来源", ("资金类型",)),
        Column(
            "amount_wan",
            "下达资金额度(万元)",
            ("额度(万元)", "资金额度(万元)", "下达资金(万元)"),
            required=False,
            kind="number",
            rule=in_yuan,
        ),
        Column(
            "amount",
            "下达资金额度(元)",
            ("额度(元)", "资金额度(元)", "下达资金(元)"),
            required=False,
            kind="amount",
        ),
        Column("fund_year", "资金年度", required=False, kind="integer", rule=_year),
        Column("issued_on", "下达日期", ("资金下达日期", "下达时间"), kind="date"),
        Column("document", "下达文号", ("资金文号", "文号"), required=False, rule=at_most(120)),
        Column("owner", "项目业主", ("业主", "业主单位", "项目业主单位"), rule=at_most(80)),
        Column(
            "contractor",
            "施工单位",
            ("施工单位/项目理事会", "项目理事会"),
            required=False,
            rule=at_most(80),
        ),
        Column("engineer", "监理单位", ("监理",), required=False, rule=at_most(80)),
        Column("designer", "设计单位", required=False, rule=at_most(80)),
        Column("legal_person", "项目法人", required=False, rule=at_most(60)),
        Column("responsible", "责任人", ("项目责任人",), required=False, rule=at_most(60)),
        Column(
            "supervision", "日常监管直接责任单位", ("监管单位",), required=False, rule=at_most(80)
        ),
        Column("hotline", "监督电话", ("举报电话",), required=False, rule=at_most(40)),
        Column("content", "建设内容", ("主要建设内容", "主要建设内容及成果")),
        Column("scale", "建设规模", ("规模",), required=False, rule=at_most(200)),
        Column("beneficiaries", "受益人数", ("受益人口",), required=False, kind="integer"),
        Column(
            "promised_posts",
            "拟设公益性岗位(个)",
            ("拟设公益性岗位", "公益性岗位(个)"),
            required=False,
            kind="integer",
            rule=_number,
        ),
        Column("planned_start", "计划开工", ("计划开工日期",), required=False, kind="date"),
        Column(
            "planned_end",
            "计划完工",
            ("计划完工日期", "计划竣工"),
            required=False,
            kind="date",
        ),
    )
    # What a row says of its fund line; the rest is said of the project, alike in all its rows.
    OF_THE_LINE = {
        *("fund", "amount", "amount_wan", "fund_year", "issued_on", "document"),
    }

    def check(self, rows):
        self.funds = funds_by_name()
        self.places = _places(self.reach, {row["area"] for row in rows})
        taken = Project.objects.filter(number__in={row["number"] for row in rows})
        self.taken = set(taken.values_list("number", flat=True))
        faults = [fault for row in rows for fault in self._faults(row)]
        again = _("Row %(row)s names the same fund, year and day. Add the two up.")
        faults += self.repeats(rows, "fund", self._line_key, again)
        faults += self._unlike(rows)
        projects = {row["number"] for row in rows}
        self.counts = [(_("New projects"), len(projects)), (_("Fund lines"), len(rows))]
        return faults

    def _line_key(self, row):
        fund = self.funds.get(without_spaces(row["fund"]))
        return row["number"], fund, row["fund_year"] or row["year"], row["issued_on"]

    def _faults(self, row):
        yield from fund_fault(self, row, self.funds)
        yield from self._sums(row)
        found = self.places.get(without_spaces(row["area"]), ())
        if not found:
            sentence = _("There is no place “%(text)s” in your areas. Correct its name or code.")
            yield self.fault(row, "area", sentence % {"text": row["area"]})
        elif len(found) > 1:
            sentence = _("Several places are called “%(text)s”. Write the code of the one meant.")
            yield self.fault(row, "area", sentence % {"text": row["area"]})
        if row["number"] in self.taken:
            sentence = _(
                "The project number %(number)s is taken. Money of a project that is here already"
                " is entered on its page; delete the row."
            )
            yield self.fault(row, "number", sentence % {"number": row["number"]})
        start, end = row["planned_start"], row["planned_end"]
        if end and (start is None or end < start):
            yield self.fault(
                row, "planned_end", _("The planned end lies before the planned start.")
            )

    def _sums(self, row):
        """Each sum stands once, in yuan or in ten thousand yuan, and is more than nothing."""
        for name, missing in (
            ("investment", _("Enter the total investment, in yuan or in ten thousand yuan.")),
            ("amount", _("Enter the amount of the fund, in yuan or in ten thousand yuan.")),
        ):
            if row[name] and row[f"{name}_wan"] and row[name] != row[f"{name}_wan"]:
                sentence = _("The sum in yuan is not the one in ten thousand yuan. Correct one.")
                yield self.fault(row, name, sentence)
            elif not _sum(row, name):
                yield self.fault(row, f"{name}_wan", missing)

    def _unlike(self, rows):
        """All rows of a project say the same of it."""
        first = {}
        for row in rows:
            said = first.setdefault(row["number"], row)
            for column in self.columns:
                name = column.name
                if name not in self.OF_THE_LINE and row[name] != said[name]:
                    sentence = _("Row %(row)s says otherwise of the same project. Make them agree.")
                    yield self.fault(row, name, sentence % {"row": said.number})

    def commit(self, rows, *, file):
        by = file.imported_by
        first = {}
        for row in rows:
            first.setdefault(row["number"], row)
        units = enter_units({(self._area(r).county_code, r["owner"]) for r in first.values()})
        made = Project.objects.bulk_create(
            self._project(row, units[self._area(row).county_code, row["owner"]])
            for row in first.values()
        )
        projects = {project.number: project for project in made}
        FundLine.objects.bulk_create(
            FundLine(
                project=projects[row["number"]],
                fund=self.funds[without_spaces(row["fund"])],
                year=row["fund_year"] or row["year"],
                amount=_sum(row, "amount"),
                issued_on=row["issued_on"],
                document=row["document"],
                added_by=by,
            )
            for row in rows
        )
        log_all(made, "draft", by=by, note=file.name)
        for project in made:
            rejoin(ProjectFlow, project)

    def _area(self, row):
        (area,) = self.places[without_spaces(row["area"])]
        return area

    def _project(self, row, owner):
        return Project(
            area=self._area(row),
            owner=owner,
            form=row["form"] or Project.Form.SPECIAL,
            investment=_sum(row, "investment"),
            beneficiaries=row["beneficiaries"] or 0,
            promised_posts=row["promised_posts"] or 0,
            **{name: row[name] for name in ("number", "name", "field", "mode", "year", "content")},
            **{name: row[name] for name in ("planned_start", "planned_end", *TEXTS)},
        )


def _sum(row, name):
    return row[name] or row[f"{name}_wan"]


def _places(reach, texts):
    """{what the file writes: the areas it may mean}, by name or code, in one query."""
    wanted = {without_spaces(text) for text in texts}
    codes = {text.ljust(12, "0") for text in wanted if text.isascii() and text.isdigit()}
    found = Area.objects.on(today()).filter(
        in_areas(reach, "code"),
        Q(code__in=codes) | Q(name__in=wanted),
        level__gte=Area.Level.COUNTY,
    )
    places = {}
    for area in found.order_by("code"):
        for text in wanted & {area.name} | {t for t in wanted if t.ljust(12, "0") == area.code}:
            places.setdefault(text, []).append(area)
    return places
