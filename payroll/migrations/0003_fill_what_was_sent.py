"""Write down of every line sent so far what was sent; sent lines are otherwise never changed."""

from django.db import migrations

FILL = """
    ALTER TABLE payroll_sentline DISABLE TRIGGER USER;
    UPDATE payroll_sentline s
    SET amount = l.amount, payee = coalesce(a.holder_name, ''),
        account_digest = coalesce(a.number_digest, '')
    FROM payroll_payline l LEFT JOIN registry_bankaccount a ON a.id = l.account_id
    WHERE l.id = s.line_id;
    ALTER TABLE payroll_sentline ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("payroll", "0002_what_came_back_is_paid_again")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
