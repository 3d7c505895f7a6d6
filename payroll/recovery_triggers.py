"""What the database itself refuses of recoveries, whoever asks and however many at once."""

# Rows of one pay line wait for each other, so that two recoveries cannot both take its last yuan.
NO_MORE_THAN_WAS_PAID = """
    PERFORM FROM payroll_payline WHERE id = NEW.line_id FOR UPDATE;
    IF NOT EXISTS (
        SELECT FROM payroll_recovery r
        JOIN payroll_payline l ON l.id = NEW.line_id AND l.contract_id = r.contract_id
        JOIN payroll_payrun p ON p.id = l.run_id AND p.fund_id = r.fund_id
        JOIN payroll_sentline s ON s.line_id = l.id
        JOIN payroll_bankresult b ON b.sent_id = s.id AND b.outcome = 'success'
        WHERE r.id = NEW.recovery_id AND r.state = 'proposed'
    ) THEN RAISE EXCEPTION 'a recovery names only lines of its contract and fund that were paid'
        USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.amount + coalesce((
        SELECT sum(o.amount) FROM payroll_recoveryline o
        JOIN payroll_recovery r ON r.id = o.recovery_id AND r.state <> 'cancelled'
        WHERE o.line_id = NEW.line_id
    ), 0) > (SELECT amount FROM payroll_payline WHERE id = NEW.line_id)
    THEN RAISE EXCEPTION 'more is asked back than was paid' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

IS_BORNE_OUT = """
    IF (NEW.amount, NEW.contract_id, NEW.fund_id, NEW.area_id, NEW.proposed_by_id)
        IS DISTINCT FROM
        (OLD.amount, OLD.contract_id, OLD.fund_id, OLD.area_id, OLD.proposed_by_id)
        OR OLD.decided_by_id IS NOT NULL AND NEW.decided_by_id IS DISTINCT FROM OLD.decided_by_id
    THEN RAISE EXCEPTION 'what a recovery asks for, and who decided it, never changes'
        USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> 'cancelled' AND NEW.amount IS DISTINCT FROM (
        SELECT sum(amount) FROM payroll_recoveryline WHERE recovery_id = NEW.id
    ) THEN RAISE EXCEPTION 'a recovery asks for the sum of its lines'
        USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state IN ('settled', 'cancelled') AND coalesce((
        SELECT sum(amount) FROM payroll_repayment WHERE recovery_id = NEW.id
    ), 0) <> (CASE NEW.state WHEN 'settled' THEN NEW.amount ELSE 0 END)
    THEN RAISE EXCEPTION 'a recovery ends when all of it is back, or none of it'
        USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

# The recovery's row is locked first: repayments of one recovery are counted one after the other.
OWED = [("owed", "payroll_recovery%ROWTYPE"), ("so_far", "numeric")]
REPAYS_WHAT_IS_OWED = """
    SELECT * INTO owed FROM payroll_recovery WHERE id = NEW.recovery_id FOR UPDATE;
    SELECT coalesce(sum(amount), 0) INTO so_far FROM payroll_repayment
    WHERE recovery_id = NEW.recovery_id;
    IF owed.state NOT IN ('demanded', 'repaying') THEN
        RAISE EXCEPTION 'a recovery is repaid between its demand and its settlement'
            USING ERRCODE = 'check_violation';
    END IF;
    IF so_far + NEW.amount < 0 OR so_far + NEW.amount > owed.amount THEN
        RAISE EXCEPTION 'no more is repaid than is owed' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.undoes_id IS NOT NULL THEN
        IF NOT EXISTS (
            SELECT FROM payroll_repayment o WHERE o.id = NEW.undoes_id AND o.undoes_id IS NULL
                AND (o.recovery_id, o.way, o.voucher, -o.amount)
                  = (NEW.recovery_id, NEW.way, NEW.voucher, NEW.amount)
                AND o.line_id IS NOT DISTINCT FROM NEW.line_id
        ) THEN RAISE EXCEPTION 'a counter-entry undoes exactly one repayment'
            USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.way = 'offset' THEN
        IF NOT EXISTS (
            SELECT FROM payroll_payline l
            JOIN payroll_offset f ON f.contract_id = l.contract_id AND f.month = l.month
            JOIN payroll_sentline s ON s.line_id = l.id
            JOIN payroll_bankresult b ON b.sent_id = s.id AND b.outcome = 'success'
            WHERE l.id = NEW.line_id AND f.recovery_id = NEW.recovery_id
                AND f.approved_by_id IS NOT NULL AND l."offset" = NEW.amount
        ) OR EXISTS (
            SELECT FROM payroll_repayment o LEFT JOIN payroll_repayment u ON u.undoes_id = o.id
            WHERE o.line_id = NEW.line_id AND o.undoes_id IS NULL AND u.id IS NULL
        ) THEN RAISE EXCEPTION 'an offset is booked once, from a line that was paid less for it'
            USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(owed.area_id || NEW.voucher, 0));
    IF EXISTS (
        SELECT FROM payroll_repayment o JOIN payroll_recovery r ON r.id = o.recovery_id
        LEFT JOIN payroll_repayment u ON u.undoes_id = o.id
        WHERE r.area_id = owed.area_id AND o.voucher = NEW.voucher
            AND o.undoes_id IS NULL AND u.id IS NULL
    ) THEN RAISE EXCEPTION 'a voucher number stands for one repayment of the area'
        USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
"""
