"""Posts and the people on their way onto one."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from policy.selectors import rule
from posts import flows, help_pages, hire_pages, parity, services
from posts.forms import NeedForm
from posts.models import Post
from posts.services import EDITABLE
from project.kernel import pages
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.models import NATION, Area

ANNOUNCED = "exit.announce_days"
DAYS_LEFT = _("Within %(days)s days")


def types_seen(user):
    """The types of the posts that a person sees."""
    seen = Post.objects.visible_to(user).order_by("post_type")
    return [(kind, kind) for kind in seen.values_list("post_type", flat=True).distinct()]


class VacancyFilter(pages.Filter):
    """Open posts with room left, or all that are full."""

    def choices(self, listing):
        return [("some", _("With vacancies")), ("none", _("Full"))]

    def narrow(self, records, value):
        room = {"vacancies__gt": 0} if value == "some" else {"vacancies__lte": 0}
        return records.filter(state=Post.State.OPEN, **room)


class EndingFilter(pages.Filter):
    """Open posts whose approval ends soon, has ended, or was given on paper without a day."""

    def choices(self, listing):
        within = rule(ANNOUNCED, on=today(), area=NATION)
        soon = [(str(days), DAYS_LEFT % {"days": days}) for days in sorted(within, reverse=True)]
        return [*soon, ("over", _("Approval has ended")), ("paper", _("No day recorded"))]

    def narrow(self, records, value):
        records = records.filter(state=Post.State.OPEN)
        if value == "paper":
            return records.filter(approved_until__isnull=True)
        if value == "over":
            return records.filter(approved_until__lt=today())
        last = today() + timedelta(days=int(value))
        return records.filter(approved_until__range=(today(), last))


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
        pages.Column(_("Vacancies"), "vacancies", align="end"),
        pages.Column(_("Approved until"), "approved_until"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (
        pages.AreaFilter(),
        pages.StateFilter(),
        pages.ChoiceFilter("type", _("Post type"), "post_type", choices=types_seen),
        VacancyFilter("vacancy", _("Vacancies")),
        EndingFilter("ends", _("Approval ends")),
    )
    search_fields = ("title", "number", "post_type")
    search_hint = _("Post, number or type")
    empty = _("There is no post yet. Ask for one here, or import the township's ledger of holders.")
    steps = ("submit", "review", "approve", "open", "renew")
    links = (
        pages.Link(_("Ask for a post"), reverse_lazy("posts:post-add"), Permission.POST_SUBMIT),
        pages.Link(_("Spread of pay"), reverse_lazy("posts:parity")),
        pages.Link(_("Hires"), reverse_lazy("posts:hire-list")),
        *help_pages.LINKS,
    )

    def records(self):
        return super().records().with_vacancies()


class PostPage(pages.RecordPage):
    model = Post
    permission = Permission.POST_VIEW
    joins = ("area", "fund", "department")
    deeds = {
        "import": _("Taken in from a file"),
        "take_over": _("Taken over from the ledger"),
        "draft": _("Request written"),
        "amend": _("Request corrected"),
    }
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
                pages.Column(_("Using unit"), "unit"),
                pages.Column(_("Duties"), "duties"),
                pages.Column(_("Workload standard"), "workload"),
                pages.Column(_("Place of work"), "place"),
                pages.Column(_("Hours a month"), "hours"),
                pages.Column(_("Person in charge"), "manager"),
                pages.Column(_("Telephone"), "manager_phone"),
                pages.Column(_("Village committee's minutes"), "minutes"),
            ),
        ),
        pages.Group(
            _("Places and term"),
            (
                pages.Column(_("Headcount"), "headcount"),
                pages.Column(_("Places taken"), "held"),
                pages.Column(_("Vacancies"), "vacancies"),
                pages.Column(_("From"), "starts_on"),
                pages.Column(_("To"), "ends_on"),
                pages.Column(_("To be decided by"), "due_on"),
                pages.Column(_("Approved until"), "approved_until"),
            ),
        ),
        pages.Group(
            _("What it pays"),
            (
                pages.Column(_("Pay basis"), "pay_basis"),
                pages.Column(_("Standard (yuan)"), "standard"),
                pages.Column(_("Fund"), "fund.name"),
                pages.Column(_("Kind of contract"), "kind"),
            ),
        ),
    )

    def get_queryset(self):
        return super().get_queryset().with_vacancies()

    def tables(self, post):
        hires = post.hires.select_related("person", "area", "contract").order_by("pk")
        return [(_("Who came onto this post"), POST_HIRES, hires)]

    def links(self, post):
        """A request that lies with the village can be corrected there."""
        url = reverse("posts:post-amend", args=[post.pk])
        correct = pages.Link(_("Correct the request"), url, Permission.POST_SUBMIT)
        return [correct] if post.state in EDITABLE else hire_pages.ways_on(post)


class AskForPost(pages.EntryPage):
    """The village writes down which post it needs (F-01)."""

    permission = Permission.POST_SUBMIT
    form_class = NeedForm
    title = _("Ask for a post")
    label = _("Save the request")
    crumb = Post._meta.verbose_name_plural
    back_url = reverse_lazy("posts:post-list")
    help = _("The request stays with the village until it is handed to the township.")

    def enter(self, *, by, **need):
        post = flows.draft(by=by, **need)
        messages.success(self.request, translate("The request is saved."))
        return pages.url_of(post)


class AmendPost(pages.EntryPage):
    """The village corrects a request that it has not handed on, or that came back."""

    permission = Permission.POST_SUBMIT
    form_class = NeedForm
    title = _("Correct the request")
    label = _("Save the request")

    def dispatch(self, request, *args, **kwargs):
        seen = Post.objects.visible_to(request.user).select_related("area")
        self.post_ = seen.filter(pk=kwargs["pk"]).first()
        if self.post_ is None:
            raise Http404
        if not request.user.has_perm(self.permission, self.post_.area_id):
            raise PermissionDenied(translate("This page belongs to another role or another area."))
        self.crumb, self.back_url = self.post_, pages.url_of(self.post_)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"record": self.post_}

    def enter(self, *, by, **need):
        services.amend(self.post_, by=by, **need)
        messages.success(self.request, translate("The request is saved."))
        return self.back_url


class ParityPage(pages.Permitted, TemplateView):
    """Like posts of a township side by side: the spread of their pay, and which stand out."""

    template_name = "posts/parity.html"
    permission = Permission.POST_VIEW

    def get_context_data(self, **kwargs):
        spreads = parity.seen_by(self.request.user)
        townships = Area.objects.in_bulk({spread.township for spread in spreads})
        found = [(townships.get(spread.township, spread.township), spread) for spread in spreads]
        return super().get_context_data(title=_("Spread of pay"), spreads=found, **kwargs)


POST_HIRES = (
    pages.Column(_("Name"), "person.name", link=True),
    pages.Column(_("Village"), "area.name"),
    pages.Column(_("Applied on"), "applied_on"),
    pages.Column(_("State"), "state", badge=True),
)


class Posts(pages.Section):
    """What is to be done in the villages, and who does it."""

    app_name = "posts"
    permissions = (Permission.POST_VIEW,)
    urlpatterns = [
        path("add/", AskForPost.as_view(), name="post-add"),
        path("parity/", ParityPage.as_view(), name="parity"),
        path("<int:pk>/amend/", AmendPost.as_view(), name="post-amend"),
        *hire_pages.urlpatterns,
        *help_pages.urlpatterns,
        *pages.record_paths(PostList, PostPage),
    ]
