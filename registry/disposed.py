"""Which files a register of disposal has let go of: their rows stay, they themselves do not."""

from registry.models import Disposal

# Asked of the whole table at once, so that millions of rows are two scans and no loop.
ON_A_REGISTER = """
    EXISTS (
        SELECT FROM (
            SELECT unnest(l.ids) AS id FROM registry_disposallist l
            JOIN registry_disposal d ON d.id = l.disposal_id
            WHERE l."table" = %s AND d.state = ANY(%s)
        ) gone WHERE gone.id = {table}.id
    )
"""
GOING = [Disposal.State.UNDER_WAY, Disposal.State.CARRIED_OUT]


def still_there(rows):
    """Those of some rows whose files no register has let go of."""
    return _asked(rows, "NOT ", GOING)


def let_go(rows, *states):
    """Those of some rows that stand on a register in one of these states."""
    return _asked(rows, "", states)


def _asked(rows, negation, states):
    table = rows.model._meta.db_table
    condition = negation + ON_A_REGISTER.format(table=f'"{table}"').strip()
    return rows.extra(where=[condition], params=[table, [str(state) for state in states]])
