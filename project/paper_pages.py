"""Printed forms and their workbooks, opened from the record page they belong to."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

import attendance.papers
import contracts.documents.card
import contracts.exit_papers
import contracts.insurance_papers
import contracts.papers
import inspections.papers
import notices.papers
import payroll.papers
import payroll.recovery_papers
import posts.hire_papers
import posts.papers
import posts.vacancy_papers
import project.disposals.papers
import registry.look_papers
import workrelief.papers
import workrelief.wage_papers
from attendance.models import Sheet
from contracts.models import Contract, Endorsement, Exit, InsurancePolicy
from contracts.papers import Roster
from inspections.models import Case, Doubt, Visit
from notices.models import Notice
from payroll.models import PayLine, PayRun, Recovery
from posts.models import Appraisal, Hire, Post, Recruitment, VacancyReport
from project.kernel.documents import taken_by
from project.kernel.guards import log
from project.kernel.looks import look
from project.kernel.models import Look
from project.kernel.months import Month, today
from project.kernel.pages.workbooks import download
from project.kernel.roles import Permission
from project.kernel.sealing import seal_file
from project.paper_people import shown_on
from registry.models import Area, Disposal, Person
from workrelief.models import Project, WageBatch

RUN_JOINS = ("area", "fund", "notice", "prepared_by", "confirmed_by", "finance_approved_by")
LINE_JOINS = ("run__area", "run__prepared_by", "person", "contract", "area", "account")
POST_JOINS = ("area", "department", "fund")
HIRE_JOINS = ("area", "person__area", "person__household", "post__area")
CONTRACT_JOINS = ("area__parent", "person__household", "person__area__parent", "department", "fund")
EXIT_JOINS = ("area", "contract__person", "proposed_by", "approved_by")
VACANCY_JOINS = ("area", "hire__person", "hire__post", "hire__contract", "reported_by")
RECOVERY_JOINS = ("area", "fund", "contract__person", "proposed_by", "decided_by", "settled_by")
VISIT_JOINS = ("area__parent", "contract__person", "plan", "corrects", "by", "second")
DOUBT_JOINS = ("area", "person", "contract", "found_in", "found_by", "decided_by")
CASE_JOINS = ("area", "person__area", "contract", "opened_by", "decided_by", "answered_by")
PROJECT_JOINS = ("area", "owner", "insurance")
BATCH_JOINS = ("area", "project__area", "project__owner")
PROJECT_FORMS = {"F-23", "F-24", "F-25", "F-29", "F-30"}
RUN_FORMS = {"F-11", "F-12", "F-13", "F-14"}
KINDS = {
    "payrun": (PayRun.objects.select_related(*RUN_JOINS), payroll.papers, RUN_FORMS),
    "payline": (PayLine.objects.select_related(*LINE_JOINS), payroll.papers, {"F-33"}),
    "recovery": (
        Recovery.objects.select_related(*RECOVERY_JOINS),
        payroll.recovery_papers,
        {"F-22"},
    ),
    "visit": (Visit.objects.select_related(*VISIT_JOINS), inspections.papers, {"F-19"}),
    "doubt": (Doubt.objects.select_related(*DOUBT_JOINS), inspections.papers, {"F-20"}),
    "case": (Case.objects.select_related(*CASE_JOINS), inspections.papers, {"F-21"}),
    "sheet": (Sheet.objects.select_related("area__parent"), attendance.papers, {"F-09", "F-10"}),
    "notice": (Notice.objects.select_related("area"), notices.papers, {"F-06", "F-12"}),
    "post": (Post.objects.select_related(*POST_JOINS), posts.papers, {"F-01"}),
    "recruitment": (
        Recruitment.objects.select_related("area", "post__area"),
        posts.hire_papers,
        {"F-02"},
    ),
    "hire": (Hire.objects.select_related(*HIRE_JOINS), posts.hire_papers, {"F-03", "F-08"}),
    "appraisal": (Appraisal.objects.select_related("area"), posts.hire_papers, {"F-04"}),
    "contract": (
        Contract.objects.select_related(*CONTRACT_JOINS, "document", "renews"),
        contracts.documents.card,
        {"F-32"},
    ),
    "exit": (Exit.objects.select_related(*EXIT_JOINS), contracts.exit_papers, {"F-16"}),
    "vacancyreport": (
        VacancyReport.objects.select_related(*VACANCY_JOINS),
        posts.vacancy_papers,
        {"F-17"},
    ),
    "insurancepolicy": (
        InsurancePolicy.objects.select_related("area"),
        contracts.insurance_papers,
        {"F-18"},
    ),
    "endorsement": (
        Endorsement.objects.select_related("area", "policy__area"),
        contracts.insurance_papers,
        {"F-18"},
    ),
    "project": (
        Project.objects.select_related(*PROJECT_JOINS),
        workrelief.papers,
        PROJECT_FORMS,
    ),
    "wagebatch": (
        WageBatch.objects.select_related(*BATCH_JOINS),
        workrelief.wage_papers,
        {"F-26", "F-27", "F-28"},
    ),
    "person": (Person.objects.select_related("area"), registry.look_papers, {"F-35"}),
    "disposal": (
        Disposal.objects.select_related("area", "drawn_by", "approved_by", "carried_by"),
        project.disposals.papers,
        {"F-34"},
    ),
    "area": (Area.objects.all(), contracts.papers, {"F-07"}),
}


@login_required
@never_cache
@require_safe
def paper(request, kind, pk, code):
    """A form as a PDF, to read and to print."""
    record, papers, subject = _asked(request, kind, pk, code)
    with _taking(request, record):
        content = papers.pdf_of(code, subject, request.user)
    _note(record, "print", code, content, by=request.user)
    shown = shown_on(kind, record, subject)
    look(request.user, Look.What.PAPER, shown, record=record, purpose=code)
    answer = HttpResponse(content, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{code}-{pk}.pdf"'
    return answer


@login_required
@never_cache
@require_safe
def paper_workbook(request, kind, pk, code):
    """The table of a form as a workbook."""
    record, papers, subject = _asked(request, kind, pk, code)
    with _taking(request, record):
        content = papers.workbook_of(code, subject, request.user)
    _note(record, "export", code, content, by=request.user)
    shown = shown_on(kind, record, subject)
    return download(f"{code}-{pk}", content, by=request.user, people=shown, record=record)


def _taking(request, record):
    """Whole numbers are on a form only for whom they are shown on the screen too (A10)."""
    whole = request.user.has_perm(Permission.NUMBER_VIEW, record)
    return taken_by(request.user, whole=whole)


def _asked(request, kind, pk, code):
    """The record as this person may see it, and what fills its forms; else it does not exist."""
    rows, papers, codes = KINDS.get(kind, (None, None, ()))
    if code not in codes:
        raise Http404
    record = get_object_or_404(rows.visible_to(request.user), pk=pk)
    return record, papers, _roster(request, record) if kind == "area" else record


def _roster(request, area):
    """A roster shows contracts and accounts, which seeing an area alone does not allow."""
    if not request.user.has_perm(Permission.CONTRACT_VIEW, area.code):
        raise PermissionDenied(_("The roster belongs to people who see contracts here."))
    try:
        return Roster(area, Month.parse(request.GET.get("month") or Month.of(today())))
    except ValueError as error:
        raise Http404(str(error)) from error


def _note(record, verb, code, content, *, by):
    """Who took which paper out of the house, and its hash."""
    log(record, verb, by=by, form=code, sha256=seal_file(content))


urlpatterns = [
    path("papers/<slug:kind>/<int:pk>/<slug:code>.pdf", paper, name="paper"),
    path("papers/<slug:kind>/<int:pk>/<slug:code>.xlsx", paper_workbook, name="paper-workbook"),
]
