"""Contracts, posts and insurance that do not bear out what is recorded and paid."""

from django.utils.translation import gettext_lazy as _

from inspections.patterns.base import Pattern
from inspections.patterns.process import kind_of
from inspections.patterns.recorded import HELD, about, days_of, number, of_contract, one, rule_of

# Months (year x 12 + month) to the statutory retirement age of a person born in month `b`.
RETIRES = """
    b + CASE p.sex
        WHEN 'm' THEN 720 + greatest(0, least((b - 23581) / 4 + 1, 36)) * (b >= 23581)::int
        ELSE 600 + greatest(0, least((b - 23701) / 2 + 1, 60)) * (b >= 23701)::int
    END
"""

# The longest first.
LASTS = "h.ends_on - h.starts_on DESC, h.contract_id"


class WithoutContract(Pattern):
    """Somebody is paid for a month, or for days, in which no signed contract holds (V-18)."""

    code = "V-18.outside"
    severity = "A"
    title = _("Paid outside a contract")
    sentence = _(
        "%(amount)s yuan are paid for the month; the contract holds from %(first)s to %(last)s,"
        " and %(days)s of the days lie outside it."
    )
    sql = f"""
        SELECT c.area_id, c.person_id, c.id AS contract_id, ARRAY[c.person_id] AS people,
            'contract:' || c.id AS subject,
            jsonb_build_object('amount', sum(l.amount), 'first', c.starts_on, 'last', c.ends_on,
                'days', max(o.days)) AS shows,
            {one("contract", "c.id")} || {about("pay_line", "l.id")} AS evidence
        FROM payroll_payline l JOIN contracts_contract c ON c.id = l.contract_id
        LEFT JOIN attendance_sheetline w ON w.id = l.sheet_line_id
        CROSS JOIN LATERAL (
            SELECT count(*) AS days FROM generate_series(0, 30) n
            WHERE ((coalesce(w.full_days, 0) | coalesce(w.half_days, 0)) >> n) & 1 = 1
                AND (%(first)s::date + n < c.starts_on OR %(first)s::date + n > c.ends_on)
                AND (c.starts_on > %(first)s OR c.ends_on < %(last)s)
        ) o
        WHERE l.month = %(first)s AND l.standing AND l.amount > 0
            AND l.area_id >= %(low)s AND l.area_id < %(high)s
            AND (c.state NOT IN {HELD} OR c.starts_on > %(last)s OR c.ends_on < %(first)s
                OR o.days > 0)
        GROUP BY c.id
    """


class BeforeSigning(Pattern):
    """Days are recorded before the day on which the contract was signed (V-18)."""

    code = "V-18.unsigned"
    severity = "A"
    title = _("Worked before signing")
    sentence = _("%(days)s days are recorded before the contract was signed on %(signed)s.")
    limits = {"days": ("detect.unsigned_days", 3)}
    sql = f"""
        SELECT {
        of_contract(
            "jsonb_build_object('days', r.days, 'signed', h.signed_on)",
            one("contract", "h.contract_id") + " || r.check_ins",
        )
    }
        FROM (SELECT * FROM seen_holder WHERE signed_on > first OFFSET 0) h
        {days_of("d.day < h.signed_on")} WHERE r.days >= %(days)s
    """


class TooLong(Pattern):
    """Contracts last longer than the rule allows (C-08, V-18).

    Whoever wrote one for a village wrote them all: they are one doubt, and it names no worker.
    """

    code = "V-18.term"
    severity = "A"
    title = _("Contract longer than allowed")
    sentence = _(
        "%(contracts)s contracts of the village run longer than the %(months)s months that are"
        " allowed; the longest runs from %(first)s to %(last)s."
    )
    sql = f"""
        SELECT h.area_id, NULL::bigint AS person_id,
            CASE count(*) WHEN 1 THEN min(h.contract_id) END AS contract_id,
            NULL::bigint[] AS people, concat_ws(':', 'term', h.area_id, m.value) AS subject,
            jsonb_build_object('contracts', count(*), 'months', {number("m.value")}::int,
                'first', (array_agg(h.starts_on ORDER BY {LASTS}))[1],
                'last', (array_agg(h.ends_on ORDER BY {LASTS}))[1]) AS shows,
            {about("contract", "h.contract_id")} AS evidence
        FROM seen_holder h JOIN {rule_of("contract.max_term_months")} m
            ON (m.area_id, m.fund_id) = (h.area_id, h.fund_id)
        WHERE h.ends_on >= h.starts_on + make_interval(months => {number("m.value")}::int)
        GROUP BY h.area_id, m.value
    """

    @classmethod
    def why(cls, shows):
        """What was seen; once each contract was a doubt of its own."""
        return super().why({"contracts": 1} | shows)


class Uninsured(Pattern):
    """Days are recorded that no insurance covers where it is mandatory (V-19)."""

    code = "V-19.gap"
    severity = "B"
    title = _("Recorded days without insurance")
    sentence = _("No insurance covers %(days)s recorded days from %(first)s to %(last)s.")
    limits = {"days": ("detect.uninsured_days", 1)}
    sql = f"""
        WITH bare AS MATERIALIZED (
            SELECT h.* FROM seen_holder h
            JOIN {rule_of("insurance.mandatory")} m
            ON (m.area_id, m.fund_id) = (h.area_id, h.fund_id)
            WHERE m.value = 'true' AND NOT EXISTS (
                SELECT FROM contracts_cover k WHERE k.person_id = h.person_id
                    AND k.starts_on <= h.first AND k.ends_on >= h.last
            )
        )
        SELECT {
        of_contract(
            "jsonb_build_object('days', r.days, 'first', r.first_day, 'last', r.last_day)",
            one("contract", "h.contract_id") + " || r.check_ins",
        )
    }
        FROM bare h {
        days_of(
            "NOT EXISTS (SELECT FROM contracts_cover k WHERE k.person_id = h.person_id"
            " AND d.day BETWEEN k.starts_on AND k.ends_on)"
        )
    }
        WHERE r.days >= %(days)s
    """


class BeyondTheMonths(Pattern):
    """Somebody is subsidised for more months than allowed and is not near retirement (R-46)."""

    code = "V-22.months"
    severity = "A"
    title = _("Subsidised longer than allowed")
    sentence = _("This is the %(months)sth subsidised month; %(most)s are allowed.")
    sql = f"""
        WITH spent AS MATERIALIZED (
            SELECT c.person_id, min(c.starts_on) AS began, {about("contract", "c.id")} AS evidence,
                count(DISTINCT extract(year FROM m) * 12 + extract(month FROM m)) AS months
            FROM contracts_contract c CROSS JOIN LATERAL generate_series(
                date_trunc('month', c.starts_on), least(c.ends_on, %(last)s), '1 month'
            ) m
            WHERE c.state IN {HELD} AND NOT c.attested AND c.starts_on <= %(last)s
                AND c.person_id IN (SELECT person_id FROM seen_holder WHERE NOT attested)
            GROUP BY 1 HAVING count(*) > 12
        )
        SELECT {
        of_contract(
            f"jsonb_build_object('months', s.months, 'most', {number('m.value')}::int)",
            "s.evidence",
        )
    }
        FROM spent s JOIN seen_holder h USING (person_id) JOIN registry_person p ON p.id = person_id
        JOIN {rule_of("subsidy.max_months")} m
            ON (m.area_id, m.fund_id) = (h.area_id, h.fund_id)
        LEFT JOIN {rule_of("subsidy.near_retirement_years")} y
            ON (y.area_id, y.fund_id) = (h.area_id, h.fund_id)
        LEFT JOIN {rule_of("subsidy.near_retirement_at")} t
            ON (t.area_id, t.fund_id) = (h.area_id, h.fund_id)
        CROSS JOIN LATERAL (
            SELECT (extract(year FROM p.born_on) * 12 + extract(month FROM p.born_on))::int AS b
        ) born
        CROSS JOIN LATERAL (
            SELECT CASE WHEN t.value #>> '{{}}' = 'first' THEN s.began ELSE h.starts_on END AS day
        ) judged
        WHERE s.months > {number("m.value")} AND NOT h.attested AND {RETIRES}
            - (extract(year FROM judged.day) * 12 + extract(month FROM judged.day))
            > coalesce({number("y.value")}, 0) * 12
    """


class PlacedTooOften(Pattern):
    """Somebody was placed anew more often than allowed; what follows on at once is one (R-46)."""

    code = "V-22.places"
    severity = "A"
    title = _("Placed more often than allowed")
    sentence = _("This is placement number %(times)s; %(most)s are allowed.")
    limits = {"gap": ("detect.placement_gap_days", 31)}
    sql = f"""
        WITH held AS (
            SELECT c.id, c.person_id, c.renews_id, c.starts_on, max(c.ends_on) OVER (
                PARTITION BY c.person_id ORDER BY c.starts_on
                ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS before
            FROM contracts_contract c
            WHERE c.state IN {HELD} AND NOT c.attested AND c.starts_on <= %(last)s
                AND c.person_id IN (SELECT person_id FROM seen_holder WHERE NOT attested)
        ), placed AS (
            SELECT person_id, count(*) AS times, {about("contract", "id")} AS evidence FROM held
            WHERE renews_id IS NULL AND (before IS NULL OR starts_on > before + %(gap)s)
            GROUP BY 1
        )
        SELECT {
        of_contract(
            f"jsonb_build_object('times', s.times, 'most', {number('m.value')}::int)", "s.evidence"
        )
    }
        FROM placed s JOIN seen_holder h USING (person_id)
        JOIN {rule_of("placement.max")} m
            ON (m.area_id, m.fund_id) = (h.area_id, h.fund_id)
        WHERE NOT h.attested AND s.times > {number("m.value")}
    """


class PostForAPerson(Pattern):
    """A post was asked for after its holder had applied or begun (V-24)."""

    code = "V-24.after"
    severity = "C"
    title = _("A post that came after its holder")
    sentence = _(
        "The holder applied on %(applied)s and began on %(began)s; the post is there since"
        " %(since)s."
    )
    sql = f"""
        SELECT {
        of_contract(
            "jsonb_build_object('applied', i.applied_on, 'began', h.starts_on,"
            " 'since', coalesce(k.asked, o.starts_on))",
            one("post", "o.id") + " || " + one("contract", "h.contract_id"),
        )
    }
        FROM seen_holder h JOIN posts_hire i ON i.contract_id = h.contract_id
        JOIN posts_post o ON o.id = i.post_id CROSS JOIN LATERAL (
            SELECT min((e.at AT TIME ZONE 'Asia/Shanghai')::date) AS asked FROM kernel_event e
            WHERE e.record_type_id = {kind_of("posts", "post")} AND e.record_id = o.id
                AND e.verb = 'submit'
        ) k
        WHERE h.starts_on < o.starts_on OR i.applied_on < k.asked
    """


class EmptyPost(Pattern):
    """People are paid on posts that say neither duties nor workload (V-24).

    Posts taken over from a ledger have none: however many a village has, they are one doubt.
    """

    code = "V-24.empty"
    severity = "C"
    title = _("A post without work")
    sentence = _(
        "%(posts)s posts of the village, with %(people)s people on them, describe neither duties"
        " nor workload."
    )
    sql = f"""
        SELECT o.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            NULL::bigint[] AS people, 'village:' || o.area_id AS subject,
            jsonb_build_object('posts', count(DISTINCT o.id),
                'people', count(DISTINCT h.person_id)) AS shows,
            {about("post", "o.id")} AS evidence
        FROM posts_post o JOIN posts_hire i ON i.post_id = o.id
        JOIN seen_holder h ON h.contract_id = i.contract_id
        WHERE btrim(o.duties) = '' AND btrim(o.workload) = '' GROUP BY o.area_id
    """

    @classmethod
    def why(cls, shows):
        """What was seen; once each post was a doubt of its own."""
        return super().why({"posts": 1} | shows)


class Unequal(Pattern):
    """Nearly all like posts of a township pay one standard, and a few pay far from it (V-25)."""

    code = "V-25.unequal"
    severity = "C"
    title = _("Like posts paid unlike")
    sentence = _(
        "%(people)s of %(all)s people on “%(kind)s” posts of the township have a standard away"
        " from the usual %(usual)s yuan by more than the rule allows."
    )
    limits = {
        "alike": ("detect.parity_people", 8),
        "share": ("detect.parity_share", "0.85"),
        "tolerance": ("post.parity_tolerance", "0.20"),
    }
    sql = f"""
        WITH alike AS (
            SELECT left(h.area_id, 9) AS town, c.post_type, h.fund_id, h.pay_basis, h.standard,
                h.person_id, h.contract_id
            FROM seen_holder h JOIN contracts_contract c ON c.id = h.contract_id
            WHERE NOT h.attested AND c.post_type <> ''
        ), usual AS (
            SELECT town, post_type, fund_id, pay_basis, count(*) AS people,
                mode() WITHIN GROUP (ORDER BY standard) AS standard
            FROM alike GROUP BY 1, 2, 3, 4 HAVING count(*) >= %(alike)s
        ), away AS (
            SELECT a.town, a.post_type, a.fund_id, a.pay_basis, u.people AS everybody,
                u.standard AS usual, array_agg(a.person_id) AS people,
                {about("contract", "a.contract_id")} AS evidence
            FROM alike a JOIN usual u USING (town, post_type, fund_id, pay_basis)
            WHERE abs(a.standard - u.standard) > u.standard * %(tolerance)s::numeric
            GROUP BY 1, 2, 3, 4, 5, 6
        )
        SELECT rpad(w.town, 12, '0') AS area_id, NULL::bigint AS person_id,
            NULL::bigint AS contract_id, w.people,
            left(concat_ws(':', 'alike', w.town, w.fund_id, w.pay_basis, w.post_type), 80)
                AS subject,
            jsonb_build_object('people', cardinality(w.people), 'all', w.everybody,
                'kind', w.post_type, 'usual', w.usual) AS shows, w.evidence
        FROM away w
        WHERE w.everybody - cardinality(w.people) >= w.everybody * %(share)s::numeric
    """


class NothingDone(Pattern):
    """Two whole months in force and no day recorded, no leave and no suspension (R-13, V-36)."""

    code = "V-36.nothing"
    severity = "C"
    title = _("On the books without work or pay")
    sentence = _("The contract is in force, and no day is recorded in this month or the last.")
    sql = f"""
        WITH past AS (
            SELECT t.area_id, l.contract_id, l.days FROM attendance_sheet t
            JOIN attendance_sheetline l ON l.sheet_id = t.id
            WHERE t.month = (%(first)s::date - interval '1 month')::date
                AND t.area_id >= %(low)s AND t.area_id < %(high)s
        ), alive AS (
            SELECT DISTINCT area_id FROM seen_day
            INTERSECT SELECT DISTINCT area_id FROM past WHERE days > 0
        )
        SELECT {of_contract("'{}'::jsonb", one("contract", "h.contract_id"))}
        FROM seen_holder h JOIN alive a ON a.area_id = h.area_id
        WHERE %(last)s < %(today)s AND h.state = 'in_force' AND h.ends_on >= %(last)s
            AND h.starts_on <= %(first)s::date - interval '1 month'
            AND EXISTS (SELECT FROM past b WHERE b.contract_id = h.contract_id AND b.days = 0)
            AND NOT EXISTS (SELECT FROM seen_day d WHERE d.contract_id = h.contract_id)
            AND NOT EXISTS (
                SELECT FROM attendance_sheetline l JOIN attendance_sheet t ON t.id = l.sheet_id
                WHERE l.contract_id = h.contract_id AND t.month = %(first)s AND l.days > 0
            ) AND NOT EXISTS (
                SELECT FROM contracts_suspension s WHERE s.contract_id = h.contract_id
                    AND s.starts_on <= %(last)s AND (s.ends_on IS NULL OR s.ends_on >= %(first)s)
            ) AND NOT EXISTS (
                SELECT FROM attendance_leave v WHERE v.contract_id = h.contract_id
                    AND v.state = 'granted' AND v.starts_on <= %(last)s AND v.ends_on >= %(first)s
            )
    """


TERMS = (
    *(WithoutContract, BeforeSigning, TooLong, Uninsured, BeyondTheMonths),
    *(PlacedTooOften, PostForAPerson, EmptyPost, Unequal, NothingDone),
)
