"""Applications that people sent in themselves, as the village sees them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import include, path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from posts import applications
from posts.application_forms import RegisterForm
from posts.models import Application
from posts.priority import REASONS
from project.kernel import pages
from project.kernel.masking import mask_phone
from project.kernel.roles import Permission


class ApplicationList(pages.RecordList):
    model = Application
    permission = Permission.POST_VIEW
    joins = ("area", "post")
    columns = (
        pages.Column(_("Name"), "name", link=True),
        pages.Column(_("Post"), "post.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("How it came"), "channel"),
        pages.Column(_("Received at"), "received_at"),
        pages.Column(_("Answer due on"), "due_on"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (pages.AreaFilter(), pages.StateFilter())
    search_fields = ("name", "code", "post__title")
    search_hint = _("Name, receipt or post")
    empty = _("Nobody has applied on the phone yet.")


class ApplicationPage(pages.RecordPage):
    model = Application
    permission = Permission.POST_VIEW
    joins = ("area", "post__area", "recruitment__post", "hire__person", "hire__post")
    deeds = {"print": _("Printed")}
    summary = (
        pages.Column(_("Name"), "name"),
        pages.Column(_("Post"), "post.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Answer due on"), "due_on"),
    )

    @property
    def facts(self):
        """The whole telephone is for those who may take the application up, and call back."""
        called = self.request.user.has_perm(Permission.HIRE_APPLY, self.object.area_id)
        number = "phone" if called else lambda sent: mask_phone(sent.phone)
        return (
            pages.Group(
                _("What was sent"),
                (
                    pages.Column(_("ID number"), "masked_id"),
                    pages.Column(_("Phone"), number),
                    pages.Column(_("What they say of themselves"), said_of),
                    pages.Column(_("Agrees to the public notice"), "agrees"),
                    pages.Column(_("How it came"), "channel"),
                    pages.Column(_("Received at"), "received_at"),
                    pages.Column(_("Receipt"), "code"),
                    pages.Column(
                        _("Sent again with another name or phone"), lambda sent: len(sent.others)
                    ),
                ),
            ),
        )

    def links(self, application):
        """The hire that came of it; or what is still missing before there can be one."""
        call = pages.Link(_("Open the call"), pages.url_of(application.recruitment))
        if application.hire:
            return [pages.Link(_("Open the hire"), pages.url_of(application.hire)), call]
        if application.state == Application.State.RECEIVED and application.applicant is None:
            at = reverse("posts:application-register", args=[application.pk])
            return [pages.Link(_("Register the person"), at, Permission.HIRE_APPLY), call]
        return [call]


def said_of(application):
    """What a person says of themselves, in the words of the office."""
    return REASONS.get(application.category, application.category)


class RegisterApplicant(pages.EntryPage):
    """Enter whoever applied and is not in the register; name and number are those they sent."""

    permission = Permission.HIRE_APPLY
    form_class = RegisterForm
    title = _("Register the person")
    label = _("Save and go back to the application")
    help = _("Name, ID number and phone are taken from the application.")

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        seen = Application.objects.visible_to(request.user).select_related("area", "post")
        self.application = seen.filter(pk=kwargs["pk"]).first()
        if self.application is None:
            raise Http404
        if not request.user.has_perm(self.permission, self.application.area_id):
            raise PermissionDenied(translate("This page belongs to another role or another area."))
        self.crumb, self.back_url = self.application, pages.url_of(self.application)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        summary = [
            (_("Name"), self.application.name),
            (_("ID number"), self.application.masked_id),
            (_("Phone"), self.application.phone),
        ]
        return super().get_context_data(summary=summary, **kwargs)

    def enter(self, *, by, **details):
        applications.register(self.application, by=by, **details)
        messages.success(
            self.request, translate("The person is registered; now take the application up.")
        )
        return self.back_url


urlpatterns = [
    path(
        "applications/<int:pk>/register/",
        RegisterApplicant.as_view(),
        name="application-register",
    ),
    path("applications/", include(pages.record_paths(ApplicationList, ApplicationPage))),
]
