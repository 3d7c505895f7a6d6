"""Rows that are kept as they are for good, but for what an approved register of disposal lists."""

import pgtrigger

# The register must be under way: approved by one person and begun by another (ADR 0020). It lies in
# a layer above; the trigger asks its table when it is too late for anything but a refusal.
UNLESS_LISTED = """
    IF TG_OP = 'UPDATE'
        AND to_jsonb(OLD) - '{{{names}}}'::text[] = to_jsonb(NEW) - '{{{names}}}'::text[]
        AND {blank}
        AND EXISTS (
            SELECT FROM registry_disposallist l JOIN registry_disposal d ON d.id = l.disposal_id
            WHERE d.state = 'under_way' AND {listed}
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;
"""
ROW_ITSELF = """
    l."table" = TG_TABLE_NAME AND OLD.id BETWEEN l.first AND l.last AND OLD.id = ANY(l.ids)
"""
ROW_TOLD_OF = """
    l."table" = OLD."table" AND OLD."row" = ANY(l.ids::text[])
"""


class KeptUnlessDisposed(pgtrigger.Protect):
    """Nobody changes or deletes a row; an approved register empties the columns named, no others.

    `blanks` says what each of these columns is afterwards, as SQL: NULL or an empty text.
    """

    operation = pgtrigger.Update | pgtrigger.Delete

    def __init__(self, *, blanks, listed=ROW_ITSELF, **options):
        super().__init__(operation=self.operation, **options)
        self.blanks, self.listed = dict(blanks), listed

    def get_func(self, model):
        """What the trigger does before a row is changed or deleted."""
        blank = (f"NEW.{name} IS NOT DISTINCT FROM {to}" for name, to in self.blanks.items())
        return UNLESS_LISTED.format(
            names=",".join(self.blanks), blank=" AND ".join(blank), listed=self.listed.strip()
        )
