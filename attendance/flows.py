"""Whose turn it is on a village's sheet."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import flow

from attendance import services
from attendance.models import Sheet, SheetProcess
from policy.selectors import rule
from project.kernel import forms
from project.kernel.roles import Permission
from project.kernel.steps import Step, Verb, by_state, flow_for, follow, starts_at_record


def _village_day(sheet):
    """The village reports by a day of the month (attendance.village_day, R-37)."""
    day = rule("attendance.village_day", on=sheet.month.first, area=sheet.area_id)
    return sheet.month.last + timedelta(days=1) if day >= 25 else sheet.month.first.replace(day=day)


def _township_day(sheet):
    """The township reports by a day of the next month (attendance.township_day, R-36)."""
    day = rule("attendance.township_day", on=sheet.month.first, area=sheet.area_id)
    return sheet.month.next().first.replace(day=day)


@flow_for(Sheet)
class SheetFlow(flow.Flow):
    """Take a village's sheet from its open days to a final month.

    This flow says whose turn it is. What the sheet is, only Sheet.state says.
    """

    process_class = SheetProcess
    process_title = _("Attendance sheet")

    begin = starts_at_record()
    turn = by_state(
        {
            Sheet.State.OPEN: this.confirm,
            Sheet.State.RETURNED: this.confirm,
            Sheet.State.CONFIRMED: this.acknowledge,
            Sheet.State.ACKNOWLEDGED: this.review,
            Sheet.State.REVIEWED: this.publicise,
            Sheet.State.ON_NOTICE: this.certify,
        },
        otherwise=this.done,
    )
    confirm = (
        Step(services.confirm, title=_("Confirm the days"), form=forms.NoteForm, due=_village_day)
        .By(Permission.SHEET_CONFIRM)
        .Next(this.turn)
    )
    acknowledge = (
        Step(
            services.acknowledge,
            title=_("Record the workers' signatures"),
            form=forms.NoteForm,
            due=_township_day,
        )
        .By(Permission.SHEET_ACKNOWLEDGE)
        .Next(this.turn)
    )
    review = (
        Step(services.review, title=_("Review the days"), form=forms.NoteForm, due=_township_day)
        .By(Permission.SHEET_REVIEW)
        .Next(this.turn)
    )
    publicise = (
        Step(
            services.publicise,
            title=_("Put on public notice"),
            form=forms.PostForm,
            due=_township_day,
        )
        .By(Permission.SHEET_PUBLICISE)
        .Next(this.turn)
    )
    certify = (
        Step(
            services.certify,
            title=_("Certify the notice"),
            form=forms.NoteForm,
            due=lambda sheet: sheet.notice.ends_on + timedelta(days=1),
        )
        .By(Permission.SHEET_CERTIFY)
        .Next(this.turn)
    )
    done = flow.End()

    aside = {"send_back": Verb(services.send_back, _("Send back to the village"), forms.ReasonForm)}


def open_month(month, area, *, by):
    """Open the month's sheets and put each before its village."""
    sheets = services.open_month(month, area, by=by)
    for sheet in sheets:
        follow(sheet, by=by)
    return sheets
