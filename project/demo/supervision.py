"""Inspections in the demo county: doubts of October, a round drawn and walked, a case decided."""

from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from inspections import case_flows, flows, papers, plan_flows, visit_flows
from inspections.models import Case, Detection, Doubt, Plan, Visit
from payroll.models import PayLine
from project.demo.people import COUNTY, TOWNSHIP, named
from project.kernel.months import SHANGHAI, Month, today
from project.kernel.steps import do
from registry.models import Area

MONTH = Month(2026, 10)
FIRST, OTHER = "jiancha", "fucha"
VISITED_AT = datetime(2026, 11, 10, 9, 30, tzinfo=SHANGHAI)
STROKES = "M40 180L130 40L190 20L230 160L380 270L500 90"
FINDING = "检查当日及十月由其子代岗，村考勤员证实；本人在县城务工。"
HEARD = "承认十月由儿子代岗，愿意退回补贴。"
DECISION = "认定顶岗替岗，追回十月补贴并予以提醒约谈。"
BASIS = "示例县乡村公益性岗位管理办法关于顶岗替岗的规定"


def look():
    """Look for every pattern in October, once."""
    area = Area.objects.get(pk=COUNTY)
    if not Detection.objects.filter(month=MONTH, area=area).exists():
        flows.detect(MONTH, area, by=named(FIRST))


def visit():
    """A round of the township on site: drawn, walked in part; one holder is not at work."""
    plan = Plan.objects.filter(area=COUNTY, way=Plan.Way.SITE).first()
    if plan is None:
        by, area = named(FIRST), Area.objects.get(pk=COUNTY)
        last = today() + timedelta(days=30)
        plan = plan_flows.make(by=by, area=area, way=Plan.Way.SITE, first=today(), last=last)
        for step in ("draw", "dispatch"):
            plan = do(plan, step, by=by)
    substitute = _substitute()
    for drawn in plan.drawn.select_related("contract__area")[:3]:
        if drawn.contract_id != substitute.pk:
            _record(drawn.contract, plan, Visit.Seen.WORKING)
    _record(substitute, None, Visit.Seen.OTHER, other="其子，约三十岁")


def _substitute():
    """The first holder whose October was paid to the last yuan; a case needs something to ask."""
    paid = PayLine.objects.with_state().filter(month=MONTH, state="paid", area__gte=TOWNSHIP)
    line = paid.filter(contract__attested=False, contract__state="in_force").order_by("pk")
    return line.select_related("contract__area", "contract__person").first().contract


def _record(contract, plan, seen, **more):
    number = uuid5(NAMESPACE_URL, f"demo-visit-{contract.pk}")
    if not Visit.objects.filter(client_id=number).exists():
        visit_flows.record(
            by=named(FIRST),
            second=named(OTHER),
            client_id=number,
            contract=contract,
            plan=plan,
            way=Plan.Way.SITE,
            at=VISITED_AT,
            seen=seen,
            place=f"{contract.area.name}河道",
            work="清理河道漂浮物" if seen == Visit.Seen.WORKING else "",
            signatures={"first": STROKES, "second": STROKES},
            problem="他人顶替作业" if seen == Visit.Seen.OTHER else "",
            refused=True,
            **more,
        )


def pursue():
    """A case from the visit: investigated, heard, decided; the money is asked back."""
    doubt = Doubt.objects.filter(pattern="V-01.visit").order_by("pk").first()
    if Case.objects.filter(doubt=doubt).exists():
        return
    one, other, officer = named(FIRST), named(OTHER), named("jingban")
    doubt = do(doubt, "verify", by=one, statement=HEARD, finding=FINDING)
    doubt = do(doubt, "confirm", by=other)
    case = case_flows.open_from_doubt(doubt, by=one)
    case = do(case, "investigate", by=one, finding=FINDING, first=MONTH, last=MONTH)
    for kind in ("recover", "warn"):
        case_flows.plan(case, kind=kind, by=one)
    case = do(case, "hear", by=officer, statement=HEARD, on=date(2026, 11, 16))
    case = do(case, "decide", by=other, decision=DECISION, basis=BASIS)
    do(case.measures.select_related("area", "case").get(kind="recover"), "recover", by=officer)


def print_papers(out, keep):
    """The record of the visit, the check of the doubt and the decision of the case."""
    case = Case.objects.exclude(doubt=None).order_by("pk").first()
    seen = Visit.objects.get(contract=case.contract, seen=Visit.Seen.OTHER)
    by = named(FIRST)
    for code, title, record in [
        ("F-19", "现场检查记录", seen),
        ("F-20", "疑点核查表", case.doubt),
        ("F-21", "处置决定", case),
    ]:
        keep(out / f"{code}-{title}.pdf", lambda c=code, r=record: papers.pdf_of(c, r, by))
