"""What every pattern is: a code, a severity, its thresholds by rule, one query, and a sentence.

A pattern reads a month of one county from two tables that are made for it once, and from whatever
else the house keeps. It answers rows: who it is about, what it shows and its evidence. It names
nobody guilty; the sentence says what was seen.
"""

from dataclasses import dataclass
from typing import ClassVar

from django.db import connection

from policy.selectors import rulings
from project.kernel.months import today
from registry.access import AFTER_NINE, prefix_of

# The month's days as they were reported, and the contracts that hold in it, of one area.
DAYS = """
    DROP TABLE IF EXISTS pg_temp.seen_day, pg_temp.seen_holder, pg_temp.seen_alike,
        pg_temp.seen_person, pg_temp.seen_share, pg_temp.seen_picture, pg_temp.seen_quarter;
    CREATE TEMP TABLE seen_holder ON COMMIT DROP AS
    SELECT c.id AS contract_id, c.person_id, c.area_id, c.fund_id, c.title, c.standard,
        c.pay_basis, c.attested, c.state, c.signed_on, c.starts_on, c.ends_on,
        greatest(c.starts_on, %(first)s) AS first, least(c.ends_on, %(last)s) AS last
    FROM contracts_contract c
    WHERE c.state IN ('signed', 'in_force', 'suspended', 'ended')
        AND c.starts_on <= %(last)s AND c.ends_on >= %(first)s
        AND c.area_id >= %(low)s AND c.area_id < %(high)s;
    CREATE TEMP TABLE seen_day ON COMMIT DROP AS
    SELECT w.id AS check_in_id, w.contract_id, h.person_id, h.area_id, w.day, w.worth, w.kind,
        w.source, w.level, w.device, w.phone_id, w.in_at, w.out_at, w.at, w.longitude, w.latitude,
        w.accuracy, w.received_at, w.received_by_id
    FROM attendance_checkin w JOIN seen_holder h ON h.contract_id = w.contract_id
    WHERE w.day BETWEEN %(first)s AND %(last)s AND w.voids_id IS NULL AND NOT EXISTS (
        SELECT FROM attendance_checkin v WHERE v.voids_id = w.id AND v.voids_id IS NOT NULL
    );
    CREATE INDEX ON seen_holder (contract_id); CREATE INDEX ON seen_holder (person_id);
    CREATE INDEX ON seen_day (contract_id, day);
    ANALYZE seen_holder; ANALYZE seen_day
"""
# What was found is counted and kept in one go: no pattern is looked for twice.
FOUND = """
    WITH f AS MATERIALIZED ({sql}), fresh AS (
        INSERT INTO inspections_doubt (state, area_id, month, pattern, severity, person_id,
            contract_id, people, subject, shows, evidence, found_in_id, found_at, due_on,
            statement, finding)
        SELECT 'open', f.area_id, %(first)s, %(pattern)s, %(severity)s, f.person_id,
            f.contract_id, coalesce(f.people, ARRAY[]::bigint[]), f.subject, f.shows, f.evidence,
            %(detection)s, now(), %(due)s, '', ''
        FROM f ON CONFLICT (pattern, month, subject) DO NOTHING
        RETURNING id
    )
    SELECT (SELECT count(*) FROM f), (SELECT count(*) FROM fresh)
"""


class Pattern:
    """One thing to look for. A subclass is its whole description.

    `sql` gives area_id, person_id, contract_id (or NULL), people (bigint[]), subject (text, the
    same for the same thing found again), shows (jsonb object for the sentence), evidence (jsonb
    array of {kind, id or text}). It may use %(first)s, %(last)s, %(low)s, %(high)s (the area's
    codes), %(today)s and each name of `limits`, whose values rules give: {name: (rule code,
    default)}.
    `tables` are statements that make a table several patterns read, once an area and month.
    """

    code: ClassVar[str]
    severity: ClassVar[str]
    title: ClassVar[str]
    sentence: ClassVar[str]
    limits: ClassVar[dict] = {}
    tables: ClassVar[tuple] = ()
    sql: ClassVar[str]

    @classmethod
    def why(cls, shows):
        """What was seen, in a sentence for people."""
        return str(cls.sentence) % shows


@dataclass(frozen=True)
class Scope:
    """Where and when to look: the area, the month, and the codes it spans."""

    area: str
    month: object

    @property
    def params(self):
        prefix = prefix_of(self.area)
        return {
            "first": self.month.first,
            "last": self.month.last,
            "low": prefix,
            "high": prefix + AFTER_NINE,
            "today": today(),
        }


def prepare(cursor, scope):
    """Make the tables that patterns read, for one area and month; they go with the transaction."""
    cursor.execute(DAYS, scope.params)


def limits_of(patterns, scope):
    """{pattern code: {limit: value}} by the rules of the month in the area, in one query."""
    codes = {code for pattern in patterns for code, _default in pattern.limits.values()}
    area = scope.area
    found = rulings(sorted(codes), on=scope.month.first, areas=[area])[area] if codes else {}
    return {
        pattern.code: {
            name: found[code].value if code in found else default
            for name, (code, default) in pattern.limits.items()
        }
        for pattern in patterns
    }


def look(pattern, scope, limits, *, detection, due):
    """Run one pattern over the prepared tables: how many rows it found, and how many are new."""
    said = {"pattern": pattern.code, "severity": pattern.severity}
    said |= {"detection": detection, "due": due}
    with connection.cursor() as cursor:
        for table in pattern.tables:
            cursor.execute(table, scope.params | limits)
        cursor.execute(FOUND.format(sql=pattern.sql), scope.params | limits | said)
        return cursor.fetchone()
