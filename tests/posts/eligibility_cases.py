"""For every sentence of eligibility, an applicant whom it refuses."""

from datetime import date

from posts import eligibility
from posts.models import Hire, Post
from registry.models import Fact
from tests import given, given_hires

CASES = {}


def case(rule, sentence, code):
    """An applicant, spoilt so that one rule refuses with this very sentence."""

    def keep(spoil):
        CASES[spoil.__name__] = (spoil, rule, sentence, code)
        return spoil

    return keep


def applicant():
    """An application against which nothing speaks, and its village's second village."""
    scene = given_hires.scene(villages=2)
    scene.hire = given_hires.hire(scene)
    scene.person = scene.hire.person
    scene.neighbour = given.person(scene.village, name="王父", household=scene.person.household)
    return scene


def spoilt(*names):
    """The application with everything wrong that the cases name."""
    scene = applicant()
    for name in names:
        CASES[name][0](scene)
    return scene


def born(scene, day):
    scene.person.born_on = day
    scene.person.save()


def rule(scene, code, value):
    given.rule(scene.place.town, code, value, scene.place.document)


def listed(scene, who, kind, basis=""):
    """What another department's list says of somebody."""
    return Fact.objects.create(
        person=who,
        kind=kind,
        starts_on=date(2026, 5, 1),
        source="林草局",
        batch="第3批",
        basis=basis,
        received_by=scene.staff.township_officer,
    )


def held(scene, who, first, last, **fields):
    days = {"starts_on": first, "ends_on": last}
    return given.contract(scene.village, scene.staff.township_officer, person=who, **days, **fields)


@case(
    eligibility.has_an_id_number,
    "The ID number in the register is not valid (R-91); correct it first.",
    "R-91",
)
def a_number_whose_check_digit_is_wrong(scene):
    wrong = "0" if scene.person.id_number[-1] != "0" else "1"
    scene.person.id_number = scene.person.id_number[:17] + wrong
    scene.person.save()


@case(eligibility.old_enough, "Under 16 years on the first day (R-10).", "R-10")
def a_child(scene):
    born(scene, date(2010, 12, 2))


@case(eligibility.young_enough, "Over 65 years on the first day (R-11).", "R-11")
def past_every_limit(scene):
    born(scene, date(1960, 12, 1))


@case(
    eligibility.young_enough,
    "Over 60 years; up to 65 a proof of fitness is needed (R-11).",
    "R-11",
)
def past_the_limit_without_proof_of_fitness(scene):
    rule(scene, "age.max", 60)
    born(scene, date(1965, 12, 1))


@case(eligibility.of_the_funds_people, "The fund pays only for: 脱贫户、监测户 (R-25).", "R-25")
def not_of_the_funds_people(scene):
    rule(scene, "fund.categories", {"employment": ["脱贫户", "监测户"]})


@case(
    eligibility.on_one_post,
    "Already holds “保洁员” in 青石村0 until 2026-12-31 (V-05).",
    "V-05",
)
def on_a_post_already(scene):
    held(scene, scene.person, date(2026, 1, 1), date(2026, 12, 31))


@case(
    eligibility.on_one_post,
    "Stands on another list: 林草局，第3批，Holds another public post，护林员名册第17行，"
    "from 2026-05-01 until further notice (V-05).",
    "V-05",
)
def on_another_list(scene):
    listed(scene, scene.person, Fact.Kind.OTHER_POST, "护林员名册第17行")


@case(
    eligibility.within_the_household_limit,
    "The household holds 1 posts already: 王父（保洁员） (V-06).",
    "V-06",
)
def of_a_household_with_a_holder(scene):
    held(scene, scene.neighbour, date(2026, 1, 1), date(2026, 12, 31))


@case(
    eligibility.on_no_exclusion_list,
    "Is excluded: 林草局，第3批，Receives a pension，退休花名册，"
    "from 2026-05-01 until further notice (V-07).",
    "V-07",
)
def a_pensioner(scene):
    listed(scene, scene.person, Fact.Kind.PENSION, "退休花名册")


@case(
    eligibility.is_no_cadres_relative,
    "王父 of the household is a village cadre: 林草局，第3批，Village cadre，"
    "from 2026-05-01 until further notice (R-18, V-07).",
    "V-07",
)
def a_cadres_relative(scene):
    rule(scene, "exclude.cadre_family", True)
    listed(scene, scene.neighbour, Fact.Kind.CADRE)


@case(
    eligibility.fit_for_a_ranger,
    "A ranger may not have this disability: 林草局，第3批，Disability certificate，肢体残疾二级，"
    "from 2026-05-01 until further notice (R-24).",
    "R-24",
)
def a_ranger_with_a_severe_disability(scene):
    Post.objects.filter(pk=scene.post.pk).update(post_type="生态护林员")
    listed(scene, scene.person, Fact.Kind.DISABLED, "肢体残疾二级")


@case(
    eligibility.lives_here,
    "Is registered in 青石村1, not in the village of the post (R-22).",
    "R-22",
)
def registered_elsewhere(scene):
    scene.person.area = scene.place.villages[1]
    scene.person.save()


@case(
    eligibility.lives_here,
    "Is registered in 青石村1; a proof of living in the village for 6 months is needed (R-22).",
    "R-22",
)
def registered_elsewhere_without_proof(scene):
    rule(scene, "residence.min_months", 6)
    Hire.objects.filter(pk=scene.hire.pk).update(
        materials=[paper for paper in scene.hire.materials if paper != "residence"]
    )
    registered_elsewhere(scene)


@case(
    eligibility.within_the_subsidy_limit,
    "Would be subsidised for 37 months; 36 are allowed unless retirement is within 5 years (R-46).",
    "R-46",
)
def subsidised_for_three_years(scene):
    before = None
    for year in (2023, 2024, 2025):
        days = date(year, 1, 1), date(year, 12, 31)
        before = held(scene, scene.person, *days, renews=before)


@case(
    eligibility.within_the_placement_limit,
    "Was placed 2 times already; 2 are allowed (R-46).",
    "R-46",
)
def placed_twice_before(scene):
    for year in (2020, 2022):
        held(scene, scene.person, date(year, 1, 1), date(year, 6, 30))
