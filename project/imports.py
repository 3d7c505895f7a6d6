"""Every kind of file that can be taken in, by the name that commands and pages use."""

from attendance.imports import Attendance
from contracts.insurance_imports import InsuranceResults
from payroll.comparison_imports import ComparisonResults
from payroll.imports import BankResults
from policy.imports import Rules
from posts.imports import Applications, Holders, Posts
from registry import intake
from registry.imports import Areas, Calendar, People
from workrelief.imports import Members, Projects

KINDS = {
    importer.kind: importer
    for importer in (
        *(Areas, Calendar, Rules, People, Posts),
        *(Holders, Applications, ComparisonResults, Attendance, BankResults, InsuranceResults),
        *(Projects, Members),
    )
}


def stage(kind, source, *, by, area=None, name="", photos=None):
    """Read and judge a file of a kind; nothing is written."""
    return intake.stage(KINDS[kind](by=by, area=area, photos=photos), source, name)


def commit(staged, *, by):
    """Write a staged file, all of it or nothing."""
    return intake.commit(staged, by=by)
