"""What every entry upon a project has in common: who sees it, who may, where it leads."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext

from project.kernel import pages
from project.kernel.roles import Permission
from workrelief.models import Project

CLOSED = [Project.State.ARCHIVED, Project.State.CANCELLED]


def not_yours():
    return gettext("This page belongs to another role or another area.")


class OfProject(pages.EntryPage):
    """An entry upon a project that the person sees and may write on; else it does not exist."""

    permission = Permission.RELIEF_VIEW
    permissions = ()
    states = ()
    done = ""
    service = None

    @classmethod
    def may(cls, user, project):
        return any(user.has_perm(permission, project.area_id) for permission in cls.permissions)

    def dispatch(self, request, *args, **kwargs):
        seen = Project.objects.visible_to(request.user).select_related("area")
        self.project = seen.filter(pk=kwargs["pk"]).first()
        if self.project is None:
            raise Http404
        if not self.may(request.user, self.project):
            raise PermissionDenied(not_yours())
        self.crumb, self.back_url = self.project, pages.url_of(self.project)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"project": self.project}

    def enter(self, *, by, **said):
        self.service(self.project, by=by, **said)
        messages.success(self.request, self.done)
        return self.back_url
