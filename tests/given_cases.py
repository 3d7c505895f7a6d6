"""Cases as inspectors open them, walked to a state by the people whose turn it is."""

from inspections import case_flows, cases
from inspections.models import Case
from project.kernel.months import today
from project.kernel.steps import do
from tests import given, given_doubts, given_notices, given_recoveries

FINDING = "十月八日至二十二日由其子代岗，本人在外务工。"
SAID = "承认十月由儿子代岗，愿意退款。"
DECISION, BASIS = "认定顶岗替岗，追回十月补贴并清退。", "示例县乡岗办法第十二条"
STATES = ["opened", "investigating", "heard", "decided"]


def paid(holders=1):
    """A township whose October was credited, with inspectors who look at it."""
    scene = given_recoveries.paid(holders=holders)
    return with_inspectors(scene)


def with_inspectors(scene):
    """The same scene with two inspectors of the county."""
    county = scene.place.county
    scene.inspector = given.user("inspector", at=county, name="检查员甲")
    scene.other = given.user("inspector", at=county, name="检查员乙")
    scene.third = given.user("inspector", at=county, name="检查员丙")
    return scene


def unpaid(holders=1):
    """A township whose October is worked and not prepared yet."""
    return with_inspectors(given.scene(holders=holders))


def case(scene, state="opened", contract=None, measures=(), **facts):
    """A case about a substitute, from a confirmed doubt, with its measures planned."""
    contract = contract or scene.contracts[0]
    doubt = given_doubts.doubt(contract, scene.inspector, **facts)
    made = case_flows.open_from_doubt(doubt, by=scene.inspector)
    for measure in measures:
        case_flows.plan(made, by=scene.inspector, **measure)
    walk = [
        ("investigate", scene.inspector, {"finding": FINDING}),
        ("hear", scene.staff.township_officer, {"statement": SAID, "on": today()}),
        ("decide", scene.other, {"decision": DECISION, "basis": BASIS}),
    ]
    for step, who, said in walk[: STATES.index(state)]:
        made = do(made, step, by=who, **said)
    return made


def measure(made, kind):
    """The measure of a kind of a case, as it stands."""
    return made.measures.select_related("area", "case").get(kind=kind)


def fresh(made):
    """The case as the database has it."""
    return Case.objects.select_related("area").get(pk=made.pk)


def one_of_each(contract, by):
    """A case with a measure and a piece of evidence that came as a file."""
    made = case_flows.open_from_doubt(given_doubts.doubt(contract, by), by=by)
    planned = case_flows.plan(made, by=by, kind="withhold", at_once=True)
    file = given_notices.picture()
    said = {"kind": "photo", "title": "现场照片", "file": file}
    return made, planned, cases.add_exhibit(made, by=by, **said)


def addresses(made, planned, exhibit):
    """The pages of a case, of its measures and of its evidence."""
    of_case = {"pk": made.pk}
    entries = ("exhibit-add", "case-keep", "case-measure")
    return {
        "inspections:case": of_case,
        "inspections:case-step": of_case | {"step": "investigate"},
        "inspections:case-bulk": {"step": "investigate"},
        **{f"inspections:{name}": of_case for name in entries},
        "inspections:case-from-doubt": {"pk": made.doubt_id},
        "inspections:case-file": of_case,
        "inspections:doubt-file": {"pk": made.doubt_id, "person": made.person_id},
        "inspections:exhibit": {"pk": exhibit.pk},
        "inspections:exhibit-file": {"pk": exhibit.pk},
        "inspections:exhibit-picture": {"pk": exhibit.pk},
        "inspections:measure": {"pk": planned.pk},
        "inspections:measure-step": {"pk": planned.pk, "step": "withhold"},
        "inspections:measure-bulk": {"step": "withhold"},
        "inspections:measure-keep": {"pk": planned.pk},
    }
