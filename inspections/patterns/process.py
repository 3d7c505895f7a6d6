"""How things were done: notices, sheets, approvals and files that are not as they should be."""

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from inspections.patterns.base import Pattern
from project.kernel.guards import CALLED
from registry.duties import DUTIES

# The moments of the month, as the office's calendar has them.
IN_MONTH = """ >= %(first)s::date::timestamp AT TIME ZONE 'Asia/Shanghai'
    AND {0} < (%(last)s::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'"""
ON_DAY = "({0} AT TIME ZONE 'Asia/Shanghai')::date"
INSIDE = "{0} >= %(low)s AND {0} < %(high)s"


def in_month(moment):
    """A condition: a moment lies in the month that is looked at."""
    return moment + IN_MONTH.format(moment)


def kind_of(app, model):
    """The number by which the log knows a kind of record."""
    return f"(SELECT id FROM django_content_type WHERE app_label = '{app}' AND model = '{model}')"


class ShortNotice(Pattern):
    """A notice was entered after it should have hung, and certified at once (V-20)."""

    code = "V-20.short"
    severity = "A"
    title = _("A notice that hung too short")
    sentence = _(
        "The notice of %(posted)s was entered on %(entered)s and certified on %(certified)s; it "
        "has to hang for %(days)s days."
    )
    limits = {"late": ("detect.notice_late_days", 3)}
    sql = f"""
        WITH hung AS (
            SELECT n.*, h.id AS sheet_id FROM notices_notice n
            LEFT JOIN attendance_sheet h ON h.notice_id = n.id
            LEFT JOIN payroll_payrun r ON r.notice_id = n.id
            WHERE coalesce(h.month, r.month, date_trunc('month', n.posted_on)::date) = %(first)s
                AND n.state = 'certified' AND {INSIDE.format("n.area_id")}
        ), told AS (
            SELECT n.id, max({ON_DAY.format("e.at")}) FILTER (WHERE e.verb = 'post') AS entered,
                max({ON_DAY.format("e.at")}) FILTER (WHERE e.verb LIKE 'certify%%') AS certified
            FROM hung n JOIN kernel_event e ON e.record_id = n.id
                AND e.record_type_id = {kind_of("notices", "notice")}
            GROUP BY n.id
        )
        SELECT n.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            ARRAY[]::bigint[] AS people, 'notice:' || n.id AS subject,
            jsonb_build_object('posted', n.posted_on, 'entered', t.entered,
                'certified', t.certified, 'days', n.days) AS shows,
            jsonb_build_array(jsonb_build_object('kind', 'notice', 'id', n.id)) AS evidence
        FROM hung n JOIN told t ON t.id = n.id
        WHERE t.certified - t.entered <= n.days AND t.entered - n.posted_on >= %(late)s
            OR n.ends_on - n.posted_on < n.days
    """


class ChangedAfterNotice(Pattern):
    """What is kept differs from what hung for everybody to read (V-20)."""

    code = "V-20.changed"
    severity = "A"
    title = _("Other than what the notice said")
    sentence = _("%(lines)s lines differ from what the notice said.")
    limits = {}
    sql = f"""
        WITH shown AS (
            SELECT s.notice_id, s.area_id, l.number, l.days AS kept, l.contract_id, 'days_worked'
                AS word
            FROM attendance_sheet s JOIN attendance_sheetline l ON l.sheet_id = s.id
            WHERE s.month = %(first)s AND s.notice_id IS NOT NULL AND {INSIDE.format("s.area_id")}
            UNION ALL
            SELECT r.notice_id, r.area_id, l.number, l.amount, l.contract_id, 'amount'
            FROM payroll_payrun r JOIN payroll_payline l ON l.run_id = r.id
            WHERE r.month = %(first)s AND r.notice_id IS NOT NULL
                AND r.state NOT IN ('returned', 'voided') AND {INSIDE.format("r.area_id")}
        ), said AS MATERIALIZED (
            SELECT n.id, (row ->> 'number')::int AS number,
                (row ->> 'days_worked')::numeric AS days_worked,
                (row ->> 'amount')::numeric AS amount
            FROM notices_notice n CROSS JOIN LATERAL jsonb_array_elements(n.content -> 'rows') row
            WHERE n.id IN (SELECT notice_id FROM shown) AND jsonb_exists(row, 'number')
        )
        SELECT s.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            array_agg(c.person_id ORDER BY c.person_id) AS people,
            'notice:' || s.notice_id AS subject, jsonb_build_object('lines', count(*)) AS shows,
            jsonb_build_array(jsonb_build_object('kind', 'notice', 'id', s.notice_id))
                || jsonb_agg(jsonb_build_object('kind', 'contract', 'id', s.contract_id)
                    ORDER BY s.contract_id) AS evidence
        FROM shown s JOIN said n ON n.id = s.notice_id AND n.number = s.number
        JOIN contracts_contract c ON c.id = s.contract_id
        WHERE s.kept <> CASE s.word WHEN 'amount' THEN n.amount ELSE n.days_worked END
        GROUP BY s.area_id, s.notice_id
    """


class RaisedAfterNotice(Pattern):
    """Days went up after the notice was taken back, though nobody had objected (V-21)."""

    code = "V-21.raised"
    severity = "A"
    title = _("More days than the notice that was taken back")
    sentence = _(
        "The notice was taken back without any objection; %(people)s workers have %(days)s days "
        "more since."
    )
    limits = {"days": ("detect.raised_days", 2)}
    sql = f"""
        SELECT s.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            array_agg(DISTINCT c.person_id) AS people, 'sheet:' || s.id AS subject,
            jsonb_build_object('people', count(DISTINCT c.person_id),
                'days', sum(l.days - (row ->> 'days_worked')::numeric)) AS shows,
            jsonb_build_array(jsonb_build_object('kind', 'sheet', 'id', s.id))
                || jsonb_agg(DISTINCT jsonb_build_object('kind', 'notice', 'id', n.id)) AS evidence
        FROM attendance_sheet s JOIN notices_notice n ON n.area_id = s.area_id
            AND n.kind = 'attendance' AND n.state = 'void'
            AND n.content ->> 'month' = to_char(s.month, 'YYYY-MM')
        CROSS JOIN LATERAL jsonb_array_elements(n.content -> 'rows') row
        JOIN attendance_sheetline l ON l.sheet_id = s.id AND l.number = (row ->> 'number')::int
        JOIN contracts_contract c ON c.id = l.contract_id
        WHERE s.month = %(first)s AND s.state NOT IN ('open', 'returned')
            AND {INSIDE.format("s.area_id")} AND l.days > (row ->> 'days_worked')::numeric
            AND NOT EXISTS (SELECT FROM notices_objection o WHERE o.notice_id = n.id)
        GROUP BY s.area_id, s.id HAVING sum(l.days - (row ->> 'days_worked')::numeric) >= %(days)s
    """


class CorrectedByTheSame(Pattern):
    """Most of a holder's days were asked for and granted by the same two people (V-21)."""

    code = "V-21.corrected"
    severity = "A"
    title = _("Most days of a month are corrections")
    sentence = _(
        "%(days)s of %(all)s days are corrections, all asked for by one person and granted by one "
        "other."
    )
    limits = {
        "days": ("detect.corrected_days", 6),
        "share": ("detect.corrected_percent", 50),
    }
    sql = """
        WITH asked AS (
            SELECT k.contract_id, h.person_id, h.area_id, k.asked_by_id, k.decided_by_id,
                count(DISTINCT k.day) AS days,
                jsonb_agg(jsonb_build_object('kind', 'correction', 'id', k.id) ORDER BY k.id)
                    AS evidence
            FROM attendance_correction k JOIN seen_holder h ON h.contract_id = k.contract_id
            WHERE k.state = 'granted' AND k.wanted > k.was AND k.asked_by_id IS NOT NULL
                AND k.day BETWEEN %(first)s AND %(last)s
            GROUP BY k.contract_id, h.person_id, h.area_id, k.asked_by_id, k.decided_by_id
            HAVING count(DISTINCT k.day) >= %(days)s
        ), found AS (
            SELECT a.*, (SELECT count(DISTINCT d.day) FROM seen_day d
                WHERE d.contract_id = a.contract_id AND d.kind = 'in') AS "all" FROM asked a
        )
        SELECT area_id, person_id, contract_id, ARRAY[person_id] AS people,
            'contract:' || contract_id AS subject,
            jsonb_build_object('days', days, 'all', "all") AS shows, evidence
        FROM found WHERE days * 100 >= "all" * %(share)s
    """


class ApprovedByKin(Pattern):
    """Somebody decided about themselves, their household or a declared relative (V-26)."""

    code = "V-26.kin"
    severity = "A"
    title = _("Decided by a relative")
    sentence = _("%(steps)s steps about this person were taken by somebody of the family.")
    limits = {}
    sql = f"""
        WITH kin AS (
            SELECT p.user_id, p.id AS person_id FROM registry_person p WHERE p.user_id IS NOT NULL
            UNION SELECT p.user_id, m.id FROM registry_person p
                JOIN registry_person m ON m.household_id = p.household_id
                WHERE p.user_id IS NOT NULL
            UNION SELECT k.user_id, k.person_id FROM registry_kinship k
        ), about AS MATERIALIZED (
            SELECT k.user_id, h.* FROM kin k JOIN seen_holder h ON h.person_id = k.person_id
        ), record AS (
            SELECT a.*, {kind_of("contracts", "contract")} AS kind, a.contract_id AS id FROM about a
            UNION ALL SELECT a.*, {kind_of("posts", "hire")}, r.id
                FROM about a JOIN posts_hire r ON r.contract_id = a.contract_id
            UNION ALL SELECT a.*, {kind_of("attendance", "correction")}, r.id
                FROM about a JOIN attendance_correction r ON r.contract_id = a.contract_id
            UNION ALL SELECT a.*, {kind_of("attendance", "leave")}, r.id
                FROM about a JOIN attendance_leave r ON r.contract_id = a.contract_id
        )
        SELECT r.area_id, r.person_id, r.contract_id, ARRAY[r.person_id] AS people,
            'contract:' || r.contract_id AS subject,
            jsonb_build_object('steps', count(DISTINCT e.id)) AS shows,
            jsonb_agg(DISTINCT jsonb_build_object('kind', 'event', 'id', e.id)) AS evidence
        FROM record r JOIN kernel_event e ON e.record_type_id = r.kind AND e.record_id = r.id
            AND e.by_id = r.user_id
        WHERE {in_month("e.at")} AND e.verb IN
            ('offer', 'start', 'seal', 'screen', 'clear', 'overrule', 'approve', 'place', 'grant')
        GROUP BY r.area_id, r.person_id, r.contract_id
    """


class OneHand(Pattern):
    """The same person, or two users with one telephone, began a record and approved it (V-26)."""

    code = "V-26.same"
    severity = "A"
    title = _("Begun and approved by one hand")
    sentence = _("The step “%(first)s” and the step “%(last)s” were taken by one person.")
    limits = {}
    sql = f"""
        WITH step(kind, record, began, ended) AS (VALUES
            ({kind_of("contracts", "contract")}, 'contracts.contract', 'offer', 'start'),
            ({kind_of("posts", "hire")}, 'posts.hire', 'apply', 'approve'),
            ({kind_of("posts", "hire")}, 'posts.hire', 'screen', 'approve'),
            ({kind_of("contracts", "exit")}, 'contracts.exit', 'propose', 'approve'),
            ({kind_of("attendance", "correction")}, 'attendance.correction', 'ask', 'grant'),
            ({kind_of("attendance", "leave")}, 'attendance.leave', 'ask', 'grant')
        ), record AS MATERIALIZED (
            SELECT {kind_of("contracts", "contract")} AS kind, c.id, c.id AS contract_id,
                c.person_id, c.area_id
            FROM contracts_contract c WHERE {INSIDE.format("c.area_id")}
            UNION ALL SELECT {kind_of("posts", "hire")}, r.id, r.contract_id, r.person_id, r.area_id
                FROM posts_hire r WHERE {INSIDE.format("r.area_id")}
            UNION ALL SELECT {kind_of("contracts", "exit")}, r.id, r.contract_id, c.person_id,
                r.area_id
                FROM contracts_exit r JOIN contracts_contract c ON c.id = r.contract_id
                WHERE {INSIDE.format("r.area_id")}
            UNION ALL SELECT {kind_of("attendance", "correction")}, r.id, r.contract_id,
                c.person_id, r.area_id
                FROM attendance_correction r JOIN contracts_contract c ON c.id = r.contract_id
                WHERE {INSIDE.format("r.area_id")}
            UNION ALL SELECT {kind_of("attendance", "leave")}, r.id, r.contract_id, c.person_id,
                r.area_id
                FROM attendance_leave r JOIN contracts_contract c ON c.id = r.contract_id
                WHERE {INSIDE.format("r.area_id")}
        ), found AS (
            SELECT r.kind, s.record, r.id AS record_id, r.contract_id, r.person_id, r.area_id,
                s.began, s.ended, min(b.id) AS one, max(e.id) AS two
            FROM record r JOIN step s ON s.kind = r.kind
            JOIN kernel_event e ON e.record_type_id = r.kind AND e.record_id = r.id
                AND e.verb = s.ended
            JOIN kernel_event b ON b.record_type_id = r.kind AND b.record_id = r.id
                AND b.verb = s.began AND b.id < e.id
            JOIN kernel_user x ON x.id = b.by_id JOIN kernel_user y ON y.id = e.by_id
            WHERE {in_month("e.at")} AND (x.id = y.id OR x.phone <> '' AND x.phone = y.phone)
            GROUP BY r.kind, s.record, r.id, r.contract_id, r.person_id, r.area_id, s.began, s.ended
        )
        SELECT f.area_id, f.person_id, f.contract_id, ARRAY[f.person_id] AS people,
            'record:' || f.kind || ':' || f.record_id AS subject,
            jsonb_build_object('record', f.record, 'first', f.began, 'last', f.ended)
                AS shows,
            jsonb_build_array(jsonb_build_object('kind', 'event', 'id', f.one),
                jsonb_build_object('kind', 'event', 'id', f.two)) AS evidence
        FROM found f
    """

    @classmethod
    def why(cls, shows):
        """The steps by the names that people know them by."""
        model = apps.get_model(shows["record"])
        called = {name: CALLED.get((model, shows[name]), shows[name]) for name in ("first", "last")}
        return super().why(called)


class LateExit(Pattern):
    """Somebody left, and it was told only after the days for it were over (V-27, R-57)."""

    code = "V-27.late"
    severity = "B"
    title = _("Leaving told too late")
    sentence = _("The last working day was %(last)s; it was told %(days)s days later.")
    limits = {"days": ("exit.report_days", 5)}
    sql = """
        SELECT h.area_id, h.person_id, h.contract_id, ARRAY[h.person_id] AS people,
            'exit:' || x.id AS subject,
            jsonb_build_object('last', x.last_day, 'days', x.proposed_on - x.last_day) AS shows,
            jsonb_build_array(jsonb_build_object('kind', 'exit', 'id', x.id)) AS evidence
        FROM contracts_exit x JOIN seen_holder h ON h.contract_id = x.contract_id
        WHERE x.state <> 'cancelled' AND x.last_day BETWEEN %(first)s AND %(last)s
            AND x.proposed_on - x.last_day > %(days)s
    """


class UnrelatedSigner(Pattern):
    """A sheet was taken further by somebody appointed neither there nor above (V-34)."""

    code = "V-34.signer"
    severity = "B"
    title = _("A sheet signed by somebody from elsewhere")
    sentence = _("%(steps)s steps of the sheet were taken by people with no office there that day.")
    limits = {}
    sql = f"""
        SELECT s.area_id, NULL::bigint AS person_id, NULL::bigint AS contract_id,
            ARRAY[]::bigint[] AS people, 'sheet:' || s.id AS subject,
            jsonb_build_object('steps', count(*)) AS shows,
            jsonb_build_array(jsonb_build_object('kind', 'sheet', 'id', s.id))
                || jsonb_agg(jsonb_build_object('kind', 'event', 'id', e.id) ORDER BY e.id)
                AS evidence
        FROM attendance_sheet s JOIN kernel_event e ON e.record_id = s.id
            AND e.record_type_id = {kind_of("attendance", "sheet")}
        WHERE s.month = %(first)s AND {INSIDE.format("s.area_id")}
            AND e.verb IN ('confirm', 'acknowledge', 'review', 'publicise', 'certify')
            AND NOT EXISTS (
                SELECT FROM {DUTIES} duty WHERE duty.user_id = e.by_id
                    AND left(s.area_id, duty.level) = left(duty.area_id, duty.level)
                    AND {ON_DAY.format("e.at")} >= duty.starts_on
                    AND (duty.ends_on IS NULL OR {ON_DAY.format("e.at")} <= duty.ends_on))
        GROUP BY s.area_id, s.id
    """


class FileWithGaps(Pattern):
    """A holder's file lacks the signed contract or papers of the application (V-37).

    Where nobody's contract is kept here, it is kept on paper: that is nobody's gap.
    """

    code = "V-37.file"
    severity = "C"
    title = _("A file with gaps")
    sentence = _("%(papers)s of the papers that belong in the file are missing.")
    limits = {"share": ("detect.file_percent", 95)}
    sql = """
        WITH file AS MATERIALIZED (
            SELECT h.*, EXISTS (SELECT FROM contracts_contractscan s
                    WHERE s.contract_id = h.contract_id)
                OR EXISTS (SELECT FROM contracts_contractpaper p JOIN contracts_signature g
                    ON g.paper_id = p.id AND g.side = 'worker'
                    WHERE p.contract_id = h.contract_id) AS signed,
                (SELECT 4 - count(*) FROM unnest(ARRAY['application', 'id_card',
                    'household_register', 'promise']) want WHERE jsonb_exists(r.materials, want))
                    AS lacking, r.id AS hire_id
            FROM seen_holder h LEFT JOIN posts_hire r ON r.contract_id = h.contract_id
            WHERE NOT h.attested
        ), custom AS (
            SELECT count(*) FILTER (WHERE signed) * 100 >= count(*) * %(share)s AS signs,
                count(*) FILTER (WHERE lacking = 0) * 100
                    >= count(hire_id) * %(share)s AND count(hire_id) > 0 AS collects
            FROM file
        ), gap AS (
            SELECT f.*, (u.signs AND NOT f.signed)::int + CASE WHEN u.collects AND f.hire_id
                IS NOT NULL THEN f.lacking ELSE 0 END AS papers FROM file f CROSS JOIN custom u
        )
        SELECT area_id, person_id, contract_id, ARRAY[person_id] AS people,
            'contract:' || contract_id AS subject, jsonb_build_object('papers', papers) AS shows,
            jsonb_build_array(jsonb_build_object('kind', 'contract', 'id', contract_id)) AS evidence
        FROM gap WHERE papers > 0
    """


PROCESS = (
    ShortNotice,
    ChangedAfterNotice,
    RaisedAfterNotice,
    CorrectedByTheSame,
    ApprovedByKin,
    OneHand,
    LateExit,
    UnrelatedSigner,
    FileWithGaps,
)
