"""Entries upon a month's wages: drawing them up, the signed list."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import path, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from project.kernel import pages
from project.kernel.forms import NoteForm
from project.kernel.looks import look, people_of
from project.kernel.models import Look
from project.kernel.roles import Permission
from project.kernel.uploads import served
from workrelief import flows, wages
from workrelief.models import WageBatch, WageScan
from workrelief.wage_forms import DrawUpForm, SignaturesForm, spans


class DrawUp(pages.EntryPage):
    """Draw a month's wages up from the villages' confirmed sheets."""

    permission = Permission.WAGE_DRAFT
    form_class = DrawUpForm
    title = label = _("Draw the wages up")
    crumb = WageBatch._meta.verbose_name_plural
    back_url = reverse_lazy("workrelief:wagebatch-list")
    help = _("Each worker with days on a confirmed sheet gets a line at the contract's rate.")

    def get_initial(self):
        """The project whose page one comes from."""
        asked = self.request.GET.get("project", "")
        return {"project": asked} if asked.isdecimal() else {}

    def enter(self, *, by, project, month, note):
        batch = flows.draft_wages(project, month, by=by, note=note)
        messages.success(self.request, translate("The wages are drawn up; have them signed."))
        return pages.url_of(batch)


class OfBatch(pages.EntryPage):
    """An entry upon a batch the person sees, for the contractor's side."""

    permission = Permission.WAGE_DRAFT

    def dispatch(self, request, *args, **kwargs):
        seen = WageBatch.objects.visible_to(request.user).select_related("project", "area")
        self.batch = get_object_or_404(seen, pk=kwargs["pk"])
        user = request.user
        if user.is_authenticated and not user.has_perm(self.permission, self.batch.area_id):
            raise PermissionDenied(translate("This page belongs to another role or another area."))
        self.crumb, self.back_url = self.batch, pages.url_of(self.batch)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        del kwargs["user"]
        return kwargs


class DrawUpAgain(OfBatch):
    """Take the sheets as they are now; signatures of lines that changed are asked anew."""

    form_class = NoteForm
    title = label = _("Draw the wages up again")
    help = _("The lines are taken from the sheets anew; whoever's line changed signs again.")

    def enter(self, *, by, note):
        wages.draw_up_again(self.batch, by=by, note=note)
        return self.back_url


class KeepSignatures(OfBatch):
    """Keep the scan of the list that workers signed (F-27)."""

    form_class = SignaturesForm
    title = label = _("Keep the signed list")
    help = _("A scan serves one month; several scans may make up a list.")

    def get_initial(self):
        unsigned = self.batch.lines.filter(signed_on=None)
        return {"numbers": spans(unsigned.values_list("number", flat=True))}

    def enter(self, *, by, numbers, scan):
        wages.keep_signatures(self.batch, by=by, numbers=numbers, scan=scan)
        words = translate("The scan is kept; %(count)s lines are signed.")
        messages.success(self.request, words % {"count": len(set(numbers))})
        return self.back_url


@login_required
@require_safe
def scan(request, pk):
    """The signed list as it was scanned, for those who see the batch."""
    seen = WageBatch.objects.visible_to(request.user)
    kept = get_object_or_404(WageScan, pk=pk, batch__in=seen)
    shown = people_of(kept.batch.lines.all(), "member__person")
    look(request.user, Look.What.PAPER, shown, record=kept.batch, purpose=kept.name)
    return served(kept.file, kept.name)


entry_paths = [
    path("draw/", DrawUp.as_view(), name="wages-draw"),
    path("scans/<int:pk>/", scan, name="wagescan"),
    path("<int:pk>/again/", DrawUpAgain.as_view(), name="wages-again"),
    path("<int:pk>/signatures/", KeepSignatures.as_view(), name="wages-signatures"),
]
