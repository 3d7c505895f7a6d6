"""The pages around posts that no flow leads to: vacated places, renewals, households, notices."""

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from posts.announcement_pages import announcement_paths
from posts.household_pages import household_paths
from posts.renewal_pages import renewal_paths
from posts.vacancy_pages import vacancy_paths
from project.kernel.pages import Link
from project.kernel.roles import Permission

LINKS = (
    Link(_("Vacated places"), reverse_lazy("posts:vacancy-list")),
    Link(_("What comes up"), reverse_lazy("posts:announcements"), Permission.CONTRACT_OFFER),
    Link(_("Renew contracts"), reverse_lazy("posts:renewals"), Permission.CONTRACT_OFFER),
    Link(_("Zero-employment households"), reverse_lazy("posts:zeroemployment-list")),
)
urlpatterns = [*vacancy_paths, *renewal_paths, *household_paths, *announcement_paths]
