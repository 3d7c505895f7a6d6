"""The house: its sections, what waits inside, and the papers it prints."""

from django.urls import include, path, reverse
from viewflow.urls import route

from attendance.pages import Attendance
from contracts.pages import Contracts
from inspections.pages import Inspections
from notices.pages import Notices
from payroll.pages import Payroll
from policy.pages import SettingsSection
from posts.pages import Posts
from project import (
    handing_pages,
    import_pages,
    inbox,
    late,
    late_pages,
    paper_pages,
    trail_pages,
)
from project.disposals.pages import People
from project.kernel import pages
from project.kernel.documents import FORMS
from registry import identity_pages, second_factor_pages, session_pages, token_pages
from reports.pages import Reports
from workrelief.pages import WorkRelief


def papers_for(record):
    """The printed forms of a record, as PDF and as workbook."""
    kind = record._meta.model_name
    codes = sorted(paper_pages.KINDS[kind][-1]) if kind in paper_pages.KINDS else []
    return [
        pages.Paper(
            f"{code} {FORMS[code].title}",
            reverse("paper", args=[kind, record.pk, code]),
            workbook=reverse("paper-workbook", args=[kind, record.pk, code]),
        )
        for code in codes
    ]


class House(pages.Office):
    """Everything that people who sign in see."""

    index_path = path("", pages.InboxPage.as_view(waiting=inbox.lines), name="index")
    # The board in the street has the address /notices/; the office keeps its own beside it.
    notices_path = route("board/", Notices())
    papers_for = staticmethod(papers_for)
    late_below = staticmethod(late.count)
    urlpatterns = [
        path("jobs/<int:pk>/", pages.JobPage.as_view(), name="job"),
        path("imports/", include(import_pages)),
        path("sessions/", include(session_pages)),
        path("sessions/", include(second_factor_pages)),
        path("sessions/tokens/", include(token_pages)),
        path("sessions/identities/", include(identity_pages)),
        path("", include(paper_pages)),
        path("", include(trail_pages)),
        path("", include(late_pages)),
        path("", include(handing_pages)),
    ]


house = House(
    viewsets=[
        Posts(),
        People(),
        Contracts(),
        Attendance(),
        Payroll(),
        WorkRelief(),
        Inspections(),
        Reports(),
        SettingsSection(),
    ]
)
