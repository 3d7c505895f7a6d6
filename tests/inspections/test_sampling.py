"""A list follows from its people, scores and seed alone; by chance and by risk."""

from collections import Counter
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.sampling import CHANCE, RISK, draw

PARTS = st.decimals("0.0001", "1", places=4)
PEOPLE = st.dictionaries(st.integers(1, 10**9), st.integers(0, 40), min_size=1, max_size=60)


@settings(max_examples=200, deadline=None)
@given(people=PEOPLE, share=PARTS, by_risk=st.decimals("0", "1", places=4), seed=st.uuids())
def test_a_list_has_its_size_its_parts_and_nobody_twice(people, share, by_risk, seed):
    numbers, scores = list(people), list(people.values())
    picks = draw(numbers, scores, share, by_risk, seed.hex)
    taken = [pick.contract for pick in picks]
    risky = [pick for pick in picks if pick.reason == RISK]
    least = len(people) * share

    assert least <= len(picks) < least + 1
    assert len(set(taken)) == len(taken) and set(taken) <= people.keys()
    assert all(pick.score == people[pick.contract] for pick in picks)
    assert all(pick.score for pick in risky) and picks[: len(risky)] == risky
    assert abs(len(risky) - min(len(picks) * by_risk, sum(map(bool, scores)))) <= Decimal("0.5")
    assert draw(numbers[::-1], scores[::-1], share, by_risk, seed.hex) == picks
    assert len(draw(numbers, scores, 1, by_risk, seed.hex)) == len(people)


def test_a_list_is_the_same_on_every_machine():
    scores = [0, 5, 0, 10, 0, 1, 0, 0, 20, 0, 0, 3]
    picks = draw(range(1, 13), scores, "0.5", "0.5", "ab" * 16)

    risk, chance = [RISK] * 3, [CHANCE] * 3
    assert [pick.contract for pick in picks] == [9, 2, 4, 8, 6, 3]
    assert [pick.reason for pick in picks] == risk + chance


def test_chance_takes_everybody_equally_often():
    people, lists = range(1, 41), 1000
    taken = Counter(
        pick.contract
        for number in range(lists)
        for pick in draw(people, [0] * len(people), "0.25", "0", f"{number:032x}")
    )

    # A quarter of forty without replacement: over 75 comes once in some two thousand seeds.
    usual, spread = lists / 4, lists * 3 / 16
    assert sum((taken[one] - usual) ** 2 / spread for one in people) < 75


def test_the_higher_a_score_the_more_often_it_is_drawn():
    scores = [1, 2, 4, 8] + [0] * 16
    first = Counter(
        draw(range(1, 21), scores, "0.05", "1", f"{number:032x}")[0].contract
        for number in range(1500)
    )

    # One of them is taken by risk: one, two, four and eight times in fifteen.
    usual = {contract: 1500 * score / 15 for contract, score in enumerate(scores[:4], start=1)}
    assert first.keys() == usual.keys()
    assert sum((first[one] - often) ** 2 / often for one, often in usual.items()) < 16
