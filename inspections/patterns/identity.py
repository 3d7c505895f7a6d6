"""One person under two names or numbers (V-33).

ID numbers are kept sealed; what is compared is the birthday in them, their last four signs, the
name as it is written and as it is read. Keys are made for each person and counted, so that the
cost grows with the people and not with their pairs.
"""

from django.utils.translation import gettext_lazy as _

from inspections.patterns.base import Pattern
from inspections.patterns.recorded import HELD, about

# Everybody who holds or held a contract here; a name sounds as its pinyin, accents forgiven.
PEOPLE = f"""
    CREATE TEMP TABLE IF NOT EXISTS seen_person ON COMMIT DROP AS
    SELECT p.id, p.name, p.born_on, left(p.id_tail, 3) AS serial, p.phone, p.household_id,
        c.area_id, EXISTS (SELECT FROM seen_holder h WHERE h.person_id = p.id) AS holds,
        coalesce(nullif(regexp_replace(replace(p.name_key, 'ng', 'n'), '([zcs])h', '\\1', 'g'),
            ''), p.name) AS sound,
        coalesce(nullif(p.name_key, ''), p.name) AS pinyin
    FROM (
        SELECT person_id, min(area_id COLLATE "C") AS area_id FROM contracts_contract
        WHERE state IN {HELD} AND area_id >= %(low)s AND area_id < %(high)s
            AND starts_on <= %(last)s GROUP BY 1
    ) c JOIN registry_person p ON p.id = c.person_id;
    ANALYZE seen_person
"""


def alike(keys, prefix, *, also=""):
    """Groups of people with one key of whom at least one holds a contract in the month."""
    return f"""
        SELECT DISTINCT ON (people) area_id, NULL::bigint AS person_id,
            NULL::bigint AS contract_id, people, '{prefix}:' || array_to_string(people, '-')
            AS subject, shows, evidence
        FROM (
            SELECT min(k.area_id COLLATE "C") AS area_id, array_agg(k.id ORDER BY k.id) AS people,
                jsonb_build_object('people', count(*),
                    'names', string_agg(DISTINCT k.name, '、')) AS shows,
                {about("person", "k.id")} AS evidence
            FROM ({keys}) k GROUP BY k.key
            HAVING count(*) BETWEEN 2 AND %(most)s AND bool_or(k.holds) {also}
        ) g ORDER BY people
    """


class SameBirthday(Pattern):
    """Two ID numbers with one name and birthday; in one village the name need only sound alike."""

    code = "V-33.name"
    severity = "B"
    title = _("Same name and birthday, other ID number")
    sentence = _("%(people)s people named %(names)s have one birthday and different ID numbers.")
    limits = {"most": ("detect.namesakes_most", 4)}
    tables = (PEOPLE,)
    sql = alike(
        """
        SELECT p.*, concat_ws('|', p.name, p.born_on) AS key FROM seen_person p
        UNION ALL
        SELECT p.*, concat_ws('|', p.sound, p.born_on, p.area_id) FROM seen_person p
        """,
        "alike",
    )


class NearNumber(Pattern):
    """Two ID numbers with one name and serial, whose birthdays differ in one digit (V-33)."""

    code = "V-33.number"
    severity = "B"
    title = _("Same name, ID number one digit apart")
    sentence = _("%(people)s people named %(names)s have ID numbers one digit apart.")
    limits = {"most": ("detect.namesakes_most", 4)}
    tables = (PEOPLE,)
    sql = alike(
        """
        SELECT p.*, concat_ws('|', p.sound, p.serial,
            overlay(to_char(p.born_on, 'YYYYMMDD') PLACING '_' FROM n)) AS key
        FROM (
            SELECT *, count(*) OVER (PARTITION BY sound, serial) AS near FROM seen_person
        ) p CROSS JOIN generate_series(1, 8) n WHERE p.near > 1
        """,
        "digit",
        also="AND count(DISTINCT k.born_on) > 1",
    )


class SameReach(Pattern):
    """Two ID numbers with one name, one telephone or home, and two birthdays (V-33)."""

    code = "V-33.phone"
    severity = "B"
    title = _("Same name and telephone or home, other ID number")
    sentence = _(
        "%(people)s people named %(names)s have one telephone or home and different ID numbers."
    )
    limits = {"most": ("detect.namesakes_most", 4)}
    tables = (PEOPLE,)
    sql = alike(
        """
        SELECT p.*, concat_ws('|', 'phone', p.pinyin, p.phone) AS key FROM seen_person p
        WHERE p.phone <> ''
        UNION ALL
        SELECT p.*, concat_ws('|', 'home', p.name, p.household_id) FROM seen_person p
        WHERE p.household_id IS NOT NULL
        """,
        "reach",
        also="AND count(DISTINCT k.born_on) > 1",
    )


IDENTITY = (SameBirthday, NearNumber, SameReach)
