"""Barred employers: who may use no post holders, by which decision and until when; lifting it."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.urls import include, path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from project.kernel import pages
from project.kernel.forms import ReasonForm
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.bars import lift
from registry.models import Bar


def standing(bar):
    """Whether a bar holds today, and why not."""
    if bar.lifted_on:
        return translate("Lifted")
    if bar.starts_on > today():
        return translate("Not yet")
    over = bar.ends_on is not None and bar.ends_on < today()
    return translate("Over") if over else translate("Holds")


class BarList(pages.RecordList):
    model = Bar
    permission = Permission.POST_VIEW
    joins = ("area",)
    columns = (
        pages.Column(_("Employer"), "name", link=True),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("From"), "starts_on"),
        pages.Column(_("To"), "ends_on"),
        pages.Column(_("Case or decision"), "decision"),
        pages.Column(_("State"), standing, badge=True),
    )
    filters = (pages.AreaFilter(),)
    search_fields = ("name", "decision")
    search_hint = _("Employer or decision")
    empty = _("No employer is barred. A bar comes from the decision of a case.")


class BarPage(pages.RecordPage):
    model = Bar
    permission = Permission.POST_VIEW
    joins = ("area", "unit", "made_by", "lifted_by")
    deeds = {"bar": _("Barred"), "lift": _("Lifted")}
    summary = (
        pages.Column(_("Employer"), "name"),
        pages.Column(_("Unit"), "unit.name"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("From"), "starts_on"),
        pages.Column(_("To"), "ends_on"),
        pages.Column(_("Case or decision"), "decision"),
        pages.Column(_("Reason"), "reason"),
        pages.Column(_("By"), "made_by"),
        pages.Column(_("State"), standing),
        pages.Column(_("Lifted on"), "lifted_on"),
        pages.Column(_("Lifted by"), "lifted_by"),
        pages.Column(_("Why it was lifted"), "lifted_because"),
    )

    def links(self, bar):
        if bar.lifted_on:
            return []
        url = reverse("registry:bar-lift", args=[bar.pk])
        return [pages.Link(_("Lift the bar"), url, Permission.EMPLOYER_BAR)]


class LiftBar(pages.EntryPage):
    """Let an employer use post holders and build projects again, with the reason."""

    permission = Permission.EMPLOYER_BAR
    form_class = ReasonForm
    title = label = _("Lift the bar")
    crumb = Bar._meta.verbose_name_plural
    help = _("The employer may be chosen again from today on. The bar and the reason stay on file.")

    @property
    def bar(self):
        seen = Bar.objects.visible_to(self.request.user)
        found = get_object_or_404(seen, pk=self.kwargs["pk"])
        if not self.request.user.has_perm(self.permission, found.area_id):
            raise PermissionDenied(translate("This page belongs to another role."))
        return found

    @property
    def back_url(self):
        return pages.url_of(self.bar)

    def get_form_kwargs(self):
        asked = super().get_form_kwargs()
        del asked["user"]
        return asked

    def enter(self, *, by, note):
        lift(self.bar, by=by, because=note)
        return self.back_url


bar_paths = [
    path("bars/<int:pk>/lift/", LiftBar.as_view(), name="bar-lift"),
    path("bars/", include(pages.plain_paths(BarList, BarPage))),
]
