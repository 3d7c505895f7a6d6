"""What comes up within 90, 30 and 7 days, as a page."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from posts.announcements import KINDS, announced, counts, windows
from project.kernel import pages
from project.kernel.roles import Permission


class Announcements(pages.Permitted, TemplateView):
    """Contracts ending and limits reached, counted for each window and listed."""

    template_name = "posts/announcements.html"
    permission = Permission.CONTRACT_OFFER

    def get_context_data(self, **kwargs):
        found, days = announced(self.request.user), windows()
        kind, within = self.request.GET.get("kind", ""), self.request.GET.get("within", "")
        shown = [
            one
            for one in found
            if kind in ("", one.kind)
            and one.days_left <= (int(within) if within.isdecimal() else days[0])
        ]
        numbers = counts(found)
        return super().get_context_data(
            title=_("What comes up"),
            days=days,
            table=[(key, words, list(numbers[key].items())) for key, words in KINDS.items()],
            found=shown,
            list_url=reverse("posts:post-list"),
            **kwargs,
        )


announcement_paths = [
    path("announcements/", Announcements.as_view(), name="announcements"),
]
