"""One navigation, the same words everywhere, only what the person may use."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from viewflow.urls import Application, Site

WORDS = {
    "posts": (_("Posts"), "work"),
    "registry": (_("People"), "people"),
    "contracts": (_("Contracts and insurance"), "description"),
    "attendance": (_("Attendance"), "event_available"),
    "payroll": (_("Subsidy payment"), "payments"),
    "workrelief": (_("Work relief"), "engineering"),
    "inspections": (_("Supervision and inspection"), "fact_check"),
    "notices": (_("Notices and objections"), "campaign"),
    "reports": (_("Reports"), "bar_chart"),
    "policy": (_("Settings"), "settings"),
}


class Section(Application):
    """One entry of the navigation: the pages of one app, for holders of any of its permissions.

    Where not everybody may read the first page, `ways_in` names one for each permission.
    """

    menu_template_name = None
    base_template_name = "base.html"
    permissions = ()
    ways_in = ()

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.title, cls.icon = WORDS[cls.app_name]

    def has_view_permission(self, user, obj=None):
        return any(user.has_perm(permission) for permission in self.permissions)

    def first_page(self, user):
        """Where the entry leads this person."""
        found = (name for permission, name in self.ways_in if user.has_perm(permission))
        return self.reverse(next(found, "index"))


class Office(Site):
    """The whole house: its sections always stand in the same order."""

    title = _("Rural public-welfare posts")
    base_template_name = "base.html"

    @staticmethod
    def papers_for(record):
        """The printed forms of a record; the house that prints says which."""
        return []

    @staticmethod
    def late_below(user):
        """How many late tasks lie below somebody, or nothing; the house that has tasks says so."""

    def menu_items(self):
        return sorted(super().menu_items(), key=lambda entry: list(WORDS).index(entry.app_name))


class Permitted(LoginRequiredMixin):
    """A page for people who signed in and hold its permission somewhere."""

    permission = ""

    def dispatch(self, request, *args, **kwargs):
        user, wanted = request.user, self.permission
        if user.is_authenticated and wanted and not user.has_perm(wanted):
            raise PermissionDenied(_("This page belongs to another role."))
        return super().dispatch(request, *args, **kwargs)
