"""What the offices can see is to be done: read from the records, as of the day of the year."""

from tests.trust.year.errands import Errand

SHEETS_DUE = """
    SELECT left(c.area_id, 9) || '000', count(DISTINCT c.area_id) FROM contracts_contract c
    WHERE c.state IN ('signed', 'in_force', 'suspended', 'ended')
        AND c.starts_on <= %(last)s AND c.ends_on >= %(first)s
    GROUP BY 1
    EXCEPT
    SELECT left(area_id, 9) || '000', count(*) FROM attendance_sheet WHERE month = %(first)s
    GROUP BY 1
"""
FINAL = """
    SELECT left(area_id, 9) || '000' FROM attendance_sheet WHERE month = %(first)s
    GROUP BY 1 HAVING bool_and(state IN ('final', 'billed'))
"""
UNPREPARED = """
    SELECT DISTINCT left(c.area_id, 9) || '000' FROM contracts_contract c
    WHERE c.state IN ('signed', 'in_force', 'suspended', 'ended')
        AND c.starts_on <= %(last)s AND c.ends_on >= %(first)s
        AND NOT EXISTS (
            SELECT FROM payroll_payrun r WHERE r.month = %(first)s AND r.fund_id = c.fund_id
                AND r.area_id = left(c.area_id, 9) || '000' AND r.corrects_id IS NULL
                AND r.supplements_id IS NULL AND r.state NOT IN ('returned', 'voided')
        )
"""
ASKED = """
    SELECT count(*) FROM procrastinate_jobs
    WHERE status IN ('todo', 'doing') AND task_name = 'payroll.prepare'
"""
UNANSWERED = """
    SELECT DISTINCT f.id FROM payroll_bankfile f JOIN payroll_sentline s ON s.file_id = f.id
    LEFT JOIN payroll_bankresult r ON r.sent_id = s.id WHERE r.id IS NULL ORDER BY 1
"""
CAME_BACK = """
    SELECT l.id, r.area_id FROM payroll_payline l JOIN payroll_payrun r ON r.id = l.run_id
    JOIN payroll_sentline s ON s.line_id = l.id
    JOIN payroll_bankresult b ON b.sent_id = s.id AND b.outcome = 'failure'
    WHERE NOT EXISTS (
        SELECT FROM payroll_correction c WHERE c.line_id = l.id
            AND c.state IN ('proposed', 'confirmed')
    ) ORDER BY 1
"""
# Wages are drawn up over confirmed sheets, signed, and attested before they are prepared.
WAGES_DUE = """
    SELECT DISTINCT p.area_id, p.id FROM workrelief_project p
    JOIN workrelief_member m ON m.project_id = p.id
    JOIN contracts_contract c ON c.id = m.contract_id AND c.state IN ('in_force', 'ended')
        AND c.starts_on <= %(last)s AND c.ends_on >= %(first)s
    JOIN attendance_sheet s ON s.area_id = m.area_id AND s.month = %(first)s
        AND s.state NOT IN ('open', 'returned')
    WHERE NOT EXISTS (
        SELECT FROM workrelief_wagebatch b WHERE b.project_id = p.id AND b.month = %(first)s
    )
"""
UNSIGNED = """
    SELECT b.area_id, b.id FROM workrelief_wagebatch b WHERE b.state = 'drafted'
        AND EXISTS (
            SELECT FROM workrelief_wageline l WHERE l.batch_id = b.id AND l.signed_on IS NULL
        )
"""
UNATTESTED = """
    SELECT DISTINCT p.area_id FROM workrelief_project p
    JOIN workrelief_member m ON m.project_id = p.id
    JOIN contracts_contract c ON c.id = m.contract_id AND c.state IN ('in_force', 'ended')
        AND c.starts_on <= %(last)s AND c.ends_on >= %(first)s
    WHERE NOT EXISTS (
        SELECT FROM workrelief_wagebatch b WHERE b.project_id = p.id AND b.month = %(first)s
            AND b.state IN ('verified', 'filed')
    )
"""
SHEETS_OPEN = """
    SELECT count(*) FROM attendance_sheet s LEFT JOIN notices_notice n ON n.id = s.notice_id
    WHERE s.month < %(now)s AND (
        s.state IN ('open', 'returned', 'confirmed', 'acknowledged', 'reviewed')
        OR s.state = 'on_notice' AND n.ends_on < %(today)s)
"""
RUNS_OPEN = """
    SELECT count(*) FROM payroll_payrun r LEFT JOIN notices_notice n ON n.id = r.notice_id
    WHERE r.state NOT IN ('closed', 'returned', 'voided', 'on_notice')
        OR r.state = 'on_notice' AND n.ends_on < %(today)s
"""
CORRECTIONS_OPEN = "SELECT count(*) FROM payroll_correction WHERE state = 'proposed'"
UNPAID = """
    SELECT count(*) FROM payroll_payrun WHERE state NOT IN ('closed', 'returned', 'voided')
"""
LIVE = """
    SELECT id, area_id, starts_on, ends_on FROM contracts_contract
    WHERE state IN ('in_force', 'ended') AND ends_on >= %(first)s
"""
REDRAWN = "SELECT area_id, id FROM workrelief_wagebatch WHERE id = ANY(%s) AND state = 'drafted'"
OFFICER, FINANCE, SITE = ("township_officer",), ("finance_officer",), ("relief_contractor",)


def errands_of_pay(year):
    """What waits of the month that is being paid."""
    outside, month = year.outside, year.paid_month
    about = {"first": month.first, "last": month.last}
    found = [Errand("open", OFFICER, town) for town, _n in outside.rows(SHEETS_DUE, about)]
    if not outside.one(ASKED):
        final = {town for (town,) in outside.rows(FINAL, about)}
        bare = {town for (town,) in outside.rows(UNPREPARED, about)}
        final -= {town for (town,) in outside.rows(UNATTESTED, about)}
        found += [Errand("prepare", OFFICER, town) for town in sorted(final & (bare | year.stale))]
    found += [Errand("draw up", SITE, *_about(row)) for row in outside.rows(WAGES_DUE, about)]
    signs = {*outside.rows(UNSIGNED), *outside.rows(REDRAWN, [list(year.redrawn)])}
    found += [Errand("have signed", SITE, *_about(row)) for row in sorted(signs)]
    found += [Errand("bank", FINANCE, "", file) for file in outside.rows(UNANSWERED)]
    found += [Errand("correct", OFFICER, town, (line,)) for line, town in outside.rows(CAME_BACK)]
    return found


def _about(row):
    """The area of something, and its number."""
    area, *about = row
    return area, tuple(about)


def still_to_do(year):
    """How many records somebody could move on today."""
    about = {"now": year.month.first, "today": year.today}
    asked = (SHEETS_OPEN, RUNS_OPEN, CORRECTIONS_OPEN)
    return year.outside.one(ASKED) + sum(
        year.outside.one(sql, about if "%(" in sql else ()) for sql in asked
    )


def is_paid(year):
    """Whether the month is paid in every township, to the last account that was closed."""
    about = {"first": year.paid_month.first, "last": year.paid_month.last}
    outside = year.outside
    return not (outside.rows(UNPREPARED, about) or outside.one(UNPAID) or outside.rows(CAME_BACK))
