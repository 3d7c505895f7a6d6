"""Days as they are recorded: substitutes, clock times, dates and places that do not fit."""

from django.utils.translation import gettext_lazy as _

from inspections.patterns.base import Pattern

# Clocks that people do not set by hand; a phone keeps the moment, a machine the time of day.
CLOCKED = """
    SELECT d.check_in_id, d.contract_id, d.person_id, d.area_id, d.day, d.out_at,
        coalesce(d.in_at, date_trunc('second', d.at AT TIME ZONE 'Asia/Shanghai')::time) AS came
    FROM seen_day d
    WHERE d.kind = 'in' AND d.source IN ('machine', 'phone') AND (d.in_at, d.at) IS DISTINCT FROM
        (NULL, NULL)
"""
# The days of a line as its sheet credits them, once the village stands by it.
STANDING = """
    SELECT l.id AS line_id, l.sheet_id, s.area_id, h.contract_id, h.person_id, h.first, h.last,
        (l.full_days | l.half_days)::bigint & 4294967295 AS credited
    FROM attendance_sheet s JOIN attendance_sheetline l ON l.sheet_id = s.id
    JOIN seen_holder h ON h.contract_id = l.contract_id
    WHERE s.month = %(first)s AND s.state NOT IN ('open', 'returned')
        AND s.area_id >= %(low)s AND s.area_id < %(high)s
"""


class SubstituteRegistered(Pattern):
    """A holder is recorded on days on which somebody else works in the holder's place (V-01)."""

    code = "V-01.substitute"
    severity = "A"
    title = _("Recorded while a substitute works")
    sentence = _(
        "On %(days)s days the holder is recorded as working while a substitute is registered for "
        "the same days."
    )
    limits = {"days": ("detect.substitute_days", 1)}
    sql = """
        SELECT min(d.area_id) AS area_id, d.person_id, d.contract_id,
            array_agg(DISTINCT c.person_id) || d.person_id AS people,
            'contract:' || d.contract_id AS subject,
            jsonb_build_object('days', count(DISTINCT d.day)) AS shows,
            jsonb_agg(jsonb_build_object('kind', 'check_in', 'id', d.check_in_id)
                ORDER BY d.check_in_id)
                || jsonb_agg(DISTINCT jsonb_build_object('kind', 'substitution', 'id', s.id))
                AS evidence
        FROM attendance_substitution s JOIN seen_day d ON d.contract_id = s.holder_id
            AND d.day BETWEEN s.starts_on AND s.ends_on
        JOIN contracts_contract c ON c.id = s.substitute_id
        WHERE d.kind = 'in' GROUP BY d.person_id, d.contract_id
        HAVING count(DISTINCT d.day) >= %(days)s
    """


class SameHours(Pattern):
    """Somebody comes, and leaves, at the very same time day after day (V-02)."""

    code = "V-02.clock"
    severity = "A"
    title = _("The same clock times every day")
    sentence = _("On %(days)s of %(all)s days the clock shows the same time: %(time)s.")
    limits = {
        "days": ("detect.same_hours_days", 10),
        "share": ("detect.same_hours_percent", 80),
    }
    sql = f"""
        SELECT area_id, person_id, contract_id, ARRAY[person_id] AS people,
            'contract:' || contract_id AS subject, jsonb_build_object('days', days, 'all', "all",
                'time', to_char(came, 'HH24:MI:SS')) AS shows, evidence
        FROM (
            SELECT w.area_id, w.person_id, w.contract_id, w.came, w.out_at,
                count(DISTINCT w.day) AS days,
                sum(count(DISTINCT w.day)) OVER (PARTITION BY w.contract_id) AS "all",
                jsonb_agg(jsonb_build_object('kind', 'check_in', 'id', w.check_in_id)
                    ORDER BY w.check_in_id) AS evidence
            FROM ({CLOCKED}) w GROUP BY w.area_id, w.person_id, w.contract_id, w.came, w.out_at
        ) t WHERE days >= %(days)s AND days * 100 >= "all" * %(share)s
    """


class LockStep(Pattern):
    """Several people come in the same second day after day, as one hand would record them (V-02).

    Whoever clocks in somebody's second follows the first of them; days count on which both were
    there. A clock that writes minutes alone shows nothing, for a bus brings many in one minute.
    """

    code = "V-02.together"
    severity = "A"
    title = _("Several people in the same second")
    sentence = _(
        "%(people)s workers were clocked in the same second as each other on %(days)s days or more."
    )
    limits = {
        "days": ("detect.together_days", 8),
        "share": ("detect.together_percent", 70),
    }
    sql = f"""
        WITH clocked AS MATERIALIZED ({CLOCKED}),
        step AS MATERIALIZED (
            SELECT w.*, min(w.contract_id) OVER (PARTITION BY w.area_id, w.day, w.came) AS leads
            FROM clocked w WHERE extract(second FROM w.came) <> 0
        ),
        near AS MATERIALIZED (
            SELECT leads, contract_id, person_id, count(DISTINCT day) AS days,
                min(check_in_id) AS one
            FROM step WHERE leads <> contract_id GROUP BY leads, contract_id, person_id
            HAVING count(DISTINCT day) >= %(days)s
        ),
        follows AS (
            SELECT n.* FROM near n JOIN step a ON a.contract_id = n.leads
            JOIN step b ON b.contract_id = n.contract_id AND b.day = a.day
            GROUP BY n.leads, n.contract_id, n.person_id, n.days, n.one
            HAVING n.days * 100 >= count(DISTINCT a.day) * %(share)s
        )
        SELECT h.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            array_agg(f.person_id) || h.person_id AS people,
            'leads:' || h.contract_id AS subject,
            jsonb_build_object('people', count(*) + 1, 'days', min(f.days)) AS shows,
            jsonb_agg(jsonb_build_object('kind', 'check_in', 'id', f.one) ORDER BY f.one)
                AS evidence
        FROM follows f JOIN seen_holder h ON h.contract_id = f.leads
        GROUP BY h.area_id, h.contract_id, h.person_id
    """


class VillageAlike(Pattern):
    """Everybody of a village has the very same days, months in a row (V-02).

    Whoever has no day at all in a month, as after an accident, is no exception to it.
    """

    code = "V-02.village"
    severity = "A"
    title = _("A whole village with the same days")
    sentence = _(
        "All %(people)s holders of the village have exactly the same days, in each of %(months)s "
        "months in a row."
    )
    limits = {
        "people": ("detect.alike_people", 5),
        "months": ("detect.alike_months", 3),
    }
    sql = """
        WITH alike AS (
            SELECT s.id, s.area_id, s.month, count(*) AS people FROM attendance_sheet s
            JOIN attendance_sheetline l ON l.sheet_id = s.id
            WHERE s.month > %(first)s::date - %(months)s * interval '1 month'
                AND s.month <= %(first)s AND s.state NOT IN ('open', 'returned')
                AND s.area_id >= %(low)s AND s.area_id < %(high)s
                AND l.full_days | l.half_days <> 0
            GROUP BY s.id HAVING count(*) >= %(people)s
                AND min(l.full_days) = max(l.full_days) AND max(l.half_days) = 0
        ), streak AS (
            SELECT area_id, count(*) AS months, max(people) FILTER (WHERE month = %(first)s)
                AS people, max(id) FILTER (WHERE month = %(first)s) AS latest,
                jsonb_agg(jsonb_build_object('kind', 'sheet', 'id', id) ORDER BY month) AS evidence
            FROM alike GROUP BY area_id HAVING count(*) >= %(months)s
        )
        SELECT k.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            ARRAY(SELECT c.person_id FROM attendance_sheetline l JOIN contracts_contract c
                ON c.id = l.contract_id WHERE l.sheet_id = k.latest AND l.full_days <> 0) AS people,
            'village:' || k.area_id AS subject,
            jsonb_build_object('people', k.people, 'months', k.months) AS shows, k.evidence
        FROM streak k
    """


class DaysThatCannotBe(Pattern):
    """A sheet credits days outside the contract or the calendar, or during a suspension (V-03)."""

    code = "V-03.dates"
    severity = "A"
    title = _("Days that cannot have been worked")
    sentence = _(
        "The sheet credits %(days)s days outside the contract, during a suspension or not in the "
        "calendar: %(which)s."
    )
    limits = {}
    sql = f"""
        WITH standing AS MATERIALIZED ({STANDING}),
        paused AS (
            SELECT DISTINCT p.contract_id FROM contracts_suspension p
            JOIN seen_holder h ON h.contract_id = p.contract_id
            WHERE p.starts_on <= %(last)s AND coalesce(p.ends_on, %(last)s) >= %(first)s
        ), day AS (
            SELECT t.*, n FROM standing t LEFT JOIN paused p ON p.contract_id = t.contract_id
            CROSS JOIN LATERAL generate_series(1, 32) n
            WHERE (p.contract_id IS NOT NULL OR t.credited & ~(
                    (1::bigint << extract(day FROM t.last)::int)
                    - (1::bigint << extract(day FROM t.first)::int - 1)) <> 0)
                AND (t.credited >> n - 1) & 1 = 1
        )
        SELECT d.area_id, d.person_id, d.contract_id, ARRAY[d.person_id] AS people,
            'line:' || d.line_id AS subject,
            jsonb_build_object('days', count(*), 'which', string_agg(n::text, ', ' ORDER BY n))
                AS shows,
            jsonb_build_array(jsonb_build_object('kind', 'sheet', 'id', d.sheet_id),
                jsonb_build_object('kind', 'contract', 'id', d.contract_id)) AS evidence
        FROM day d
        WHERE n > extract(day FROM %(last)s::date)
            OR %(first)s::date + n - 1 NOT BETWEEN d.first AND d.last
            OR EXISTS (SELECT FROM contracts_suspension p WHERE p.contract_id = d.contract_id
                AND %(first)s::date + n - 1 >= p.starts_on
                AND (p.ends_on IS NULL OR %(first)s::date + n - 1 <= p.ends_on))
        GROUP BY d.area_id, d.person_id, d.contract_id, d.line_id, d.sheet_id
    """


class TooFarApart(Pattern):
    """Somebody is recorded at two places too far apart for the time between them (V-03)."""

    code = "V-03.travel"
    severity = "A"
    title = _("Two places too far apart in too short a time")
    sentence = _("%(kilometres)s km lie between two places recorded within %(minutes)s minutes.")
    limits = {
        "kilometres": ("detect.travel_kilometres", 30),
        "speed": ("detect.travel_speed", 100),
        "accuracy": ("detect.travel_accuracy_metres", 500),
    }
    sql = """
        WITH placed AS (
            SELECT d.*, lag(d.check_in_id) OVER w AS before, lag(d.at) OVER w AS left_at,
                radians(lag(d.longitude) OVER w) AS x0, radians(lag(d.latitude) OVER w) AS y0,
                radians(d.longitude) AS x, radians(d.latitude) AS y
            FROM seen_day d WHERE d.at IS NOT NULL AND d.longitude IS NOT NULL
                AND coalesce(d.accuracy, 0) <= %(accuracy)s
            WINDOW w AS (PARTITION BY d.person_id ORDER BY d.at, d.check_in_id)
        ), moved AS (
            SELECT p.*, 12742 * asin(least(1, sqrt(sin((y - y0) / 2) ^ 2
                + cos(y) * cos(y0) * sin((x - x0) / 2) ^ 2))) AS far,
                greatest(extract(epoch FROM p.at - p.left_at), 60) / 3600 AS hours
            FROM placed p WHERE p.before IS NOT NULL
        )
        SELECT min(m.area_id) AS area_id, m.person_id, min(m.contract_id) AS contract_id,
            ARRAY[m.person_id] AS people, 'person:' || m.person_id AS subject,
            jsonb_build_object('kilometres', round(max(m.far))::int,
                'minutes', ceil((array_agg(m.hours ORDER BY m.far DESC))[1] * 60)::int) AS shows,
            jsonb_agg(jsonb_build_object('kind', 'check_in', 'id', m.before) ORDER BY m.before)
                || jsonb_agg(jsonb_build_object('kind', 'check_in', 'id', m.check_in_id)
                    ORDER BY m.check_in_id) AS evidence
        FROM moved m WHERE m.far >= %(kilometres)s AND m.far >= %(speed)s * m.hours
        GROUP BY m.person_id
    """


class TwoProgrammes(Pattern):
    """Somebody has more than a whole day on one day under two contracts (V-03, V-13)."""

    code = "V-03.twice"
    severity = "A"
    title = _("The same day under two contracts")
    sentence = _("%(days)s days are recorded under two contracts of the same person.")
    limits = {"days": ("detect.twice_days", 1)}
    sql = """
        SELECT min(d.area_id) AS area_id, d.person_id, NULL::bigint AS contract_id,
            ARRAY[d.person_id] AS people, 'person:' || d.person_id AS subject,
            jsonb_build_object('days', count(DISTINCT d.day)) AS shows,
            jsonb_agg(DISTINCT jsonb_build_object('kind', 'check_in', 'id', d.check_in_id))
                || jsonb_agg(DISTINCT jsonb_build_object('kind', 'check_in', 'id', w.id))
                AS evidence
        FROM seen_holder h
        JOIN contracts_contract c ON c.person_id = h.person_id AND c.id <> h.contract_id
        JOIN attendance_checkin w ON w.contract_id = c.id AND w.kind = 'in'
            AND w.day BETWEEN %(first)s AND %(last)s AND w.voids_id IS NULL
        JOIN seen_day d ON d.contract_id = h.contract_id AND d.day = w.day AND d.kind = 'in'
        WHERE d.worth + w.worth > 1 AND NOT EXISTS (
            SELECT FROM attendance_checkin v WHERE v.voids_id = w.id AND v.voids_id IS NOT NULL)
        GROUP BY d.person_id HAVING count(DISTINCT d.day) >= %(days)s
    """


class SheetWithoutRecords(Pattern):
    """A village's sheet credits days that no record shows (V-35)."""

    code = "V-35.records"
    severity = "B"
    title = _("Days on the sheet without any record")
    sentence = _("The sheet credits %(days)s days of %(people)s workers that no record shows.")
    limits = {"days": ("detect.unshown_days", 1)}
    sql = f"""
        WITH shown AS (
            SELECT contract_id, bit_or(1::bigint << extract(day FROM day)::int - 1) AS days
            FROM seen_day WHERE kind = 'in' GROUP BY contract_id
        ), bare AS (
            SELECT t.*, bit_count((t.credited & ~coalesce(w.days, 0))::bit(64)) AS missing
            FROM ({STANDING}) t LEFT JOIN shown w ON w.contract_id = t.contract_id
            WHERE t.credited & ~coalesce(w.days, 0) <> 0
        )
        SELECT area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            array_agg(person_id ORDER BY person_id) AS people, 'sheet:' || sheet_id AS subject,
            jsonb_build_object('days', sum(missing), 'people', count(*)) AS shows,
            jsonb_build_array(jsonb_build_object('kind', 'sheet', 'id', sheet_id))
                || jsonb_agg(jsonb_build_object('kind', 'contract', 'id', contract_id)
                    ORDER BY contract_id) AS evidence
        FROM bare GROUP BY area_id, sheet_id HAVING sum(missing) >= %(days)s
    """


class BookUnseen(Pattern):
    """Days rest on the sign-in book alone, and no page of the book was ever shown (V-02, V-35)."""

    code = "V-35.book"
    severity = "B"
    title = _("A sign-in book that nobody has seen")
    sentence = _(
        "%(days)s days of %(people)s workers rest on the sign-in book alone, and no page of it was "
        "scanned."
    )
    limits = {"days": ("detect.book_days", 5)}
    sql = f"""
        WITH books AS (
            SELECT contract_id, day, min(check_in_id) AS check_in_id FROM seen_day
            WHERE kind = 'in' GROUP BY contract_id, day HAVING bool_and(source = 'book')
        )
        SELECT t.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            array_agg(DISTINCT t.person_id) AS people, 'sheet:' || t.sheet_id AS subject,
            jsonb_build_object('days', count(*), 'people', count(DISTINCT t.person_id)) AS shows,
            jsonb_build_array(jsonb_build_object('kind', 'sheet', 'id', t.sheet_id))
                || jsonb_agg(jsonb_build_object('kind', 'check_in', 'id', b.check_in_id)
                    ORDER BY b.check_in_id) AS evidence
        FROM ({STANDING}) t JOIN books b ON b.contract_id = t.contract_id
        WHERE NOT EXISTS (SELECT FROM attendance_sheetscan p WHERE p.sheet_id = t.sheet_id)
        GROUP BY t.area_id, t.sheet_id HAVING count(*) >= %(days)s
    """


DAYS = (
    SubstituteRegistered,
    SameHours,
    LockStep,
    VillageAlike,
    DaysThatCannotBe,
    TooFarApart,
    TwoProgrammes,
    SheetWithoutRecords,
    BookUnseen,
)
