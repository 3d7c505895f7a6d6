"""A whole round of checks, and what is kept of the round of each night."""

from dataclasses import asdict

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from project.integrity.chain import ChainHolds, SealedRowsHold
from project.integrity.changes import ChangesHaveHands, RowsAgree
from project.integrity.disposals import RegistersHold
from project.integrity.eyes import FourEyes
from project.integrity.files import FilesAreThere, FilesAreUnchanged
from project.integrity.flows import FlowsFollow, repair
from project.integrity.hashes import ContentsHold
from project.integrity.laws import ConstraintsHold, ReferencesHold, TriggersAreOn
from project.integrity.money import FundsSuffice, MoneyAddsUp
from project.kernel.models import Job
from project.running.marks import set_mark

CHECKS = (
    ChainHolds,
    SealedRowsHold,
    ChangesHaveHands,
    RowsAgree,
    TriggersAreOn,
    ConstraintsHold,
    ReferencesHold,
    FilesAreThere,
    ContentsHold,
    FlowsFollow,
    FourEyes,
    RegistersHold,
    MoneyAddsUp,
    FundsSuffice,
    FilesAreUnchanged,
)
KIND = "integrity"


def examine(*, fast=False):
    """Everything that is not as it must be, of one moment; the files are read after it.

    A picture never changes, so it may be read later; a snapshot held while they are all read would
    keep the database from tidying up.
    """
    with transaction.atomic():
        _one_moment()
        found = [one for check in CHECKS if not check.reads_files for one in check().told()]
    if not fast:
        found += [one for check in CHECKS if check.reads_files for one in check().told()]
    return found


def faults(findings):
    """The findings that somebody must see to."""
    return [finding for finding in findings if not finding.note]


def keep_round(findings, mended, *, by):
    """Keep what a round found as a finished job, for the page of jobs and for /metrics."""
    wrong = faults(findings)
    if not wrong:
        set_mark(KIND)
    words = {"count": len(wrong), "mended": len(mended)}
    return Job.objects.create(
        kind=KIND,
        title=_("Records held against their seals, laws and flows"),
        state=Job.State.FAILED if wrong else Job.State.DONE,
        message=_("%(count)s findings; %(mended)s flows begun again.") % words,
        found={
            "findings": [asdict(finding) for finding in findings],
            "mended": [[record._meta.db_table, record.pk] for record in mended],
            "count": len(wrong),
        },
        finished_at=timezone.now(),
        by=by,
    )


def nightly(*, by):
    """Mend the flows that have gone astray, look at everything, and keep what was found."""
    mended = repair(by)
    return keep_round(examine(), mended, by=by)


def _one_moment():
    """Every question is asked of one moment, so that work under way is no finding."""
    if len(connection.atomic_blocks) == 1:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
