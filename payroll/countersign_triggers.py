"""What the database itself refuses of second signatures, whoever asks and however many at once."""

CHAIN = ("prepared", "confirmed", "township_approved", "department_approved", "finance_approved")


def _chain(row):
    """Everybody who stands in the chain of a run, as a list of SQL."""
    return ", ".join(f"{row}.{step}_by_id" for step in CHAIN)


# The run's row is locked first: whoever approves it at the same moment waits, and is then seen.
RUN = [("run", "payroll_payrun%ROWTYPE")]
SIGNED_BY_ANOTHER = f"""
    SELECT * INTO run FROM payroll_payrun WHERE id = NEW.run_id FOR UPDATE;
    IF run.sha256 = '' OR NEW.sha256 <> run.sha256 OR (NEW.office, run.state) NOT IN (
        ('township', 'on_notice'),
        ('department', 'township_approved'),
        ('finance', 'department_approved')
    ) THEN RAISE EXCEPTION 'a second signature stands under what the run holds, before its office'
        USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.by_id IN ({_chain("run")}) OR EXISTS (
        SELECT FROM payroll_countersignature c WHERE c.run_id = NEW.run_id AND c.by_id = NEW.by_id
    ) THEN RAISE EXCEPTION 'no person stands twice in the chain of a run'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

APPROVED_BY_ANOTHER = f"""
    IF EXISTS (
        SELECT FROM payroll_countersignature c
        WHERE c.run_id = NEW.id AND c.by_id IN ({_chain("NEW")})
    ) THEN RAISE EXCEPTION 'no person stands twice in the chain of a run'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""
