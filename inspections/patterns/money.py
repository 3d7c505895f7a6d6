"""Where the money goes: shared posts, others' accounts, sums that do not come out."""

from django.utils.translation import gettext_lazy as _

from inspections.patterns.base import Pattern
from inspections.patterns.recorded import (
    SPELT,
    about,
    entry,
    number,
    of_contract,
    one,
    rule_of,
)

# The month's lines that pay the subsidy of a post, whatever else is paid beside it.
PAID = """
    SELECT l.*, c.pay_basis, c.fund_id, c.title, c.attested, c.standard AS agreed
    FROM payroll_payline l JOIN contracts_contract c ON c.id = l.contract_id
    WHERE l.month = %(first)s AND l.standing AND l.item = 'post_subsidy'
        AND l.area_id >= %(low)s AND l.area_id < %(high)s
"""
UNAMENDED = """
    NOT EXISTS (SELECT FROM contracts_amendment a WHERE a.contract_id = h.contract_id
        AND a.state = 'in_force')
"""


class MoneyBack(Pattern):
    """Several people of a village pay back the same sum in one month (V-14)."""

    code = "V-14.back"
    severity = "A"
    title = _("The same sum paid back by several")
    sentence = _("%(people)s people of the village paid back %(amount)s yuan each in the month.")
    limits = {"people": ("detect.back_people", 4)}
    sql = f"""
        SELECT c.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            array_agg(DISTINCT c.person_id) AS people,
            concat_ws(':', 'back', c.area_id, b.amount) AS subject,
            jsonb_build_object('people', count(DISTINCT c.person_id), 'amount', b.amount) AS shows,
            {about("recovery", "v.id", "v.decision")} AS evidence
        FROM payroll_repayment b JOIN payroll_recovery v ON v.id = b.recovery_id
        JOIN contracts_contract c ON c.id = v.contract_id
        WHERE b.received_on BETWEEN %(first)s AND %(last)s AND b.way <> 'offset' AND b.amount > 0
            AND c.area_id >= %(low)s AND c.area_id < %(high)s
            AND NOT EXISTS (SELECT FROM payroll_repayment u WHERE u.undoes_id = b.id)
        GROUP BY c.area_id, b.amount HAVING count(DISTINCT c.person_id) >= %(people)s
    """


class SaidToBeCollected(Pattern):
    """Somebody says that pay was collected back or shared out (V-14)."""

    code = "V-14.said"
    severity = "A"
    title = _("Pay is said to be collected back")
    sentence = _("An objection received on %(on)s speaks of pay collected back or shared out.")
    sql = f"""
        SELECT o.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            NULL::bigint[] AS people, 'objection:' || o.id AS subject,
            jsonb_build_object('on', o.received_on) AS shows,
            {one("objection", "o.id", "o.text")} AS evidence
        FROM notices_objection o
        WHERE o.received_on BETWEEN %(first)s AND %(last)s
            AND o.area_id >= %(low)s AND o.area_id < %(high)s
            AND o.text ~ '收回|上交|上缴|交回|返还|退回|回扣|统筹|平分|均分'
            AND o.text ~ '钱|元|工资|补贴|补助|报酬|款'
    """


class MorePayees(Pattern):
    """More people hold a post on one day than it was approved for (V-15)."""

    code = "V-15.payees"
    severity = "A"
    title = _("More people than the post has places")
    sentence = _("%(people)s people hold “%(title)s” on one day; %(places)s places are approved.")
    sql = f"""
        WITH places AS (
            SELECT area_id, title, sum(headcount) AS places, min(id) AS post_id FROM posts_post
            WHERE state IN ('open', 'suspended', 'closed') AND starts_on <= %(last)s
                AND (ends_on IS NULL OR ends_on >= %(first)s)
                AND area_id >= %(low)s AND area_id < %(high)s
            GROUP BY 1, 2
        ), moves AS (
            SELECT area_id, title, first AS day, 1 AS step FROM seen_holder WHERE NOT attested
            UNION ALL
            SELECT area_id, title, last + 1, -1 FROM seen_holder WHERE NOT attested
        ), counts AS (
            SELECT area_id, title, sum(step) OVER (
                PARTITION BY area_id, title ORDER BY day, step
            ) AS people FROM moves
        ), most AS (SELECT area_id, title, max(people) AS people FROM counts GROUP BY 1, 2)
        SELECT m.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            array_agg(DISTINCT h.person_id) AS people, 'post:' || p.post_id AS subject,
            jsonb_build_object('people', m.people, 'places', p.places, 'title', m.title) AS shows,
            {one("post", "p.post_id")} || {about("contract", "h.contract_id")} AS evidence
        FROM most m JOIN places p USING (area_id, title)
        JOIN seen_holder h ON h.area_id = m.area_id AND h.title = m.title AND NOT h.attested
        WHERE m.people > p.places
        GROUP BY m.area_id, m.title, m.people, p.places, p.post_id
    """


class TakingTurns(Pattern):
    """People of one post are each at work in one month out of three only (V-15)."""

    code = "V-15.turns"
    severity = "A"
    title = _("A post that goes round")
    sentence = _(
        "%(people)s people were at work on “%(title)s” in three months, %(once)s of them in one"
        " month only."
    )
    limits = {"people": ("detect.turns_people", 6), "share": ("detect.turns_share", "0.80")}
    sql = f"""
        WITH turns AS (
            SELECT c.area_id, c.title, c.person_id, t.month, l.contract_id
            FROM attendance_sheet t JOIN attendance_sheetline l ON l.sheet_id = t.id
            JOIN contracts_contract c ON c.id = l.contract_id
            WHERE t.month BETWEEN %(first)s::date - interval '2 months' AND %(first)s
                AND t.area_id >= %(low)s AND t.area_id < %(high)s AND l.days > 0
                AND c.pay_basis = 'month' AND NOT c.attested
            UNION
            SELECT h.area_id, h.title, h.person_id, %(first)s, h.contract_id
            FROM seen_holder h WHERE h.pay_basis = 'month' AND NOT h.attested
                AND EXISTS (SELECT FROM seen_day d WHERE d.contract_id = h.contract_id)
        ), people AS (
            SELECT area_id, title, person_id, count(DISTINCT month) AS months,
                min(month) AS month, min(contract_id) AS contract_id FROM turns GROUP BY 1, 2, 3
        )
        SELECT area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            array_agg(person_id) AS people,
            left('turns:' || area_id || ':' || title, 80) AS subject,
            jsonb_build_object('people', count(*), 'title', title,
                'once', count(*) FILTER (WHERE months = 1)) AS shows,
            {about("contract", "contract_id")} AS evidence
        FROM people GROUP BY area_id, title
        HAVING count(*) >= %(people)s AND count(DISTINCT month) FILTER (WHERE months = 1) = 3
            AND count(*) FILTER (WHERE months = 1) >= count(*) * %(share)s::numeric
    """


class OtherName(Pattern):
    """The account that is paid on is in another name (V-16)."""

    code = "V-16.name"
    severity = "A"
    title = _("Account in another name")
    sentence = _("The account is in the name of %(holder)s; the worker is %(name)s.")
    sql = f"""
        SELECT {
        of_contract(
            "jsonb_build_object('holder', b.holder_name, 'name', p.name)",
            one("account", "b.id", "b.holder_name"),
        )
    }
        FROM seen_holder h JOIN registry_person p ON p.id = h.person_id
        JOIN registry_bankaccount b ON b.person_id = p.id AND b.current
        WHERE {SPELT.format("b.holder_name")} <> {SPELT.format("p.name")}
    """


class OneAccount(Pattern):
    """One account serves or served several people (V-16)."""

    code = "V-16.account"
    severity = "A"
    title = _("One account for several people")
    sentence = _("One bank account stands or stood in the register for %(people)s people.")
    sql = f"""
        SELECT (SELECT min(h.area_id COLLATE "C") FROM seen_holder h
                WHERE h.person_id = ANY(s.people)) AS area_id, NULL::bigint AS person_id,
            NULL::bigint AS contract_id, s.people, left('account:' || s.digest, 80) AS subject,
            jsonb_build_object('people', cardinality(s.people)) AS shows, s.evidence
        FROM (
            SELECT a.number_digest AS digest, array_agg(DISTINCT a.person_id) AS people,
                jsonb_agg(DISTINCT {entry("person", "a.person_id", "a.holder_name")}) AS evidence
            FROM registry_bankaccount a
            WHERE a.number_digest IN (
                SELECT b.number_digest FROM registry_bankaccount b
                JOIN seen_holder h ON h.person_id = b.person_id
            )
            GROUP BY 1 HAVING count(DISTINCT a.person_id) > 1
        ) s
    """


class OneNumber(Pattern):
    """Accounts of people from several homes have one telephone (V-16)."""

    code = "V-16.phone"
    severity = "A"
    title = _("One telephone for the accounts of many")
    sentence = _("%(people)s people of %(homes)s households have one telephone in the register.")
    limits = {"people": ("anomaly.phone_people", 3)}
    sql = f"""
        SELECT min(h.area_id COLLATE "C") AS area_id, NULL::bigint AS person_id,
            NULL::bigint AS contract_id, array_agg(DISTINCT p.id) AS people,
            'telephone:' || md5(p.phone) AS subject,
            jsonb_build_object('people', count(DISTINCT p.id),
                'homes', count(DISTINCT coalesce(p.household_id, -p.id))) AS shows,
            {about("person", "p.id")} AS evidence
        FROM seen_holder h JOIN registry_person p ON p.id = h.person_id WHERE p.phone <> ''
        GROUP BY p.phone
        HAVING count(DISTINCT coalesce(p.household_id, -p.id)) >= %(people)s
    """


class OtherSum(Pattern):
    """What is due is not the standard by the days or by what was measured (V-17)."""

    code = "V-17.amount"
    severity = "A"
    title = _("The sum does not come out")
    sentence = _("%(due)s yuan are due by the line; standard and days make %(expected)s yuan.")
    sql = f"""
        SELECT {
        of_contract(
            "jsonb_build_object('due', h.due, 'expected', e.expected)", one("pay_line", "h.id")
        )
    }
        FROM ({PAID}) h LEFT JOIN {rule_of("absence.deduct_per_day")} m
            ON (m.area_id, m.fund_id) = (h.area_id, h.fund_id)
        CROSS JOIN LATERAL (
            SELECT round(CASE
                WHEN h.quantity IS NOT NULL THEN h.agreed * h.quantity
                WHEN h.pay_basis = 'month' THEN
                    h.agreed * h.days_worked / greatest(h.days_worked, h.required_days, 1)
                ELSE h.agreed * h.days_worked
            END, 2) AS expected
        ) e
        WHERE h.on_days IS NULL AND h.due <> e.expected AND {UNAMENDED}
            AND NOT (h.pay_basis = 'month' AND {number("m.value")} > 0 AND h.due = h.agreed)
    """


class MoreDays(Pattern):
    """More days are paid than the sheet shows (V-17)."""

    code = "V-17.days"
    severity = "A"
    title = _("More days paid than the sheet shows")
    sentence = _("%(paid)s days are paid; the sheet shows %(shown)s.")
    sql = f"""
        SELECT {
        of_contract(
            "jsonb_build_object('paid', h.days_worked, 'shown', coalesce(w.days, 0))",
            one("pay_line", "h.id") + " || " + one("contract", "h.contract_id"),
        )
    }
        FROM ({PAID}) h LEFT JOIN attendance_sheetline w ON w.id = h.sheet_line_id
        WHERE h.amount > 0 AND h.days_worked > coalesce(w.days, 0)
    """


class AboveTheCap(Pattern):
    """More is paid for a month than the rule allows (V-17)."""

    code = "V-17.cap"
    severity = "A"
    title = _("Above the most that may be paid")
    sentence = _("%(amount)s yuan are paid for the month; %(cap)s yuan are allowed.")
    sql = f"""
        SELECT {
        of_contract(
            "jsonb_build_object('amount', h.amount + h.offset, 'cap', k.cap)",
            one("pay_line", "h.id"),
        )
    }
        FROM ({PAID}) h JOIN {rule_of("subsidy.cap")} m
            ON (m.area_id, m.fund_id) = (h.area_id, h.fund_id)
        LEFT JOIN {rule_of("local.minimum_wage")} w
            ON (w.area_id, w.fund_id) = (h.area_id, h.fund_id)
        CROSS JOIN LATERAL (
            SELECT CASE jsonb_typeof(m.value)
                WHEN 'object' THEN
                    round({number("w.value")} * (m.value ->> 'x_minimum_wage')::numeric, 2)
                WHEN 'null' THEN NULL ELSE {number("m.value")}
            END AS cap
        ) k
        WHERE NOT h.attested AND h.amount + h.offset > k.cap
    """


class TwiceAMonth(Pattern):
    """Two contracts of one person are paid more than one whole month's standard (V-23)."""

    code = "V-23.month"
    severity = "A"
    title = _("Paid twice for a month")
    sentence = _(
        "%(amount)s yuan are paid for one month under several contracts; the higher standard is"
        " %(standard)s yuan."
    )
    sql = f"""
        SELECT min(h.area_id COLLATE "C") AS area_id, h.person_id,
            max(h.contract_id) AS contract_id,
            ARRAY[h.person_id] AS people, 'person:' || h.person_id AS subject,
            jsonb_build_object('amount', sum(h.due), 'standard', max(h.standard)) AS shows,
            {about("pay_line", "h.id")} AS evidence
        FROM ({PAID}) h WHERE h.pay_basis = 'month' AND h.amount > 0
        GROUP BY h.person_id
        HAVING count(DISTINCT h.contract_id) > 1 AND sum(h.due) > max(h.standard)
    """


class OtherSubsidy(Pattern):
    """Somebody is paid for a month in which another list subsidises the same (V-23)."""

    code = "V-23.list"
    severity = "A"
    title = _("On another list of subsidies")
    sentence = _(
        "%(amount)s yuan are paid, while %(source)s has a subsidy on record since %(since)s."
    )
    sql = f"""
        SELECT min(l.area_id COLLATE "C") AS area_id, l.person_id,
            max(l.contract_id) AS contract_id,
            ARRAY[l.person_id] AS people, 'person:' || l.person_id AS subject,
            jsonb_build_object('amount', sum(l.amount), 'source', min(f.source),
                'since', min(f.starts_on)) AS shows,
            {about("fact", "f.id", "concat_ws(' ', f.source, f.kind, f.starts_on, f.basis)")}
            || {about("pay_line", "l.id")} AS evidence
        FROM payroll_payline l JOIN registry_fact f ON f.person_id = l.person_id
        WHERE l.month = %(first)s AND l.standing AND l.amount > 0
            AND l.area_id >= %(low)s AND l.area_id < %(high)s
            AND f.starts_on <= %(last)s AND (f.ends_on IS NULL OR f.ends_on >= %(first)s)
            AND (f.kind = '其他岗位' AND f.basis ~ '补贴|补助'
                OR f.kind = '参保' AND l.item = 'social_insurance')
        GROUP BY l.person_id
    """


class PaidByHand(Pattern):
    """A payment beside the bank goes to workers of a project or speaks of wages (V-31).

    What secures wages or what an account costs is paid to nobody who works.
    """

    code = "V-31.cash"
    severity = "A"
    title = _("Wages beside the bank")
    sentence = _("%(amount)s yuan were paid to %(payee)s on %(on)s beside the bank's list.")
    sql = f"""
        SELECT j.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            NULL::bigint[] AS people, 'spending:' || s.id AS subject,
            jsonb_build_object('amount', s.amount, 'payee', s.payee, 'on', s.paid_on) AS shows,
            {one("project", "j.id")}
            || {one("spending", "s.id", "concat_ws(' ', s.payee, s.voucher, s.note)")} AS evidence
        FROM workrelief_spending s JOIN workrelief_fundline f ON f.id = s.fund_line_id
        JOIN workrelief_project j ON j.id = f.project_id
        WHERE s.paid_on BETWEEN %(first)s AND %(last)s AND s.amount > 0
            AND NOT EXISTS (SELECT FROM workrelief_spending b WHERE b.takes_back_id = s.id)
            AND j.area_id >= %(low)s AND j.area_id < %(high)s
            AND (regexp_replace(concat_ws(' ', s.payee, s.note),
                    '(农民工)?工资(支付)?(保证金|保函|专户|专用账户|账户)', '', 'g')
                ~ '现金|代领|代发|工资|工钱|务工款|劳务报酬' OR EXISTS (
                SELECT FROM workrelief_member m JOIN registry_person p ON p.id = m.person_id
                WHERE m.project_id = j.id AND m.labour_class = 'mass' AND p.name = s.payee
            ))
    """


MONEY = (
    *(MoneyBack, SaidToBeCollected, MorePayees, TakingTurns, OtherName, OneAccount, OneNumber),
    *(OtherSum, MoreDays, AboveTheCap, TwiceAMonth, OtherSubsidy, PaidByHand),
)
