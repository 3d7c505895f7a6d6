"""What an ordinary month has beside plain lines: doubts, missing accounts, gaps, recoveries.

One contract in a hundred each: a fact of another department, no account, an account in another
name, an insurance that ends on the 20th, and a part kept back for a recovery. What happened in
earlier months is written straight into the tables, without the triggers that would ask for its
history.
"""

from django.db import connection, transaction

from project.benchmarks.scratch import MONTH

EACH = 100
THEIRS = """SELECT person_id FROM contracts_contract
            WHERE area_id LIKE %(inside)s AND id %% %(each)s"""
SOME = [
    """INSERT INTO registry_fact (person_id, kind, starts_on, source, batch, basis, received_at,
        received_by_id)
        SELECT person_id, '参保', %(day)s, '人社部门', '', '', now(), %(by)s
        FROM contracts_contract WHERE area_id LIKE %(inside)s AND id %% %(each)s = 0""",
    f"""UPDATE registry_bankaccount SET current = false WHERE person_id IN (
        {THEIRS} = 1)""",
    f"""UPDATE registry_bankaccount SET holder_name = '他人' WHERE person_id IN (
        {THEIRS} = 2)""",
    f"""UPDATE contracts_cover SET ends_on = %(day)s WHERE person_id IN (
        {THEIRS} = 3)""",
    """INSERT INTO payroll_recovery (state, area_id, contract_id, fund_id, amount, reason, decision,
        pay_to, proposed_on, proposed_by_id, decided_on, decided_by_id, demanded_on, due_on)
        SELECT 'repaying', left(area_id, 9) || '000', id, fund_id, 1200, '', '', '', %(day)s,
            %(by)s, %(day)s, %(other)s, %(day)s, %(day)s
        FROM contracts_contract WHERE area_id LIKE %(inside)s AND id %% %(each)s = 4""",
    """INSERT INTO payroll_offset (recovery_id, contract_id, month, amount, share, asked_by_id,
        approved_by_id, approved_on)
        SELECT id, contract_id, %(month)s, 100, 0.2, %(by)s, %(other)s, %(day)s
        FROM payroll_recovery WHERE area_id LIKE %(inside)s""",
]


@transaction.atomic
def add_doubts(made, *, each=EACH):
    """Add them to a county that has just been made, to one contract in `each`."""
    people = made.people
    given = {
        "day": MONTH.first.replace(day=20),
        "month": MONTH.first,
        "each": each,
        "inside": made.county[:6] + "%",
        "by": people["township_officer"].pk,
        "other": people["department_officer"].pk,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in SOME:
            cursor.execute(statement, given)
            assert cursor.rowcount > 0, statement
