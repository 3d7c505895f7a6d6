"""What a county's month leaves behind besides contracts, sheets and pay: all that patterns read.

Villages record by phone (two of five), machine, roll call or book. Everything is written straight
into the tables, many counties at once; of two hundred holders about five do wrong, each otherwise.
"""

from django.db import connection, transaction

from payroll.services import prepare
from project.benchmarks.scratch import MONTH, tidy, unwatched
from project.simulation.county import build
from project.simulation.plan import Size
from project.simulation.relief import FUND, add_projects

A_COUNTY = 5000
FUNDS = ("employment",) * 9 + (FUND,)  # one in ten works for relief
HERE = "{0}area_id >= %(low)s AND {0}area_id < %(high)s"
CONTRACTS = "contracts_contract c WHERE " + HERE.format("c.")
WAY = """(ARRAY['phone', 'machine', 'roll_call', 'phone', 'book'])
    [1 + right({0}area_id, 3)::int %% 5]"""
BY_PHONE = WAY.format("c.") + " = 'phone'"
# The day of a sheet's line as it came in; a phone says when somebody leaves as well.
CHECK_INS = f"""
    INSERT INTO attendance_checkin (client_id, contract_id, day, worth, kind, in_at, out_at, at,
        source, level, device, photo, longitude, latitude, accuracy, phone_id, received_at,
        received_by_id)
    SELECT gen_random_uuid(), w.contract_id, w.day, w.worth, k.kind,
        CASE way WHEN 'machine' THEN time '00:00' + came WHEN 'book' THEN '08:00' END,
        CASE way WHEN 'machine' THEN time '09:00' + came WHEN 'book' THEN '17:00' END,
        CASE WHEN way <> 'book'
            THEN (w.day + came + k.later) AT TIME ZONE 'Asia/Shanghai' END,
        way, CASE way WHEN 'phone' THEN 3 WHEN 'book' THEN 1 ELSE 2 END, '', '',
        CASE WHEN way = 'phone' THEN 105 + w.village %% 50 * 0.02 + w.noise %% 100 * 0.00001 END,
        CASE WHEN way = 'phone' THEN 34 + w.village / 50 * 0.02 + w.noise %% 90 * 0.00001 END,
        20, v.id, (w.day + time '18:00') AT TIME ZONE 'Asia/Shanghai', %(by)s
    FROM (
        SELECT l.contract_id, s.month + n - 1 AS day, right(s.area_id, 3)::int AS village, noise,
            CASE WHEN l.half_days >> (n - 1) & 1 = 1 THEN 0.5 ELSE 1 END AS worth,
            {WAY.format("s.")} AS way, interval '1 second' * CASE WHEN l.contract_id %% 200 = 5
                THEN 28923 ELSE 27000 + noise %% 3600 END AS came
        FROM attendance_sheet s JOIN attendance_sheetline l ON l.sheet_id = s.id
        CROSS JOIN generate_series(1, 31) n
        CROSS JOIN LATERAL abs(hashint8extended(l.contract_id * 32 + n, 0) %% 100000) noise
        WHERE {HERE.format("s.")} AND s.month = %(month)s
            AND (l.full_days | l.half_days) >> (n - 1) & 1 = 1
    ) w LEFT JOIN contracts_contract c ON c.id = w.contract_id AND w.way = 'phone'
    LEFT JOIN attendance_device v ON v.person_id = c.person_id
    CROSS JOIN LATERAL (
        SELECT 'in' AS kind, interval '0' AS later
        UNION ALL SELECT 'out', interval '7 hours' WHERE w.way = 'phone'
    ) k
"""
# The place is the same day after day and a picture of it never is, but for one in two hundred.
PHOTOS = f"""
    INSERT INTO attendance_photo (check_in_id, file, sha256, look, mirrored, size, received_at)
    SELECT w.id, '', md5(w.id::text), hashint8extended(c.id, 1) # CASE WHEN c.id %% 200 = 6 THEN 0
        ELSE hashint8extended(w.id, 2) & hashint8extended(w.id, 3) END,
        hashint8extended(w.id, 4), 1, now()
    FROM attendance_checkin w JOIN contracts_contract c ON c.id = w.contract_id
    WHERE {HERE.format("c.")} AND w.kind = 'in' AND w.source = 'phone'
"""
PHONES = [
    f"""INSERT INTO registry_pass (digest, purpose, subject, issued_at, valid_until, issued_by_id,
        person_id)
        SELECT md5('pass' || c.person_id), 'enter', '', now(), now() + interval '1 day', %(by)s,
            c.person_id FROM {CONTRACTS} AND {BY_PHONE}""",
    # In every fiftieth village four neighbours have one telephone.
    f"""INSERT INTO attendance_device (digest, public_key, fingerprint, label, registered_at,
        let_in_by_id, person_id)
        SELECT md5('phone' || c.person_id), '', md5(CASE right(c.area_id, 3)::int %% 50
                WHEN 5 THEN 'four' || c.person_id / 4 ELSE 'one' || c.person_id END), '', now(),
            p.id, c.person_id
        FROM {CONTRACTS.replace(" WHERE", " JOIN registry_pass p USING (person_id) WHERE")}""",
]
PAPERS = [
    f"""INSERT INTO workrelief_wagebatch (state, project_id, area_id, month)
        SELECT 'filed', id, area_id, %(month)s FROM workrelief_project j
        WHERE {HERE.format("j.")}""",
    f"""INSERT INTO workrelief_wageline (batch_id, number, member_id, contract_id, days, rate,
        amount, reason, signed_on)
        SELECT b.id, l.number, m.id, m.contract_id, l.days_worked, m.rate, l.amount, '', %(next)s
        FROM workrelief_wagebatch b JOIN workrelief_member m ON m.project_id = b.project_id
        JOIN payroll_payline l ON l.contract_id = m.contract_id AND l.month = b.month
        WHERE {HERE.format("b.")} AND l.item = 'post_subsidy'""",
    # Two months before, with their sheets.
    f"""INSERT INTO attendance_sheet (state, month, opened_at, area_id, opened_by_id)
        SELECT s.state, (s.month - n * interval '1 month')::date, now(), s.area_id, %(by)s
        FROM attendance_sheet s, generate_series(1, 2) n WHERE {HERE.format("s.")}""",
    f"""INSERT INTO attendance_sheetline (sheet_id, contract_id, number, full_days, half_days)
        SELECT e.id, l.contract_id, l.number, l.full_days & 134217727, 0
        FROM attendance_sheet s JOIN attendance_sheetline l ON l.sheet_id = s.id
        JOIN attendance_sheet e ON e.area_id = s.area_id AND e.month < s.month
        WHERE {HERE.format("s.")} AND s.month = %(month)s""",
    f"""INSERT INTO attendance_sheetscan (sheet_id, file, name, sha256, added_at, added_by_id)
        SELECT s.id, '', '', md5(s.id::text), now(), %(by)s FROM attendance_sheet s
        WHERE {HERE.format("s.")} AND {WAY.format("s.")} = 'book'""",
    f"""INSERT INTO attendance_acknowledgement (line_id, phone_id, agrees, full_days, half_days, at)
        SELECT l.id, v.id, true, l.full_days, l.half_days, %(next)s
            + hashint8extended(l.id, 0) %% 200000 * interval '1 second'
        FROM attendance_sheet s JOIN attendance_sheetline l ON l.sheet_id = s.id
        JOIN contracts_contract c ON c.id = l.contract_id
        JOIN attendance_device v ON v.person_id = c.person_id
        WHERE {HERE.format("s.")} AND s.month = %(month)s""",
    f"""INSERT INTO notices_notice (state, kind, title, content, sha256, days, unit, posted_on,
        ends_on, certified_on, area_id, certified_by_id, posted_by_id)
        SELECT 'certified', 'attendance', s.id, jsonb_build_object('rows', jsonb_agg(
            jsonb_build_object('number', l.number, 'days_worked', l.days))), '', 3, 'working',
            %(next)s, %(next)s::date + 5, %(next)s::date + 6, s.area_id, %(by)s, %(by)s
        FROM attendance_sheet s JOIN attendance_sheetline l ON l.sheet_id = s.id
        WHERE {HERE.format("s.")} AND s.month = %(month)s GROUP BY s.id""",
    f"""UPDATE attendance_sheet s SET state = 'final', final_at = now(), final_by_id = %(by)s,
        notice_id = n.id FROM notices_notice n
        WHERE {HERE.format("s.")} AND n.title = s.id::text AND n.area_id = s.area_id""",
    f"""INSERT INTO kernel_event (at, by_id, verb, before, after, note, data, record_type_id,
        record_id)
        SELECT %(next)s + later * interval '1 day', %(by)s, verb, '', '', '', '{{}}', k.id, n.id
        FROM notices_notice n, (VALUES ('post', 0), ('certify', 6)) v(verb, later),
            django_content_type k
        WHERE {HERE.format("n.")} AND k.app_label = 'notices' AND k.model = 'notice'""",
    f"""INSERT INTO posts_post (state, number, title, post_type, duties, standard, headcount,
        starts_on, area_id, department_id, fund_id, manager, manager_phone, minutes, pay_basis,
        place, unit, workload, kind)
        SELECT 'open', md5(concat(c.area_id, c.title, c.fund_id, c.standard)), c.title, c.title,
            '做好本职工作', c.standard, count(*), min(c.starts_on), c.area_id, min(c.department_id),
            c.fund_id, '', '', '', 'month', '', '', '每天八小时', 'regular'
        FROM {CONTRACTS} AND NOT c.attested GROUP BY c.area_id, c.title, c.fund_id, c.standard""",
    f"""INSERT INTO posts_hire (state, applied_on, source, area_id, contract_id, person_id, post_id,
        materials, score_reasons, training)
        SELECT 'placed', c.starts_on, '', c.area_id, c.id, c.person_id, p.id, jsonb_build_object(
            'application', '1', 'id_card', '1', 'household_register', '1', 'promise', '1'), '[]', ''
        FROM contracts_contract c JOIN posts_post p ON p.number
            = md5(concat(c.area_id, c.title, c.fund_id, c.standard))
        WHERE {HERE.format("c.")} AND NOT c.attested""",
    f"""INSERT INTO kernel_event (at, by_id, verb, before, after, note, data, record_type_id,
        record_id)
        SELECT p.starts_on, %(by)s, 'submit', '', '', '', '{{}}', k.id, p.id
        FROM posts_post p, django_content_type k
        WHERE {HERE.format("p.")} AND k.app_label = 'posts' AND k.model = 'post'""",
    f"""INSERT INTO contracts_contractscan (file, name, sha256, added_at, added_by_id, contract_id)
        SELECT '', '', md5(c.id::text), %(month)s, %(by)s, c.id FROM {CONTRACTS}""",
]
WRONG = [
    f"""INSERT INTO registry_fact (person_id, kind, starts_on, source, batch, basis, received_at,
        received_by_id)
        SELECT c.person_id, CASE c.id %% 400 WHEN 1 THEN '死亡' ELSE '务工' END,
            %(month)s::date + 9, '数据部门', '', '', now(), %(by)s
        FROM {CONTRACTS} AND c.id %% 200 = 1""",
    f"""UPDATE registry_bankaccount SET holder_name = '他人' WHERE person_id IN (
        SELECT c.person_id FROM {CONTRACTS} AND c.id %% 200 = 2)""",
    f"""UPDATE contracts_cover SET ends_on = %(month)s::date + 19 WHERE person_id IN (
        SELECT c.person_id FROM {CONTRACTS} AND c.id %% 200 = 3)""",
    f"""UPDATE registry_person p SET household_id = o.household_id
        FROM contracts_contract c JOIN contracts_contract d ON d.id = c.id - 1
        JOIN registry_person o ON o.id = d.person_id
        WHERE {HERE.format("c.")} AND p.id = c.person_id AND c.id %% 200 = 4""",
]


def counties(n, *, first):
    """Counties of `n` holders in all, of a month that was lived; their codes follow each other."""
    made = [settled(min(n, A_COUNTY), seed=first + one) for one in range(-(-n // A_COUNTY))]
    live_through(made)
    tidy()
    return made


def settled(holders, *, seed):
    """One county with contracts, confirmed sheets, relief projects, and the month's pay."""
    size = {"townships": 1, "holders": holders, "months": 1, "seed": seed, "last": MONTH}
    made = build(Size(**size, funds=FUNDS, leaves_last_open=False, checks_in=False))
    add_projects(made, max(1, holders // 1000), on=MONTH.last)
    prepare(MONTH, made.county, by=made.people["township_officer"])
    return made


def span(made):
    """The codes of these counties, as the parameters of a statement."""
    low, high = made[0].county[:6], made[-1].county[:6]
    return {"low": low, "high": str(int(high) + 1)}


def live_through(made):
    """Write the month as it was lived: phones, days and pictures, papers, and what is wrong."""
    by = made[0].people["township_officer"].pk
    given = span(made) | {"month": MONTH.first, "next": MONTH.next().first, "by": by}
    _write(PHONES, given)
    with unwatched("attendance_checkin") as cursor:
        cursor.execute(CHECK_INS, given)
    with unwatched("attendance_photo") as cursor:
        cursor.execute(PHOTOS, given)
    _write(PAPERS + WRONG, given)


@transaction.atomic
def _write(statements, given):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement, given)
            assert cursor.rowcount > 0, statement
