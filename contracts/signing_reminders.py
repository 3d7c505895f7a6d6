"""What waits about signing beside the flow: workers who declined, papers without the seal."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.models import Contract, PaperVisit, Signature
from project.kernel.pages import Waiting
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Pass

SHOWN = 50
OFFERED = Contract.State.OFFERED


def lines(user):
    """Inbox lines: each worker who declined, and each contract that only lacks the seal."""
    return [*_declined(user), *_unsealed(user)]


def _declined(user):
    """A new link answers the line: the worker was asked again."""
    codes = areas(user, Permission.PASS_ISSUE)
    if not codes:
        return []
    again = Pass.objects.filter(subject=OuterRef("paper__code"), pk__gt=OuterRef("let_in_by"))
    found = PaperVisit.objects.filter(
        in_areas(codes, "paper__contract__area_id"),
        ~Exists(again),
        act=PaperVisit.Act.DECLINED,
        paper__contract__state=OFFERED,
    ).select_related("paper__contract__area", "paper__contract__person")
    return [
        _line(visit.paper.contract, _("The worker declined"), visit.at, visit.reason)
        for visit in found[:SHOWN]
    ]


def _unsealed(user):
    codes = areas(user, Permission.CONTRACT_SEAL)
    if not codes:
        return []
    sealed = Signature.objects.filter(paper=OuterRef("paper"), side=Signature.Side.OFFICE)
    found = Signature.objects.filter(
        in_areas(codes, "paper__contract__area_id"),
        ~Exists(sealed),
        side=Signature.Side.WORKER,
        paper__contract__state=OFFERED,
    ).select_related("paper__contract__area", "paper__contract__person")
    title = _("The worker has signed; the seal is missing")
    return [_line(one.paper.contract, title, one.signed_at) for one in found[:SHOWN]]


def _line(contract, step, since, reason=""):
    return Waiting(
        kind=_("contract"),
        step=step,
        what=f"{contract} · {reason}" if reason else str(contract),
        area=contract.area.name,
        url=reverse("contracts:contract", args=[contract.pk]),
        since=since,
        due=contract.starts_on,
    )
