"""Applicants on their way onto a post: lists, steps, one notice for many, the ranking."""

from django.urls import include, path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView

from posts import application_pages, hire_flows, intake_pages
from posts.hire_checks import MATERIALS, PROOFS, taken
from posts.hire_papers import receipt
from posts.models import Appraisal, Hire, Post, Recruitment
from posts.priority import words
from project.kernel import pages
from project.kernel.guards import Refused
from project.kernel.roles import Permission

State = Hire.State
IN_THE_RUNNING = [*Hire.UNDER_WAY, State.OBJECTED]


class HireList(pages.RecordList):
    model = Hire
    permission = Permission.POST_VIEW
    joins = ("area", "person", "post", "post__area")
    columns = (
        pages.Column(_("Name"), "person.name", link=True),
        pages.Column(_("Post"), "post.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Applied on"), "applied_on"),
        pages.Column(_("Planned first day"), "starts_on"),
        pages.Column(_("Priority"), "score", align="end"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (pages.AreaFilter(), pages.StateFilter())
    search_fields = ("person__name", "person__name_key", "post__title")
    search_hint = _("Name or post")
    steps = (
        *("screen", "appraise", "publicise", "clear", "overrule", "publicise_township"),
        *("approve", "train", "place", "keep_in_reserve", "call_up", "reject"),
    )
    links = (
        pages.Link(_("Applications sent by phone"), reverse_lazy("posts:application-list")),
        pages.Link(_("Calls for applicants"), reverse_lazy("posts:recruitment-list")),
        pages.Link(_("Villagers' meetings"), reverse_lazy("posts:appraisal-list")),
    )
    empty = _("Nobody has applied yet. Open a post and take an application there.")


class HirePage(pages.RecordPage):
    model = Hire
    permission = Permission.POST_VIEW
    joins = (
        *("area", "person__area", "post__area", "post__fund"),
        *("contract", "notice", "appraisal", "application"),
    )
    deeds = {
        "import": _("Taken in from a file"),
        "take_over": _("Taken over from the ledger"),
        "apply": _("Applied"),
        "print": _("Printed"),
    }
    summary = (
        pages.Column(_("Name"), "person.name"),
        pages.Column(_("Post"), "post.title"),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Priority"), "score"),
    )
    facts = (
        pages.Group(
            _("The application"),
            (
                pages.Column(_("Applied on"), "applied_on"),
                pages.Column(_("Receipt"), receipt),
                pages.Column(_("Source"), "source"),
                pages.Column(_("ID number"), "person.masked_id"),
                pages.Column(_("Planned first day"), "starts_on"),
                pages.Column(_("Papers handed in"), lambda hire: papers_in(hire)),
                pages.Column(_("Papers missing"), lambda hire: papers_missing(hire)),
            ),
        ),
        pages.Group(
            _("The way onto the post"),
            (
                pages.Column(_("Reasons of the priority"), lambda h: words(h.score_reasons)),
                pages.Column(_("For"), "votes_for"),
                pages.Column(_("Against"), "votes_against"),
                pages.Column(_("Abstained"), "votes_abstained"),
                pages.Column(_("Notice"), "notice"),
                pages.Column(_("Line of the notice"), "notice_line"),
                pages.Column(_("Trained on"), "trained_on"),
                pages.Column(_("Training"), "training"),
            ),
        ),
    )

    def tables(self, hire):
        notices = [one for one in (hire.notice, hire.township_notice) if one]
        contracts = [hire.contract] if hire.contract else []
        return [(_("Notices"), HIRE_NOTICES, notices), (_("Contract"), HIRE_CONTRACT, contracts)]

    def links(self, hire):
        """What the next step needs: the votes, the notice, the contract; and who else applies."""
        ranking = reverse("posts:ranking", args=[hire.post_id])
        found = [pages.Link(_("Ranking of the applicants"), ranking)]
        if sent := getattr(hire, "application", None):
            found.append(pages.Link(_("Open the application sent"), pages.url_of(sent)))
        if hire.state == State.CHECKED:
            at = reverse("posts:meeting", args=[hire.area_id])
            found.append(pages.Link(_("Record the meeting"), at, Permission.HIRE_APPRAISE))
        if hire.notice and hire.state in (State.ON_NOTICE, State.OBJECTED):
            found.append(pages.Link(_("Open the notice"), pages.url_of(hire.notice)))
        if hire.contract:
            found.append(pages.Link(_("Open the contract"), pages.url_of(hire.contract)))
        return found


def papers_in(hire):
    known = MATERIALS | PROOFS
    return "、".join(str(known.get(name, name)) for name in hire.materials)


def papers_missing(hire):
    return "、".join(str(said) for name, said in MATERIALS.items() if name not in hire.materials)


HIRE_NOTICES = (
    pages.Column(_("Title"), "title", link=True),
    pages.Column(_("Area"), "area.name"),
    pages.Column(_("Posted on"), "posted_on"),
    pages.Column(_("Last day"), "ends_on"),
    pages.Column(_("State"), "state", badge=True),
)
HIRE_CONTRACT = (
    pages.Column(_("Post"), "title", link=True),
    pages.Column(_("From"), "starts_on"),
    pages.Column(_("To"), "ends_on"),
    pages.Column(_("Standard (yuan)"), "standard", align="end"),
    pages.Column(_("State"), "state", badge=True),
)


class HireBulk(pages.BulkPage):
    """Steps on many applicants; those of one place go on one notice together."""

    model = Hire

    def seen(self):
        return super().seen().select_related("area", "person__area", "post__area", "post__fund")

    def form_valid(self, form):
        if self.verb.name not in ("publicise", "publicise_township"):
            return super().form_valid(form)
        done, refused = [], []
        for group in self.groups():
            try:
                done += self.hang(group, form.cleaned_data)
            except Refused as error:
                refused += [(hire, error.messages) for hire in group]
        context = self.get_context_data(form=form, done=done, cannot=self.cannot + refused)
        return self.response_class(self.request, ["bulk_done.html"], context)

    def groups(self):
        """The applicants by the board on which they hang."""
        boards = {}
        for hire in self.can:
            own = self.verb.name == "publicise"
            boards.setdefault(hire.area_id if own else hire.area.township_code, []).append(hire)
        return boards.values()

    def hang(self, group, said):
        by, step = self.request.user, self.verb.name
        return hire_flows.put_on_notice(group, by=by, step=step, **said)


class Ranking(pages.Permitted, DetailView):
    """The applicants of a post in the order in which they come, and those in reserve."""

    template_name = "posts/ranking.html"
    permission = Permission.POST_VIEW
    context_object_name = "post"

    def get_queryset(self):
        return Post.objects.visible_to(self.request.user).select_related("area", "fund")

    def get_context_data(self, **kwargs):
        post = self.object
        hires = post.hires.select_related("person", "area").order_by(*BY_PRIORITY)
        free = max(post.headcount - taken(post), 0)
        tables = [
            (_("In the running"), hires.filter(state__in=IN_THE_RUNNING)),
            (_("In reserve"), hires.filter(state=State.RESERVE)),
            (_("Decided"), hires.exclude(state__in=[*IN_THE_RUNNING, State.RESERVE])),
        ]
        return super().get_context_data(
            title=_("Ranking of the applicants"),
            crumb=post,
            crumb_url=pages.url_of(post),
            summary=[(_("Headcount"), post.headcount), (_("Free places"), free)],
            tables=[(title, RANKED, ranked(found)) for title, found in tables],
            **kwargs,
        )


BY_PRIORITY = ("-score", "-votes_for", "applied_on", "pk")
RANKED = (
    _("No."),
    _("Name"),
    _("Priority"),
    _("Reasons of the priority"),
    _("For"),
    _("Applied on"),
    _("State"),
)


def ranked(hires):
    """Numbered rows; those not checked yet have no priority and come last."""
    ordered = sorted(hires, key=lambda hire: hire.score is None)
    return [
        {"number": place, "hire": hire, "url": pages.url_of(hire), "why": words(hire.score_reasons)}
        for place, hire in enumerate(ordered, start=1)
    ]


class RecruitmentList(pages.RecordList):
    model = Recruitment
    permission = Permission.POST_VIEW
    joins = ("area", "post__area", "called_by")
    columns = (
        pages.Column(_("Post"), "post.title", link=True),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Places"), "places", align="end"),
        pages.Column(_("Applications from"), "opens_on"),
        pages.Column(_("Applications until"), "closes_on"),
        pages.Column(_("Called by"), "called_by"),
    )
    filters = (pages.AreaFilter(),)
    search_fields = ("post__title",)
    search_hint = _("Post")
    empty = _("Nobody has called for applicants yet. Open a post with vacancies and do so there.")


class RecruitmentPage(pages.RecordPage):
    model = Recruitment
    permission = Permission.POST_VIEW
    joins = ("area", "post__area", "notice__area", "called_by")
    deeds = {"call": _("Applicants called for"), "print": _("Printed")}
    summary = RecruitmentList.columns

    def tables(self, call):
        hires = call.hires.select_related("person", "area").order_by("pk")
        return [(_("Notices"), HIRE_NOTICES, [call.notice]), (_("Applicants"), APPLICANTS, hires)]


class AppraisalList(pages.RecordList):
    model = Appraisal
    permission = Permission.POST_VIEW
    joins = ("area",)
    columns = (
        pages.Column(_("Held on"), "held_on", link=True),
        pages.Column(_("Village"), "area.name"),
        pages.Column(_("Chair"), "host"),
        pages.Column(_("Present"), "present", align="end"),
        pages.Column(_("Expected"), "expected", align="end"),
    )
    filters = (pages.AreaFilter(),)
    search_fields = ("place", "host")
    search_hint = _("Place or chair")
    empty = _("No meeting has been recorded yet.")

    @property
    def links(self):
        """The villages in which somebody waits for the villagers' votes."""
        hires = Hire.objects.visible_to(self.request.user).filter(state=State.CHECKED)
        waiting = hires.order_by("area_id").values_list("area_id", "area__name").distinct()
        return [
            pages.Link(
                _("Record the meeting of %(village)s") % {"village": name},
                reverse("posts:meeting", args=[code]),
                Permission.HIRE_APPRAISE,
            )
            for code, name in waiting[:20]
        ]


class AppraisalPage(pages.RecordPage):
    model = Appraisal
    permission = Permission.POST_VIEW
    joins = ("area", "recorded_by")
    deeds = {"hold_meeting": _("Meeting recorded"), "print": _("Printed")}
    summary = AppraisalList.columns
    facts = (
        pages.Group(
            _("The meeting"),
            (
                pages.Column(_("Place"), "place"),
                pages.Column(_("Keeper of the minutes"), "recorder"),
                pages.Column(_("Who signed"), "signatures"),
                pages.Column(_("Recorded by"), "recorded_by"),
            ),
        ),
    )

    def tables(self, appraisal):
        hires = appraisal.hires.select_related("person", "area").order_by("pk")
        return [(_("Votes"), VOTES, hires)]


APPLICANTS = (
    pages.Column(_("Name"), "person.name", link=True),
    pages.Column(_("Applied on"), "applied_on"),
    pages.Column(_("State"), "state", badge=True),
)
VOTES = (
    pages.Column(_("Name"), "person.name", link=True),
    pages.Column(_("For"), "votes_for", align="end"),
    pages.Column(_("Against"), "votes_against", align="end"),
    pages.Column(_("Abstained"), "votes_abstained", align="end"),
    pages.Column(_("State"), "state", badge=True),
)


def ways_on(post):
    """What can be begun from the page of a post."""
    ranking = pages.Link(_("Ranking of the applicants"), reverse("posts:ranking", args=[post.pk]))
    if post.state != Post.State.OPEN:
        return [ranking]
    call, take = (reverse(f"posts:{name}", args=[post.pk]) for name in ("call", "apply"))
    return [
        pages.Link(_("Call for applicants"), call, Permission.RECRUIT),
        pages.Link(_("Take an application"), take, Permission.HIRE_APPLY),
        ranking,
    ]


urlpatterns = [
    path("recruitments/", include(pages.plain_paths(RecruitmentList, RecruitmentPage))),
    path("appraisals/", include(pages.plain_paths(AppraisalList, AppraisalPage))),
    path("<int:pk>/ranking/", Ranking.as_view(), name="ranking"),
    *application_pages.urlpatterns,
    *intake_pages.urlpatterns,
    path("hires/bulk/<slug:step>/", HireBulk.as_view(), name="hire-bulk"),
    path("hires/", include(pages.record_paths(HireList, HirePage))),
]
