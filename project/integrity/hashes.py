"""What bears a hash of its content is still what was hashed."""

from django.db import connection
from django.utils.translation import gettext as _

from notices.models import Notice
from payroll.sealing import HASHES
from project.integrity.findings import Check
from project.kernel.sealing import seal

RUNS = f"""
    SELECT r.id FROM payroll_payrun r
    LEFT JOIN ({HASHES.replace("WHERE run_id = ANY(%s)", "")}) h ON h.run_id = r.id
    WHERE r.sha256 <> coalesce(h.hash, '') ORDER BY 1
"""
# Each step of a run keeps the hash of what the person had before them.
SIGNED = """
    SELECT e.record_id, e.id FROM kernel_event e
    JOIN django_content_type t ON t.id = e.record_type_id
        AND (t.app_label, t.model) = ('payroll', 'payrun')
    JOIN payroll_payrun r ON r.id = e.record_id
    WHERE e.data ? 'sha256' AND e.verb = ANY(%s) AND e.after <> 'refused'
      AND e.data ->> 'sha256' <> r.sha256 ORDER BY 2
"""
APPROVALS = ["confirm", "township_approve", "department_approve", "finance_approve"]
LISTS = """
    SELECT c.id FROM payroll_comparison c LEFT JOIN LATERAL (
        SELECT encode(sha256(convert_to(coalesce(string_agg(
            concat_ws('|', number, name, id_digest), E'\\n' ORDER BY number), ''), 'UTF8')), 'hex')
            AS hash
        FROM payroll_comparedperson p WHERE p.comparison_id = c.id
    ) h ON true
    WHERE c.sha256 <> '' AND c.sha256 <> h.hash ORDER BY 1
"""


class ContentsHold(Check):
    """Runs, notices and lists of people are those that were confirmed, hung up and sent."""

    name = "contents"

    def findings(self):
        with connection.cursor() as cursor:
            cursor.execute(RUNS)
            for (pk,) in cursor.fetchall():
                said = _("The lines of this run are not those its hash was taken of.")
                yield self.found("payroll_payrun", pk, said)
            cursor.execute(SIGNED, [APPROVALS])
            for pk, event in cursor.fetchall():
                said = _("Event %(event)s approved another content than this run has now.")
                yield self.found("payroll_payrun", pk, said % {"event": event})
            cursor.execute(LISTS)
            for (pk,) in cursor.fetchall():
                said = _("The people on this list are not those its hash was taken of.")
                yield self.found("payroll_comparison", pk, said)
        yield from self._notices()

    def _notices(self):
        rows = Notice.objects.order_by("pk").values_list("pk", "sha256", "content")
        for pk, hashed, content in rows.iterator():
            if seal(content) != hashed:
                said = _("The notice does not say what its hash was taken of.")
                yield self.found(Notice._meta.db_table, pk, said)
