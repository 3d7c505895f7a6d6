"""Year's end: every contract that ends on one page, renewed in one go."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from contracts.models import Contract
from posts.models import Hire
from posts.renewals import AT_MOST, ending, renew_all, review
from posts.tasks import renew
from project.kernel import jobs, pages
from project.kernel.months import Month, today
from project.kernel.roles import Permission
from registry.access import areas, in_areas

AT_ONCE = 40


def renewable_areas(user):
    """The areas where the person drafts contracts."""
    return in_areas(areas(user, Permission.CONTRACT_OFFER))


def renewable(user):
    """The hires in the areas where the person drafts contracts."""
    return Hire.objects.filter(renewable_areas(user))


class Renewals(pages.Permitted, TemplateView):
    """Who may be renewed and who may not, each with every reason."""

    template_name = "posts/renewals.html"
    permission = Permission.CONTRACT_OFFER

    def get_context_data(self, **kwargs):
        month, misread = self.month()
        found = review(ending(renewable(self.request.user), month.last))
        drafted = Contract.objects.filter(
            renewable_areas(self.request.user), state=Contract.State.DRAFT, renews__isnull=False
        )
        return super().get_context_data(
            title=_("Renew contracts"),
            until=month,
            misread=misread,
            can=[one for one in found if one.may_renew],
            cannot=[one for one in found if not one.may_renew],
            more=len(found) if len(found) >= AT_MOST else 0,
            drafted=drafted.count(),
            drafted_url=f"{reverse('contracts:contract-list')}?state={Contract.State.DRAFT}",
            list_url=reverse("posts:post-list"),
            **kwargs,
        )

    def month(self):
        """Contracts that end by this month are shown; without one, by the end of the year."""
        asked = self.request.GET.get("until", "") or self.request.POST.get("until", "")
        try:
            return Month.parse(asked) if asked else Month(today().year, 12), []
        except ValueError as error:
            return Month(today().year, 12), [str(error)]

    def post(self, request, *args, **kwargs):
        """Renew what was chosen; many at once are left to the workers."""
        chosen = [pk for pk in request.POST.getlist("pk") if pk.isdecimal()][:AT_MOST]
        if not chosen:
            messages.error(request, translate("Choose at least one contract."))
            return redirect(self.back())
        hires = renewable(request.user).filter(pk__in=chosen).order_by("area_id", "pk")
        numbers = list(hires.values_list("pk", flat=True))
        if len(numbers) != len(set(chosen)):
            raise PermissionDenied(translate("A contract you chose lies outside your areas."))
        if len(numbers) > AT_ONCE:
            title = translate("Renew %(count)s contracts") % {"count": len(numbers)}
            until = str(self.month()[0])
            job = jobs.ask(renew, title=title, by=request.user, hires=numbers, until=until)
            return redirect(reverse("job", args=[job.pk]))
        made, refused = renew_all(hires, by=request.user)
        self._tell(made, refused)
        return redirect(self.back())

    def back(self):
        """The same page, judged anew."""
        return f"{reverse('posts:renewals')}?until={self.month()[0]}"

    def _tell(self, made, refused):
        messages.success(
            self.request,
            translate("%(count)s contracts are drafted; offer, sign and start them next.")
            % {"count": len(made)},
        )
        for hire, reasons in refused:
            messages.error(self.request, f"{hire.person.name}：{' '.join(reasons)}")


renewal_paths = [path("renewals/", Renewals.as_view(), name="renewals")]
