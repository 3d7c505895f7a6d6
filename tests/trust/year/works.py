"""A work-for-relief project in the second township: on site from September to December."""

import itertools
from datetime import date
from decimal import Decimal
from io import BytesIO

from contracts.models import Cover, InsurancePolicy
from policy.models import Allocation, Fund
from project.kernel.models import User
from project.kernel.steps import do
from registry.models import Area, Unit
from tests.given_relief import PNG
from workrelief import flows, records, roster, services
from workrelief.models import Member, Project

FUND, RATE, PEOPLE = "central_investment", Decimal("120.00"), 8
FIRST, LAST = date(2025, 9, 1), date(2025, 12, 20)
AUGUST = {"received": date(2025, 8, 3), "issued": date(2025, 8, 10), "begun": date(2025, 8, 25)}
DESCRIBED = {
    "number": "YGDZ-2025-001",
    "name": "青石村通组道路硬化以工代赈项目",
    "field": Project.Field.TRANSPORT,
    "mode": Project.Mode.VILLAGERS,
    "year": 2025,
    "content": "硬化通组道路 3.2 公里",
    "scale": "3.2 公里",
    "investment": Decimal(1200000),
    "beneficiaries": 860,
    "contractor": "青石村项目理事会",
    "engineer": "示例县恒正监理有限公司",
    "designer": "示例县交通设计院",
    "legal_person": "王建国",
    "responsible": "李志明",
    "hotline": "0990-12345",
    "planned_start": AUGUST["begun"],
    "planned_end": LAST,
    "budget_lists_labour": True,
    "contract_has_clauses": True,
}
PICTURES = itertools.count(1)


class Site:
    """The project and the people of its offices, brought to its first day of work."""

    def __init__(self, world, town, village, person):
        self.town, self.village, self.person = Area.objects.get(pk=town), village, person
        self.staff = {
            role: User.objects.get(pk=world.of(role, town=where)[0].pk)
            for role, where in [
                *((f"relief_{side}", town) for side in ("owner", "contractor", "engineer")),
                *((f"township_{who}", town) for who in ("officer", "leader")),
                ("village_clerk", village.pk),
                ("ndrc_officer", f"{town[:6]}000000"),
            ]
        }
        self.project = self._planned()
        self.members = [self._listed() for _one in range(PEOPLE)]
        self._begun()
        for member in self.members:
            self._placed(member)

    def _planned(self):
        staff = self.staff
        insurance = InsurancePolicy.objects.create(
            state=InsurancePolicy.State.IN_FORCE,
            kind=InsurancePolicy.Kind.WORK_INJURY,
            area=self.town,
            number="GS-2025-1",
            starts_on=date(2025, 8, 1),
            ends_on=date(2026, 12, 31),
        )
        unit = Unit.objects.create(area_id=self.town.county_code, name="云岭镇人民政府")
        said = DESCRIBED | {"owner": unit, "insurance": insurance}
        project = flows.draft(by=staff["relief_owner"], area=self.town, **said)
        for part in ("owner", "contractor", "engineer"):
            user = staff[f"relief_{part}"]
            records.name_party(project, by=staff["ndrc_officer"], user=user, part=part)
        self._money(project)
        for step, who, details in [
            ("apply", "relief_owner", {}),
            (
                "issue_plan",
                "ndrc_officer",
                {
                    "document": "示例县发改〔2025〕12号",
                    "received_on": AUGUST["received"],
                    "on": AUGUST["issued"],
                },
            ),
            ("prepare", "relief_owner", {}),
        ]:
            project = do(project, step, by=staff[who], **details)
        return project

    def _money(self, project):
        staff, amount = self.staff, Decimal(1000000)
        self.line = services.add_fund_line(
            project,
            by=staff["ndrc_officer"],
            fund=Fund.objects.get(pk=FUND),
            year=2025,
            amount=amount,
            issued_on=AUGUST["issued"],
        )
        rows = [(self.line.pk, "普工", 40, "day", Decimal(100), Decimal(100))]
        services.plan_labour(project, by=staff["relief_owner"], rows=rows)
        records.plan_training(
            project,
            by=staff["relief_owner"],
            on=date(2025, 9, 2),
            topic="混凝土施工与安全",
            hours=Decimal(8),
            teacher="陈老师",
            planned_people=PEOPLE,
        )
        Allocation.objects.create(
            fund_id=FUND,
            area_id=self.town.county_code,
            year=2025,
            amount=amount,
            document="示例县发改〔2025〕12号",
            added_by=staff["ndrc_officer"],
        )

    def _listed(self):
        return roster.enlist(
            self.project,
            by=self.staff["relief_contractor"],
            person=self.person(self.village),
            area=self.village,
            fund_line=self.line,
            trade="普工",
            category="lifted",
            pay_basis="day",
            rate=RATE,
            starts_on=FIRST,
            ends_on=LAST,
        )

    def _begun(self):
        picture = BytesIO(PNG + f"{next(PICTURES)}".encode())
        picture.name = "公示牌.png"
        owner = self.staff["relief_owner"]
        records.keep_paper(self.project, by=owner, kind="signboard", upload=picture)
        note = "本村无易地搬迁群众"
        self.project = do(self.project, "start", by=owner, on=AUGUST["begun"], note=note)

    def _placed(self, member):
        staff = self.staff
        flows.place(member, by=staff["township_officer"])
        contract = Member.objects.get(pk=member.pk).contract
        Cover.objects.create(
            policy=self.project.insurance, person=member.person, starts_on=FIRST, ends_on=LAST
        )
        contract = do(contract, "offer", by=staff["township_officer"])
        contract = do(contract, "sign", by=staff["village_clerk"], on=date(2025, 8, 31))
        do(contract, "start", by=staff["township_leader"], note="补录")


def scan():
    """A signed list as it was scanned; each one is another file."""
    return PNG + f"F-27 {next(PICTURES)}".encode()


def build(world, town, person):
    village = Area.objects.filter(parent_id=town).order_by("code").first()
    return Site(world, town, village, person).project.pk
