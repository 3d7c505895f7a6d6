"""The one statement that writes the lines of runs (W-7), with no more joins than the month needs.

Per contract: due = the standard of each day x days / the larger of required and worked days when
paid by the month, the plain sum when paid by the day, by the hour or by the task (there each
standard x number, payroll.measures), half-up to the cent once. Where a rule takes
a sum off for each day of absence (R-34), the whole standard is due and the sum is taken off. Grades
(R-35) and a floor (R-43) adjust it; amount = the sum, at least nothing and at most the cap, less
what is kept back for a recovery.

Days worked that no insurance covers go on a second line, which alone waits (S-28): it bears what
the covered days leave of the whole. Each name in `present` says that the month has such rows.
"""

from dataclasses import dataclass

from payroll.measures import of_measured
from payroll.standards import earned, required, standard

TERMS = """
    terms AS MATERIALIZED (
        SELECT * FROM unnest(%s::text[], %s::int[], %s::numeric[], %s::text[], %s::int[],
            %s::text[], %s::bool[], %s::bool[], %s::text[], %s::numeric[], %s::bigint[],
            %s::numeric[], %s::bigint[])
            AS t(area_id, required_days, cap, rules, counted, paused_rules, lowered, part, excused,
                absence, absence_rule, floor, floor_rule)
    )
"""
PLANNED = """
    planned AS MATERIALIZED (
        SELECT * FROM unnest(%s::text[], %s::text[], %s::int[], %s::int[])
            AS s(area_id, title, required_days, counted)
    )
"""
GRADES = """
    grades AS MATERIALIZED (
        SELECT * FROM unnest(%s::text[], %s::text[], %s::numeric[], %s::bigint[], %s::numeric[],
            %s::bigint[]) AS g(area_id, grade, factor, factor_rule, sum, sum_rule)
    )
"""
SOCIAL = """
    social AS MATERIALIZED (
        SELECT * FROM unnest(%s::text[], %s::text[], %s::numeric[], %s::bigint[])
            AS v(area_id, kind, sum, rule)
    )
"""
JOINS = {
    "paused": "LEFT JOIN paused p ON p.contract_id = c.id",
    "amended": "LEFT JOIN amended a ON a.contract_id = c.id",
    "excused": "LEFT JOIN excused x ON x.contract_id = c.id",
    "away": "LEFT JOIN away y ON y.contract_id = c.id",
    "planned": "LEFT JOIN planned s ON s.area_id = c.area_id AND s.title = c.title",
    "uncovered": "LEFT JOIN pg_temp.payroll_uncovered u ON u.contract_id = c.id",
    "measured": "LEFT JOIN measured q ON q.contract_id = c.id LEFT JOIN limits h "
    "ON h.area_id = c.area_id",
}
DUE = """
    round(CASE WHEN pay_basis <> 'month' THEN {earned}
        WHEN absence IS NOT NULL THEN coalesce({earned} / nullif(days, 0), 0)
        ELSE {earned} / greatest(days, required_days) END, 2)
"""
FOUND = """
    found AS {kept} (
        SELECT r.id AS run_id, c.id AS contract_id, c.person_id, c.area_id, c.pay_basis, c.kind,
            w.sheet_line_id, r.month, {standard} AS standard, coalesce(w.days, 0) AS days,
            {cap}, {attested}
            {rules} AS rules, {required} AS required_days, {earned} AS earned, {bare} {quantity}
            {absence} AS absence, t.absence_rule, {floor}, t.floor_rule
        FROM ({contracts}) c
        JOIN terms t ON t.area_id = c.area_id
        JOIN payroll_payrun r ON r.fund_id = c.fund_id AND r.area_id = left(c.area_id, 9) || '000'
            AND r.id = ANY(%s)
        LEFT JOIN worked w ON w.contract_id = c.id
        {joins}
    ), whole AS {kept} (SELECT *, {due} AS due {insured_due} FROM found)
"""
BARE = """
    w.full_days & u.days | w.half_days & u.days AS bare,
    coalesce(bit_count((w.full_days & u.days)::bit(32))
        + bit_count((w.half_days & u.days)::bit(32)) / 2.0, 0)::numeric(4,1) AS bare_days,
    w.full_days | w.half_days AS all_days, {insured} AS insured_earned,
"""
# Wages are what was earned: the rules of subsidies do not touch them (payroll.attested).
UNLESS_WAGES = "CASE WHEN NOT c.attested THEN {0} END"
# A day outside the contract, of a suspension or of leave is no absence: such months go by days.
WHOLE_MONTH = """
    CASE WHEN c.kind = 'service' AND c.starts_on <= r.month
        AND c.ends_on >= r.month + interval '1 month' - interval '1 day' {and_not}
    THEN t.absence END
"""
# Nobody is fined: what a grade or an absence takes off belongs to service agreements alone (W-6).
PERFORMED = """
    performed AS MATERIALIZED (
        SELECT e.contract_id, v.* FROM whole e {graded}
        CROSS JOIN LATERAL (VALUES {parts}) AS v(kind, amount, quantity, rule, source)
        WHERE e.days > 0 AND v.amount <> 0 AND (v.amount > 0 OR e.kind = 'service') {and_not}
    ), adjusted AS MATERIALIZED (
        SELECT contract_id, sum(amount) AS adjusted FROM performed GROUP BY contract_id
    )
"""
GRADED = """
    LEFT JOIN ({grades}) g ON g.contract_id = e.contract_id
    LEFT JOIN grades n ON n.area_id = e.area_id AND n.grade = g.grade
"""
OF_GRADES = (
    "('factor', round(e.due * n.factor, 2) - e.due, NULL::numeric, n.factor_rule, g.id)",
    "('grade', n.sum, NULL::numeric, n.sum_rule, g.id)",
)
OF_ABSENCE = """('absence', CASE WHEN e.pay_basis = 'month'
    THEN -round(e.absence * greatest(e.required_days - e.days, 0), 2) END,
    greatest(e.required_days - e.days, 0), e.absence_rule, NULL::bigint)"""
# The floor is for whole months; hours and pieces make none.
OF_FLOOR = """('floor', CASE WHEN e.days >= e.required_days AND e.pay_basis IN ('month', 'day')
    THEN greatest(e.floor - e.due, 0) END, NULL::numeric, e.floor_rule, NULL::bigint)"""
PAID = """
    paid AS {kept} (
        SELECT e.*, {adjusted} AS adjusted,
            greatest(0, least({mine} + {adjusted}, e.cap)) AS net
        FROM whole e {joins}
    ), kept AS {kept} (SELECT p.*, {offset} AS kept_back FROM paid p {offsets})
"""
OFFSET = "coalesce(least(f.amount, round(p.net * f.share, 2)), 0)"
OFFSETS = "LEFT JOIN ({offsets}) f ON f.contract_id = p.contract_id"
ROW = """
    SELECT e.run_id, e.contract_id, e.person_id, e.area_id, e.sheet_line_id, e.month,
        '{item}' AS item, {standard} AS standard, {days} AS days, e.required_days,
        {on_days}::int AS on_days, {quantity}
        {due} AS due, {adjusted} AS adjusted, {cap} AS cap, {offset} AS kept_back,
        {amount} AS amount, {rules} AS rules
    FROM kept e {joins} {where}
"""
MINE = {
    "item": "post_subsidy",
    "standard": "standard",
    "days": "days",
    "on_days": "NULL",
    "quantity": "quantity",
    "due": "due",
    "adjusted": "adjusted",
    "cap": "e.cap",
    "offset": "kept_back",
    "amount": "net - kept_back",
    "rules": "rules",
    "joins": "",
    "where": "",
}
PERFORMS = {"graded", "absence", "floor"}
SPLIT = "(bare_days > 0 AND bare_days < days)"
INSURED_PART = MINE | {
    "days": f"CASE WHEN {SPLIT} THEN days - bare_days ELSE days END",
    "on_days": f"CASE WHEN {SPLIT} THEN all_days & ~bare WHEN bare_days > 0 THEN bare END",
    "quantity": f"CASE WHEN {SPLIT} THEN insured_quantity ELSE quantity END",
    "due": f"CASE WHEN {SPLIT} THEN insured_due ELSE due END",
}
# What is taken off beyond what the covered days come to is borne by the others.
OWED = "least(insured_due + adjusted, 0)"
UNINSURED_PART = MINE | {
    "item": "uninsured_days",
    "days": "bare_days",
    "on_days": "bare",
    "quantity": "quantity - insured_quantity",
    "due": "due - insured_due",
    "adjusted": OWED,
    "cap": "e.cap - net",
    "offset": "0",
    "amount": f"greatest(0, least(due - insured_due + {OWED}, e.cap - net))",
    "where": f"WHERE {SPLIT}",
}
SOCIAL_PART = MINE | {
    "item": "social_insurance",
    "standard": "v.sum",
    "quantity": "NULL::numeric",
    "due": "v.sum",
    "adjusted": "0",
    "cap": "NULL::numeric",
    "offset": "0",
    "amount": "v.sum",
    "rules": "'{' || v.rule || '}'",
    "joins": "JOIN social v ON v.area_id = e.area_id AND v.kind = e.kind",
    "where": "WHERE days > 0 AND v.sum > 0",
}
WRITTEN = """
    INSERT INTO payroll_payline (run_id, number, contract_id, person_id, area_id, account_id,
        sheet_line_id, month, item, standard, days_worked, required_days, on_days, due, adjusted,
        cap, "offset", amount, rules, standing{quantity})
    SELECT e.run_id,
        row_number() OVER (PARTITION BY e.run_id ORDER BY e.area_id, e.contract_id{order}),
        e.contract_id, e.person_id, e.area_id, a.id, e.sheet_line_id, e.month, e.item, e.standard,
        e.days, e.required_days, e.on_days, e.due, e.adjusted, e.cap, e.kept_back, e.amount,
        e.rules::bigint[], true{its_quantity}
    FROM ({rows}) e
    LEFT JOIN registry_bankaccount a ON a.person_id = e.person_id AND a.current
"""
WITH_PARTS = """
    , written AS ({written} RETURNING id, contract_id, item, "offset")
    INSERT INTO payroll_paypart (line_id, kind, amount, quantity, rule, source) {parts}
"""
PARTS = """
    SELECT l.id, p.kind, p.amount, p.quantity, p.rule, p.source
    FROM written l JOIN performed p USING (contract_id) WHERE l.item = 'post_subsidy'
"""
KEPT_BACK = """
    SELECT l.id, 'offset', -l."offset", NULL::numeric, f.rule, f.id
    FROM written l JOIN ({offsets}) f ON f.contract_id = l.contract_id WHERE l."offset" > 0
"""


@dataclass(frozen=True)
class Sources:
    """What the statement reads, each as SQL with its parameters; `tables` stand before the rest."""

    present: frozenset
    terms: list
    tables: list
    worked: tuple
    worked_kept: str
    contracts: tuple
    runs: list
    grades: tuple = ("", ())
    offsets: tuple = ("", ())


def statement(read):
    """The statement for a month that has what `present` names, and its parameters in order."""
    present = read.present
    said = [TERMS, *(sql for sql, _params in read.tables)]
    said.append(f"worked AS {read.worked_kept} ({read.worked[0]})")
    said.append(_found(present, read.contracts[0]))
    if performs := present & PERFORMS:
        said.append(_performed(present, read.grades[0]))
    said.append(_paid(present, read.offsets[0], performs))
    rows = [ROW.format(**row) for row in _rows(present)]
    written = WRITTEN.format(
        rows=" UNION ALL ".join(rows),
        order=", e.item" if len(rows) > 1 else "",
        quantity=", quantity" if "measured" in present else "",
        its_quantity=", e.quantity" if "measured" in present else "",
    )
    parts = [PARTS] if performs else []
    parts += [KEPT_BACK.format(offsets=read.offsets[0])] if "offsets" in present else []
    if parts:
        written = WITH_PARTS.format(written=written, parts=" UNION ALL ".join(parts))
    return f"WITH {', '.join(said)} {written}", _parameters(read)


def _parameters(read):
    params = [*read.terms, *(value for _sql, more in read.tables for value in more)]
    params += [*read.worked[1], *read.contracts[1], read.runs]
    if "graded" in read.present:
        params += read.grades[1]
    if "offsets" in read.present:
        params += [*read.offsets[1], *read.offsets[1]]
    return params


def _found(present, contracts):
    bare = "uncovered" in present
    return FOUND.format(
        kept=_kept(present),
        standard=standard(present),
        rules=_rules(present),
        required=required(present),
        earned=earned(present),
        bare=BARE.format(insured=earned(present, but="coalesce(u.days, 0)")) if bare else "",
        quantity=_quantity(present),
        absence=_subsidy(_absence(present), present),
        cap=_named("t.cap", present),
        floor=_named("t.floor", present),
        attested="c.attested," if "attested" in present else "",
        contracts=contracts,
        joins=" ".join(join for name, join in JOINS.items() if name in present),
        due=DUE.format(earned="earned"),
        insured_due=f", {DUE.format(earned='insured_earned')} AS insured_due" if bare else "",
    )


def _subsidy(said, present):
    """What belongs to subsidies alone; wages have none of it."""
    return UNLESS_WAGES.format(said) if "attested" in present else said


def _named(column, present):
    """A column of the rules of subsidies under its own name."""
    said = _subsidy(column, present)
    return said if said == column else f"{said} AS {column.removeprefix('t.')}"


def _rules(present):
    """The rules a line is computed under; limits of hours are among them where hours are paid."""
    paused = "CASE WHEN p.contract_id IS NULL THEN t.rules ELSE t.paused_rules END"
    told = paused if "paused" in present else "t.rules"
    if "measured" in present:
        told = f"""CASE WHEN c.pay_basis = 'hour' AND h.rules <> ''
            THEN rtrim({told}, '}}') || ',' || h.rules || '}}' ELSE {told} END"""
    return f"coalesce({_subsidy(told, present)}, '{{}}')" if "attested" in present else told


def _quantity(present):
    """The hours or pieces that are paid, and those of the covered days."""
    if "measured" not in present:
        return ""
    told = f"{of_measured('quantity')} AS quantity,"
    return f"{told} {of_measured('insured_quantity')} AS insured_quantity,"


def _absence(present):
    """The sum taken off for a day of absence, for those who owed their work the whole month."""
    if "absence" not in present:
        return "t.absence"
    and_not = "AND p.contract_id IS NULL " if "paused" in present else ""
    and_not += "AND y.contract_id IS NULL" if "away" in present else ""
    return WHOLE_MONTH.format(and_not=and_not)


def _kept(present):
    """Rows that are read more than once are kept; a plain month is written in one pass."""
    more = PERFORMS | {"offsets", "uncovered", "social"}
    return "MATERIALIZED" if present & more else "NOT MATERIALIZED"


def _performed(present, grades):
    parts = list(OF_GRADES) if "graded" in present else []
    parts += [OF_ABSENCE] if "absence" in present else []
    parts += [OF_FLOOR] if "floor" in present else []
    graded = GRADED.format(grades=grades) if "graded" in present else ""
    and_not = "AND NOT e.attested" if "attested" in present else ""
    return PERFORMED.format(graded=graded, parts=", ".join(parts), and_not=and_not)


def _paid(present, offsets, performs):
    split = f"CASE WHEN {SPLIT} THEN insured_due ELSE due END" if "uncovered" in present else "due"
    return PAID.format(
        kept=_kept(present),
        adjusted="coalesce(j.adjusted, 0)" if performs else "0",
        mine=split,
        joins="LEFT JOIN adjusted j ON j.contract_id = e.contract_id" if performs else "",
        offset=OFFSET if "offsets" in present else "0",
        offsets=OFFSETS.format(offsets=offsets) if "offsets" in present else "",
    )


def _rows(present):
    rows = [INSURED_PART, UNINSURED_PART] if "uncovered" in present else [MINE]
    rows = [*rows, _social(present)] if "social" in present else rows
    if "measured" not in present:
        return [row | {"quantity": ""} for row in rows]
    return [row | {"quantity": f"{row['quantity']} AS quantity,"} for row in rows]


def _social(present):
    """The subsidy for social insurance, which nobody has beside wages."""
    if "attested" not in present:
        return SOCIAL_PART
    return SOCIAL_PART | {"where": f"{SOCIAL_PART['where']} AND NOT attested"}
