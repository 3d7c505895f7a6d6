"""Drawing a list by risk and by chance: from the same people, scores and seed always the same list.

Nothing here asks a clock, a database or a generator of random numbers. Everybody's place follows
from SHA-256 of the seed and the number of their contract, so whoever has these draws again.
"""

from collections import namedtuple
from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal
from hashlib import sha256

CHANCE, RISK = "chance", "risk"
Pick = namedtuple("Pick", ["contract", "reason", "score"])
# A logarithm of the decimal module is rounded right: no two machines differ in its last digit.
EXACT = Context(prec=20)
DIGITS = 16
SPAN = Decimal(2 * 16**DIGITS)


def draw(population, scores, share, risk_share, seed):
    """The list of a plan, first those by risk, then those by chance (W-9).

    The risk part is weighted: somebody with twice the score is twice as likely to be taken next.
    """
    scored = sorted(zip(population, scores, strict=True))
    size = size_of(len(scored), share)
    by_risk = _riskiest(scored, _part(size, risk_share), seed)
    taken = {contract for contract, _score in by_risk}
    rest = [pair for pair in scored if pair[0] not in taken]
    rest.sort(key=lambda pair: _lot(seed, CHANCE, pair[0]))
    picks = [Pick(contract, RISK, score) for contract, score in by_risk]
    chance = rest[: size - len(picks)]
    return picks + [Pick(contract, CHANCE, score) for contract, score in chance]


def size_of(people, share):
    """How many are drawn: the share of all of them, and never less than it."""
    return int((people * Decimal(share)).to_integral_value(ROUND_CEILING))


def _part(size, share):
    return int((size * Decimal(share)).to_integral_value(ROUND_HALF_UP))


def _riskiest(scored, size, seed):
    """So many of those with a score, without replacement (Efraimidis and Spirakis, 2006)."""
    weighed = [pair for pair in scored if pair[1]] if size else []
    weighed.sort(key=lambda pair: (_wait(seed, *pair), pair[0]))
    return weighed[:size]


def _wait(seed, contract, score):
    """How long somebody waits to be drawn: the shorter, the higher the score."""
    number = 2 * int(_lot(seed, RISK, contract)[:DIGITS], 16) + 1
    return EXACT.divide(-EXACT.ln(EXACT.divide(number, SPAN)), score)


def _lot(seed, part, contract):
    """One lot of each part: just missing the one changes nothing in the other."""
    return sha256(f"{seed}:{part}:{contract}".encode()).hexdigest()
