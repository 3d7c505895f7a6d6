"""From what was taken off to points, and from points to a grade: pure rules, exact numbers."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from attendance.models.assessment import Grade

NOTHING = {"0", "无", "满分"}
APART = re.compile(r"[;；\n]")
ITEM = re.compile(r"[-−–－]?\s*(\d{1,3}(?:\.\d)?)(?![\d.])\s*分?\s*[:：]?\s*(\S.*)")
LONGEST = 200
WORST_FIRST = (Grade.UNQUALIFIED, Grade.QUALIFIED, Grade.EXCELLENT)


def items_of(text):
    """[(points, what for)] from one line such as “2 迟到；1.5 未穿工装”; 0 takes nothing off.

    A part that is no item raises ValueError with a sentence for whoever wrote it.
    """
    text = text.strip()
    if text in NOTHING:
        return []
    return [_item(part.strip()) for part in APART.split(text) if part.strip()]


def _item(part):
    found = ITEM.fullmatch(part)
    if found is None or not Decimal(found[1]):
        sentence = _(
            "“%(part)s” is no deduction: write the points and what for, such as “2 late”; "
            "several with a semicolon between them; 0 for none."
        )
        raise ValueError(sentence % {"part": part})
    if len(found[2]) > LONGEST:
        raise ValueError(_("Say in %(most)s characters what for.") % {"most": LONGEST})
    return Decimal(found[1]), found[2]


def written(items):
    """Deductions as they are typed in."""
    return "；".join(f"{points.normalize():f} {item}" for points, item in items)


def left(most, items):
    """What is left of a side's points; below zero where more was taken off than there is."""
    return Decimal(most) - sum((points for points, _item in items), Decimal(0))


def grade_of(score, least):
    """The grade of a number of points, by the least each grade needs (assessment.grades)."""
    if score >= Decimal(str(least["excellent"])):
        return Grade.EXCELLENT
    return Grade.QUALIFIED if score >= Decimal(str(least["qualified"])) else Grade.UNQUALIFIED


def year_of(grades, limit):
    """The grade most months have, the worse where two tie; `limit` fails in a row fail the year."""
    if not grades:
        return ""
    if longest_run(grades) >= limit:
        return Grade.UNQUALIFIED
    return max(WORST_FIRST, key=grades.count)


def longest_run(grades):
    """The most unqualified months in a row."""
    longest = run = 0
    for grade in grades:
        run = run + 1 if grade == Grade.UNQUALIFIED else 0
        longest = max(longest, run)
    return longest
