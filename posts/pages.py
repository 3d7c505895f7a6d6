"""Posts and the people on their way onto one."""

from django.urls import include, path, reverse_lazy
from django.utils.translation import gettext_lazy as _

from posts.models import Hire, Post
from project.kernel import pages
from project.kernel.roles import Permission


class PostList(pages.RecordList):
    model = Post
    permission = Permission.POST_VIEW
    joins = ("area", "fund", "department")
    columns = (
        pages.Column(_("Post number"), "number", link=True),
        pages.Column(_("Post"), "title"),
        pages.Column(_("Post type"), "post_type"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Department"), "department.name"),
        pages.Column(_("Standard (yuan)"), "standard", align="end"),
        pages.Column(_("Headcount"), "headcount", align="end"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (pages.AreaFilter(), pages.StateFilter())
    search_fields = ("title", "number", "post_type")
    search_hint = _("Post, number or type")
    empty = _("There is no post yet. Import the township's ledger of holders or its posts first.")
    links = (pages.Link(_("Hires"), reverse_lazy("posts:hire-list")),)


class PostPage(pages.RecordPage):
    model = Post
    permission = Permission.POST_VIEW
    joins = ("area", "fund", "department")
    deeds = {"import": _("Taken in from a file")}
    summary = (
        pages.Column(_("Post number"), "number"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Post type"), "post_type"),
    )
    facts = (
        pages.Group(
            _("What the post is"),
            (
                pages.Column(_("Department"), "department.name"),
                pages.Column(_("Duties"), "duties"),
                pages.Column(_("Headcount"), "headcount"),
                pages.Column(_("From"), "starts_on"),
                pages.Column(_("To"), "ends_on"),
            ),
        ),
        pages.Group(
            _("What it pays"),
            (
                pages.Column(_("Standard (yuan)"), "standard"),
                pages.Column(_("Fund"), "fund.name"),
            ),
        ),
    )

    def tables(self, post):
        hires = post.hires.select_related("person", "area", "contract").order_by("pk")
        return [(_("Who came onto this post"), POST_HIRES, hires)]


class HireList(pages.RecordList):
    model = Hire
    permission = Permission.POST_VIEW
    joins = ("area", "person", "post", "post__area")
    columns = (
        pages.Column(_("Name"), "person.name", link=True),
        pages.Column(_("Post"), "post.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Applied on"), "applied_on"),
        pages.Column(_("Source"), "source"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (pages.AreaFilter(), pages.StateFilter())
    search_fields = ("person__name", "post__title")
    search_hint = _("Name or post")


class HirePage(pages.RecordPage):
    model = Hire
    permission = Permission.POST_VIEW
    joins = ("area", "person", "post__area", "contract")
    deeds = {"import": _("Taken in from a file")}
    summary = (
        pages.Column(_("Name"), "person.name"),
        pages.Column(_("Post"), "post.title"),
        pages.Column(_("Village"), "area.name"),
    )
    facts = (
        pages.Group(
            _("The way onto the post"),
            (
                pages.Column(_("Applied on"), "applied_on"),
                pages.Column(_("Source"), "source"),
                pages.Column(_("ID number"), "person.masked_id"),
            ),
        ),
    )

    def tables(self, hire):
        contracts = [hire.contract] if hire.contract else []
        return [(_("Contract"), HIRE_CONTRACT, contracts)]


POST_HIRES = (
    pages.Column(_("Name"), "person.name", link=True),
    pages.Column(_("Village"), "area.name"),
    pages.Column(_("Applied on"), "applied_on"),
    pages.Column(_("State"), "state", badge=True),
)
HIRE_CONTRACT = (
    pages.Column(_("Post"), "title", link=True),
    pages.Column(_("From"), "starts_on"),
    pages.Column(_("To"), "ends_on"),
    pages.Column(_("Standard (yuan)"), "standard", align="end"),
    pages.Column(_("State"), "state", badge=True),
)


class Posts(pages.Section):
    """What is to be done in the villages, and who does it."""

    app_name = "posts"
    permissions = (Permission.POST_VIEW,)
    urlpatterns = [
        path("hires/", include(pages.record_paths(HireList, HirePage))),
        *pages.record_paths(PostList, PostPage),
    ]
