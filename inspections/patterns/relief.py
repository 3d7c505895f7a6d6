"""Work-for-relief: workers nobody meets, days nobody worked, labour that is none."""

from django.utils.translation import gettext_lazy as _

from inspections.patterns.base import Pattern
from inspections.patterns.recorded import (
    SPELT,
    about,
    days_of,
    of_contract,
    one,
    while_recorded,
)
from workrelief.shares import SHARES

# The month's relief workers, their places on the roster and their projects.
WORKERS = """
    seen_holder h JOIN workrelief_member m ON m.contract_id = h.contract_id
    JOIN workrelief_project j ON j.id = m.project_id JOIN registry_person p ON p.id = h.person_id
"""
HERE = "j.area_id >= %(low)s AND j.area_id < %(high)s"
SITE = one("project", "j.id") + " || " + one("contract", "h.contract_id")
MACHINE = (
    "机械|挖掘|挖机|装载|压路|推土|铲车|吊车|罐车|拖拉机|司机|驾驶|台班|设备|工程师|技术员|技术负责|测量"
    "|资料员|会计|经理|监理|管理|施工队"
)
# Hands beside a machine are labour like any other, and so is who tends what was built.
HANDS = "普工|小工|杂工|帮工|配合|搬运|清洗|管护"
NO_LABOUR = f"(m.trade ~ '{MACHINE}' AND m.trade !~ '{HANDS}')"
# Projects at work in the month, as the shares are asked for them.
CHOSEN = f"""
    SELECT j.id, j.area_id FROM workrelief_project j WHERE {HERE}
        AND j.state NOT IN ('reserve', 'applied', 'cancelled', 'archived')
        AND j.plan_issued_on <= %(last)s AND (j.accepted_on IS NULL OR j.accepted_on >= %(first)s)
"""
# The shares of these projects; pay lines of all their months are summed, so it is done once.
SHARE = f"""
    CREATE TEMP TABLE IF NOT EXISTS seen_share ON COMMIT DROP AS
    SELECT s.*, j.area_id, j.state, j.main_done_on
    FROM ({SHARES.format(projects=CHOSEN)}) s (project_id, fund_line, fund_id, fund, year,
        amount, issued_on, planned, paid, committed, minimum, rule, last_on)
    JOIN workrelief_project j ON j.id = s.project_id
"""


class IdleDays(Pattern):
    """Days are recorded before the works began, after they ended or while they stood (V-13)."""

    code = "V-13.days"
    severity = "A"
    title = _("Days on which the site stood still")
    sentence = _("%(days)s days are recorded on which nobody worked on the site.")
    sql = f"""
        SELECT {of_contract("jsonb_build_object('days', r.days)", SITE + " || r.check_ins")}
        FROM {WORKERS} {
        days_of(
            "d.day < j.started_on OR d.day > j.main_done_on OR EXISTS ("
            " SELECT FROM workrelief_stoppage s WHERE s.project_id = j.id"
            " AND d.day >= s.starts_on AND (s.ends_on IS NULL OR d.day <= s.ends_on))"
        )
    }
        WHERE r.days > 0
    """


class GhostByAge(Pattern):
    """Days on the site of somebody too young or past the age of such work (R-12, V-13)."""

    code = "V-13.age"
    severity = "A"
    title = _("Too young or too old for the site")
    sentence = _("%(days)s days are recorded at an age under %(least)s or from %(most)s years on.")
    limits = {"least": ("age.min", 16), "most": ("detect.relief_age_max", 70)}
    sql = f"""
        SELECT {
        of_contract(
            "jsonb_build_object('days', r.days, 'least', %(least)s, 'most', %(most)s)",
            f"{SITE} || r.check_ins",
        )
    }
        FROM {WORKERS} {
        days_of(
            "d.day < p.born_on + make_interval(years => %(least)s)"
            " OR d.day >= p.born_on + make_interval(years => %(most)s)"
        )
    }
        WHERE r.days > 0
    """


class GhostByAbsence(Pattern):
    """Days on the site of somebody who, by another record, is elsewhere (V-13)."""

    code = "V-13.away"
    severity = "A"
    title = _("On the site and elsewhere")
    sentence = _(
        "%(days)s days on the site are recorded, while %(source)s has a record of %(record)s since"
        " %(since)s."
    )
    limits = {"days": ("detect.away_days", 3)}
    sql = while_recorded("f.kind IN ('务工', '在校')", only="h.attested")


class NoDayOff(Pattern):
    """A worker is on the site on every day of the month, whatever the weather (V-13)."""

    code = "V-13.every"
    severity = "A"
    title = _("On the site every day")
    sentence = _("%(days)s days of the month are recorded on the site.")
    limits = {"most": ("detect.relief_most_days", 28)}
    sql = f"""
        SELECT {of_contract("jsonb_build_object('days', r.days)", SITE)}
        FROM {WORKERS} {days_of()} WHERE r.days >= %(most)s
    """


class SameDays(Pattern):
    """All workers of a project have the same number of days (V-13).

    In the first few days of a site everybody may well be there on each of them.
    """

    code = "V-13.same"
    severity = "A"
    title = _("The same days for all workers")
    sentence = _("All %(people)s workers of the wage list have %(days)s days.")
    limits = {
        "people": ("detect.relief_same_people", 10),
        "days": ("detect.relief_same_days", 6),
    }
    sql = f"""
        SELECT j.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            array_agg(m.person_id) AS people, 'batch:' || b.id AS subject,
            jsonb_build_object('people', count(*), 'days', min(l.days)) AS shows,
            {one("wage_batch", "b.id")} AS evidence
        FROM workrelief_wagebatch b JOIN workrelief_project j ON j.id = b.project_id
        JOIN workrelief_wageline l ON l.batch_id = b.id
        JOIN workrelief_member m ON m.id = l.member_id
        WHERE b.month = %(first)s AND b.state <> 'voided' AND {HERE} AND l.quantity IS NULL
        GROUP BY b.id, j.area_id HAVING count(*) >= %(people)s AND min(l.days) = max(l.days)
            AND min(l.days) >= %(days)s
    """


class OneCard(Pattern):
    """Cards of several workers of a project are in one person's name (V-13)."""

    code = "V-13.card"
    severity = "A"
    title = _("One holder for the cards of several workers")
    sentence = _("%(people)s workers of the project are paid on cards in the name of %(holder)s.")
    limits = {"people": ("detect.relief_card_people", 2)}
    sql = f"""
        SELECT j.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            array_agg(DISTINCT h.person_id) AS people,
            left(concat_ws(':', 'card', j.id, b.holder_name), 80) AS subject,
            jsonb_build_object('people', count(DISTINCT h.person_id), 'holder', b.holder_name)
                AS shows, {one("project", "j.id")} || {about("contract", "h.contract_id")}
                AS evidence
        FROM {WORKERS} JOIN registry_bankaccount b ON b.person_id = p.id AND b.current
        WHERE {SPELT.format("b.holder_name")} <> {SPELT.format("p.name")}
        GROUP BY j.id, b.holder_name HAVING count(DISTINCT h.person_id) >= %(people)s
    """


class Stranger(Pattern):
    """A worker with no home, telephone, training or trace but what others wrote (V-13)."""

    code = "V-13.stranger"
    severity = "A"
    title = _("A worker known from lists only")
    sentence = _(
        "%(days)s days are recorded for somebody without household, telephone or training, by what"
        " others wrote."
    )
    sql = f"""
        SELECT {of_contract("jsonb_build_object('days', r.days)", SITE + " || r.check_ins")}
        FROM {WORKERS} {days_of()}
        WHERE p.household_id IS NULL AND p.phone = '' AND r.days > 0
            AND NOT EXISTS (SELECT FROM workrelief_trainee t WHERE t.person_id = p.id)
            AND NOT EXISTS (SELECT FROM attendance_device v WHERE v.person_id = p.id)
            AND NOT EXISTS (
                SELECT FROM seen_day d WHERE d.contract_id = h.contract_id
                    AND d.source IN ('phone', 'roll_call', 'machine')
            )
    """


class ShareShort(Pattern):
    """The labour share is below a fund's minimum by plan, or by pay once the works are done."""

    code = "V-28.share"
    severity = "A"
    title = _("Labour share below the minimum")
    sentence = _(
        "%(fund)s: %(labour)s of %(amount)s yuan go to labour; at least %(least)s yuan must (R-61)."
    )
    tables = (SHARE,)
    sql = f"""
        SELECT s.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            NULL::bigint[] AS people, 'share:' || s.fund_line AS subject,
            jsonb_build_object('fund', s.fund, 'amount', s.amount,
                'least', round(s.minimum * s.amount, 2),
                'labour', least(s.planned, s.counted)) AS shows,
            {one("project", "s.project_id")} AS evidence
        FROM (
            SELECT t.*, CASE WHEN t.main_done_on <= %(last)s THEN t.paid + t.committed
                ELSE t.planned END AS counted
            FROM seen_share t
            WHERE t.state IN ('preparing', 'started', 'suspended', 'rectifying', 'main_done',
                'accepted', 'in_use', 'handed_over')
        ) s
        WHERE least(s.planned, s.counted) < s.minimum * s.amount
    """


class PayBehind(Pattern):
    """The works run far ahead of the labour that is paid or on its way (W-10, V-28)."""

    code = "V-28.behind"
    severity = "A"
    title = _("Works far ahead of the labour paid")
    sentence = _(
        "%(fund)s: the works stand at %(done)s %%, the labour at %(paid)s %% of what was planned."
    )
    limits = {"points": ("detect.relief_behind_points", 40)}
    tables = (SHARE,)
    sql = f"""
        SELECT s.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            NULL::bigint[] AS people, 'behind:' || s.fund_line AS subject,
            jsonb_build_object('fund', s.fund, 'done', w.percent,
                'paid', round((s.paid + s.committed) * 100 / s.planned, 1)) AS shows,
            {one("project", "s.project_id")} AS evidence
        FROM seen_share s CROSS JOIN LATERAL (
            SELECT g.percent FROM workrelief_progress g
            WHERE g.project_id = s.project_id AND g.on <= %(last)s
            ORDER BY g.on DESC, g.id DESC LIMIT 1
        ) w
        WHERE s.planned > 0 AND s.minimum IS NOT NULL
            AND w.percent - (s.paid + s.committed) * 100 / s.planned > %(points)s
    """


class NoLabour(Pattern):
    """A machine or a professional stands on the roster as local labour (R-83, V-29)."""

    code = "V-29.trade"
    severity = "A"
    title = _("Machine or professional as labour")
    sentence = _("The trade “%(trade)s” is listed as local labour at %(rate)s yuan.")
    sql = f"""
        SELECT {of_contract("jsonb_build_object('trade', m.trade, 'rate', m.rate)", SITE)}
        FROM {WORKERS} WHERE m.labour_class = 'mass' AND {NO_LABOUR}
    """


class HighRate(Pattern):
    """A rate of local labour far above the project's middle, or a business owner's above it."""

    code = "V-29.rate"
    severity = "A"
    title = _("Rate far above the project's others")
    sentence = _("The rate is %(rate)s yuan; the middle of the project is %(middle)s yuan (V-29).")
    limits = {
        "times": ("detect.relief_rate_times", "2.0"),
        "owner": ("detect.relief_owner_times", "1.3"),
        "people": ("detect.relief_rate_people", 5),
    }
    sql = f"""
        WITH middle AS (
            SELECT m.project_id, m.pay_basis,
                (percentile_cont(0.5) WITHIN GROUP (ORDER BY m.rate))::numeric AS middle
            FROM workrelief_member m JOIN workrelief_project j ON j.id = m.project_id
            WHERE m.labour_class = 'mass' AND m.struck_off_on IS NULL AND {HERE}
            GROUP BY 1, 2 HAVING count(*) >= %(people)s
        )
        SELECT {
        of_contract("jsonb_build_object('rate', m.rate, 'middle', round(k.middle, 2))", SITE)
    }
        FROM {WORKERS}
        JOIN middle k ON k.project_id = m.project_id AND k.pay_basis = m.pay_basis
        WHERE m.labour_class = 'mass' AND NOT {NO_LABOUR}
            AND (m.rate > k.middle * %(times)s::numeric
                OR m.rate > k.middle * %(owner)s::numeric AND EXISTS (
                    SELECT FROM registry_fact f WHERE f.person_id = p.id
                        AND f.kind IN ('法人', '股东', '个体') AND f.starts_on <= h.last
                        AND (f.ends_on IS NULL OR f.ends_on >= h.first)
                ))
    """


class LateWages(Pattern):
    """A month's wages have not arrived within the cycle after its end (R-73, V-30)."""

    code = "V-30.late"
    severity = "A"
    title = _("Wages late")
    sentence = _(
        "The wages of %(people)s workers were due by %(due)s and came later or not at all."
    )
    limits = {"cycle": ("relief.pay_cycle_days", 31)}
    sql = f"""
        WITH arrived AS (
            SELECT l.contract_id, bool_and(r.outcome = 'success') AS whole,
                max(r.credited_on) AS on
            FROM payroll_payline l
            LEFT JOIN payroll_sentline s ON s.line_id = l.id
            LEFT JOIN payroll_bankresult r ON r.sent_id = s.id
            WHERE l.month = %(first)s AND l.standing AND l.amount > 0
                AND l.contract_id IN (SELECT contract_id FROM seen_holder WHERE attested)
            GROUP BY 1
        )
        SELECT j.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            array_agg(m.person_id) AS people, 'batch:' || b.id AS subject,
            jsonb_build_object('people', count(*), 'due', %(last)s::date + %(cycle)s) AS shows,
            {one("wage_batch", "b.id")} || {one("project", "j.id")} AS evidence
        FROM workrelief_wagebatch b JOIN workrelief_project j ON j.id = b.project_id
        JOIN workrelief_wageline l ON l.batch_id = b.id
        JOIN workrelief_member m ON m.id = l.member_id
        LEFT JOIN arrived a ON a.contract_id = l.contract_id
        WHERE b.month = %(first)s AND b.state <> 'voided' AND l.amount > 0 AND {HERE}
            AND %(last)s::date + %(cycle)s < CASE WHEN a.whole THEN a.on ELSE %(today)s::date END
        GROUP BY b.id, j.id
    """


class WithheldWages(Pattern):
    """Less goes to a worker than the wage list says, and no part of the line says why (V-30)."""

    code = "V-30.short"
    severity = "A"
    title = _("Wages paid short")
    sentence = _("The wage list says %(earned)s yuan; %(paid)s yuan are paid.")
    sql = f"""
        WITH paid AS (
            SELECT l.contract_id, sum(l.amount + l.offset) AS amount,
                {about("pay_line", "l.id")} AS lines
            FROM payroll_payline l WHERE l.month = %(first)s AND l.standing
                AND l.item IN ('post_subsidy', 'uninsured_days')
                AND l.contract_id IN (SELECT contract_id FROM seen_holder WHERE attested)
            GROUP BY 1
        )
        SELECT {
        of_contract(
            "jsonb_build_object('earned', l.amount, 'paid', d.amount)",
            one("wage_batch", "b.id") + " || d.lines",
        )
    }
        FROM seen_holder h JOIN workrelief_wageline l ON l.contract_id = h.contract_id
        JOIN workrelief_wagebatch b ON b.id = l.batch_id AND b.month = %(first)s
            AND b.state IN ('verified', 'filed')
        JOIN paid d ON d.contract_id = h.contract_id
        WHERE d.amount < l.amount
    """


RELIEF = (
    *(IdleDays, GhostByAge, GhostByAbsence, NoDayOff, SameDays, OneCard, Stranger),
    *(ShareShort, PayBehind, NoLabour, HighRate, LateWages, WithheldWages),
)
