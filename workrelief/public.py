"""Projects for everybody to read: what a signboard says, and how much labour has been paid."""

from decimal import Decimal

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.urls import path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView, ListView

from project.kernel.money import yuan
from workrelief.figures import figures_of
from workrelief.models import Project
from workrelief.shares import percent

SHOWN_AT_ONCE = 50
UNKNOWN = [Project.State.RESERVE, Project.State.APPLIED, Project.State.CANCELLED]


def published():
    """What everybody may read: projects whose plan was issued, and nothing of those given up."""
    return Project.objects.exclude(state__in=UNKNOWN).select_related("area", "owner")


@method_decorator([login_not_required, never_cache], name="dispatch")
class PublicProjects(ListView):
    """The projects of the house, newest plan first, found by name, place or number."""

    template_name = "workrelief/public_list.html"
    paginate_by = SHOWN_AT_ONCE
    context_object_name = "projects"

    def get_queryset(self):
        found, asked = published().order_by("-year", "-pk"), self.asked()
        if asked:
            named = Q(name__icontains=asked) | Q(number=asked) | Q(area__name__icontains=asked)
            found = found.filter(named)
        return found

    def asked(self):
        return self.request.GET.get("q", "").strip()[:60]

    def get_context_data(self, **kwargs):
        return super().get_context_data(asked=self.asked(), **kwargs)


@method_decorator([login_not_required, never_cache], name="dispatch")
class PublicProject(DetailView):
    """One project: its signboard, its money by fund, its labour planned and paid; no worker."""

    template_name = "workrelief/public.html"
    context_object_name = "project"
    slug_field = slug_url_kwarg = "number"

    def get_queryset(self):
        return published()

    def get_context_data(self, **kwargs):
        figures = figures_of(self.object)
        shares = [_told(share) for share in figures.shares]
        return super().get_context_data(
            figures=figures, shares=shares, investment=yuan(self.object.investment), **kwargs
        )


def _told(share):
    """A fund line as it is read: two shares in words, and how long their bars are."""
    return {
        "fund": f"{share.fund_name} {share.year}",
        "amount": yuan(share.amount),
        "planned": f"{yuan(share.planned)} ({percent(share.planned, share.amount)})",
        "paid": f"{yuan(share.paid)} ({percent(share.paid, share.amount)})",
        "least": "" if share.minimum is None else percent(share.minimum, 1),
        "paid_bar": _bar(share.paid, share.amount),
        "least_bar": None if share.minimum is None else _bar(share.minimum, Decimal(1)),
    }


def _bar(part, whole):
    return min(100, round(part * 100 / whole))


urlpatterns = [
    path("", PublicProjects.as_view(), name="public-projects"),
    path("<path:number>/", PublicProject.as_view(), name="public-project"),
]
