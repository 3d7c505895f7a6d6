"""Cases as inspectors open them, walked to a state by the people whose turn it is."""

from inspections import case_flows
from inspections.models import Case
from project.kernel.months import today
from project.kernel.steps import do
from tests import given, given_doubts, given_recoveries

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
