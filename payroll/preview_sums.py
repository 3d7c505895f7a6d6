"""Sums of lines that were computed on the side, and what differs between two such months."""

from collections import Counter, defaultdict
from dataclasses import replace

from payroll.models import LineState
from payroll.preview_shapes import ZERO, Balance, Change, Effect, Held, RunSum
from registry.models import Area

CHANGES_KEPT, MOST_KEPT = 20, 200


def beside(lines, before):
    """The lines with what the same people had for the same item the month before."""
    known = {(line.town, line.fund, line.person) for line in before}
    sums = defaultdict(lambda: ZERO)
    for line in before:
        sums[line.town, line.fund, line.person, line.item] += line.amount
    return [
        replace(
            line,
            # Who stands on two lines of one item is compared once.
            before=sums.pop((line.town, line.fund, line.person, line.item), ZERO),
            is_new=(line.town, line.fund, line.person) not in known,
        )
        for line in lines
    ]


def changes_of(before, after, towns, funds):
    """What differs by person and fund: {(township, fund): changes}, the largest first."""
    was, now = _by_person(before), _by_person(after)
    found = defaultdict(list)
    for key in {**was, **now}:
        (town, fund, person), line = key, (now.get(key) or was.get(key))[0]
        sums = [sum((one.amount for one in lines.get(key, ())), ZERO) for lines in (was, now)]
        if kind := _kind(key in was, key in now, *sums):
            change = Change(
                town=towns[town],
                fund=funds[fund],
                name=line.name,
                id_number=line.id_number,
                village=line.village,
                post=line.post,
                before=sums[0],
                after=sums[1],
                kind=kind,
                person=person,
            )
            found[town, fund].append(change)
    return found


def _by_person(lines):
    found = defaultdict(list)
    for line in lines:
        found[line.town, line.fund, line.person].append(line)
    return dict(found)


def _kind(was, now, before, after):
    if not was:
        return "new"
    if not now:
        return "gone"
    if before == after:
        return ""
    return "more" if after > before else "less"


def largest(changes, count=CHANGES_KEPT):
    """The largest differences, up or down, of all that there are."""
    every = [change for some in changes.values() for change in some]
    every.sort(key=lambda change: (-abs(change.difference), change.town, change.name))
    return tuple(every if count is None else every[:count])


def run_sums(lines, before, changes, towns, funds):
    """One sum for each township and fund that pays, or paid the month before."""
    mine, was = _by_run(lines), _by_run(before)
    return tuple(
        _run_sum(key, mine.get(key, []), was.get(key, []), changes[key], towns, funds)
        for key in sorted({**mine, **was})
    )


def _by_run(lines):
    found = defaultdict(list)
    for line in lines:
        found[line.town, line.fund].append(line)
    return found


def _run_sum(key, lines, before, changes, towns, funds):
    payable = [line for line in lines if line.state == LineState.PAYABLE]
    held = [line for line in lines if line.state == LineState.HELD]
    codes = Counter(code for line in held for code in line.codes)
    kinds = Counter(change.kind for change in changes)
    return RunSum(
        area=key[0],
        town=towns[key[0]],
        fund=funds[key[1]],
        people=len({line.person for line in lines}),
        lines=len(lines),
        sum=total(lines),
        payable=len(payable),
        payable_sum=total(payable),
        held=len(held),
        held_sum=total(held),
        nothing=sum(1 for line in lines if line.state == LineState.EXCLUDED),
        holds=tuple(Held(code, count) for code, count in codes.most_common()),
        before=total(before),
        new=kinds["new"],
        gone=kinds["gone"],
    )


def total(lines):
    """What lines come to."""
    return sum((line.amount for line in lines), ZERO)


def effects(now, then, changes, towns, funds):
    """One effect for each township and fund."""
    was, will = _by_run(now), _by_run(then)
    return tuple(
        Effect(
            area=key[0],
            town=towns[key[0]],
            fund=funds[key[1]],
            people=len({line.person for line in was[key]}),
            before=total(was[key]),
            after=total(will[key]),
            more=sum(1 for change in changes[key] if change.difference > 0),
            less=sum(1 for change in changes[key] if change.difference < 0),
        )
        for key in sorted({**was, **will})
    )


def balances(given, lines, funds):
    """What is left of each fund's year once the payable lines are paid."""
    planned = defaultdict(lambda: ZERO)
    for line in lines:
        if line.state == LineState.PAYABLE:
            planned[line.town, line.fund] += line.amount
    return tuple(
        Balance(
            fund=funds[fund],
            where=where,
            given=amount,
            bound=bound,
            planned=sum((planned[key] for key in keys), ZERO),
        )
        for (fund, where), (amount, bound, keys) in given.items()
    )


def joined(found, area):
    """The previews, or the what-ifs, of several townships as one of the area above them."""
    first = found[0]
    place = Area.objects.get(pk=area).name
    every = {
        name: _chained(found, name)
        for name in ("refusals", "stands", "asks", "runs")
        if hasattr(first, name)
    }
    changes = largest({one.area: one.changes for one in found}, MOST_KEPT)
    if hasattr(first, "balances"):
        every["balances"] = _together(_chained(found, "balances"))
    return replace(first, area=area, place=place, changes=changes, **every)


def _chained(found, name):
    return tuple(dict.fromkeys(part for one in found for part in getattr(one, name)))


def _together(balances):
    """A fund that several townships share binds once and pays for all of them."""
    found = {}
    for one in balances:
        key = (one.fund, one.where)
        known = found.get(key)
        found[key] = replace(one, planned=known.planned + one.planned) if known else one
    return tuple(found.values())
