"""Choosing a village's contracts to be made in one go, and what became of each."""

from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView

from contracts import batches
from contracts.models import BatchLine, ContractBatch
from contracts.tasks import make
from project.kernel import pages
from project.kernel.guards import Refused
from project.kernel.looks import look, people_of
from project.kernel.models import Look
from project.kernel.roles import Permission
from registry.models import Area


def line_state(line):
    if line.done_at is None:
        return translate("Cancelled") if line.batch.cancelled_at else translate("Waiting")
    return translate("Refused") if line.reasons else translate("Done")


def reasons_of(line):
    return " ".join(line.reasons)


def may_take(user, batch):
    """Whether the package is this person's to take home."""
    wanted = (Permission.CONTRACT_OFFER, Permission.CONTRACT_SEAL)
    return any(user.has_perm(permission, batch.area_id) for permission in wanted)


LINES = (
    pages.Column(_("Name"), "contract.person.name"),
    pages.Column(_("Post"), "contract.title"),
    pages.Column(_("Village"), "contract.area.name"),
    pages.Column(_("State"), line_state, badge=True),
    pages.Column(_("Verification code"), "paper.code"),
    pages.Column(_("Every reason"), reasons_of),
)


class MakeContracts(pages.Permitted, TemplateView):
    """Every contract this person may offer or seal in an area, all chosen to begin with."""

    template_name = "contracts/make.html"
    permission = Permission.CONTRACT_VIEW

    def get_context_data(self, **kwargs):
        found = self.found().select_related("person", "area").distinct()
        contracts = list(found.order_by("area_id", "pk")[: batches.AT_MOST])
        kwargs.setdefault("reasons", [])
        return super().get_context_data(
            title=translate("Make many contracts"),
            contracts=contracts,
            area=self.area_code(),
            villages=self.villages(),
            list_url=reverse("contracts:contract-list"),
            **kwargs,
        )

    def area_code(self):
        return self.request.GET.get("area", "") or self.request.POST.get("area", "")

    def villages(self):
        codes = batches.may_be_made(self.request.user).values("area_id")
        return Area.objects.filter(code__in=codes).order_by("code")

    def found(self):
        """Those that wait, in the village the address names or in all of the person's areas."""
        found, code = batches.may_be_made(self.request.user), self.area_code()
        return found.filter(area_id=code) if code else found

    def post(self, request, *args, **kwargs):
        chosen = [pk for pk in request.POST.getlist("pk") if pk.isdecimal()]
        contracts = self.found().filter(pk__in=chosen).distinct()
        first = contracts.order_by("area_id").first()
        area = first.area if first else None
        try:
            batch = batches.ask(contracts, by=request.user, area=area, task=make)
        except Refused as refused:
            return self.render_to_response(self.get_context_data(reasons=refused.messages))
        return redirect("contracts:contractbatch", batch.pk)


class BatchList(pages.RecordList):
    model = ContractBatch
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "asked_by", "job")
    columns = (
        pages.Column(_("Area"), "area.name", link=True),
        pages.Column(_("Asked at"), "asked_at"),
        pages.Column(_("Asked by"), "asked_by"),
        pages.Column(_("State"), "job.get_state_display", badge=True),
    )
    filters = (pages.AreaFilter(),)
    empty = _("No batch of contracts has been made yet.")


class BatchPage(pages.RecordPage):
    """What became of each contract of a batch, and the package once it is there."""

    model = ContractBatch
    permission = Permission.CONTRACT_VIEW
    template_name = "contracts/batch.html"
    joins = ("area", "asked_by", "job")
    deeds = {"begin": _("Asked for"), "cancel": _("Cancelled"), "pack": _("Packed")}
    summary = (
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Asked by"), "asked_by"),
        pages.Column(_("Asked at"), "asked_at"),
        pages.Column(_("SHA-256"), "sha256"),
    )

    def tables(self, batch):
        lines = batch.lines.select_related("batch", "contract__person", "contract__area", "paper")
        return [(_("Contracts"), LINES, lines)]

    def get_context_data(self, **kwargs):
        batch = self.object
        return super().get_context_data(
            job=batch.job,
            mine=batch.asked_by_id == self.request.user.pk,
            package=batch.file and may_take(self.request.user, batch),
            going=not batch.file and not batch.cancelled_at,
            **kwargs,
        )


@login_required
@require_POST
def cancel(request, pk):
    """Stop a batch before its next contract."""
    seen = ContractBatch.objects.visible_to(request.user)
    batch = get_object_or_404(seen, pk=pk)
    try:
        batches.cancel(batch, by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("contracts:contractbatch", pk)


@login_required
@require_safe
def package(request, pk):
    """The package, for those who offer or seal there: it holds every name of a village."""
    batch = get_object_or_404(ContractBatch.objects.visible_to(request.user), pk=pk)
    if not may_take(request.user, batch):
        raise PermissionDenied(translate("The package belongs to those who offer or seal."))
    if not batch.file:
        raise Http404
    shown = people_of(BatchLine.objects.filter(batch=batch))
    look(request.user, Look.What.EXPORT, shown, record=batch, purpose="F-05", rows=len(shown))
    with batch.file.open() as file:
        content = BytesIO(file.read())
    return FileResponse(content, as_attachment=True, filename=f"contracts-{batch.pk}.zip")


batch_paths = [
    path("make/", MakeContracts.as_view(), name="make"),
    path("batches/", BatchList.as_view(), name="contractbatch-list"),
    path("batches/<int:pk>/", BatchPage.as_view(), name="contractbatch"),
    path("batches/<int:pk>/cancel/", cancel, name="batch-cancel"),
    path("batches/<int:pk>/package.zip", package, name="batch-package"),
]
