"""Pages that write down who comes: the call, the search, the application, the votes."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from posts import hire_flows, hire_forms, recruitment
from posts.hire_checks import taken
from posts.models import Hire, Post
from project.kernel import pages
from project.kernel.roles import Permission
from registry.idnumber import normalise
from registry.models import Area, Person

FOUND_AT_MOST = 20


class OfPost:
    """A page about one post, found only where the person sees it and may act."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        seen = Post.objects.visible_to(request.user).select_related("area", "fund", "department")
        self.post_ = seen.filter(pk=kwargs["pk"]).first()
        if self.post_ is None:
            raise Http404
        if not request.user.has_perm(self.permission, self.post_.area_id):
            raise PermissionDenied(translate("This page belongs to another role or another area."))
        self.crumb, self.back_url = self.post_, pages.url_of(self.post_)
        return super().dispatch(request, *args, **kwargs)

    def person(self):
        """The person named in the address, where this user sees them."""
        found = Person.objects.visible_to(self.request.user).filter(pk=self.kwargs["person"])
        person = found.select_related("area").first()
        if person is None:
            raise Http404
        return person


class CallForApplicants(OfPost, pages.EntryPage):
    """Hang the call for applicants up, and say until when they may come (F-02)."""

    permission = Permission.RECRUIT
    form_class = hire_forms.CallForm
    title = _("Call for applicants")
    label = _("Hang the call up")
    help = _("The call hangs on the village's board; applications are taken until the last day.")

    def get_initial(self):
        """Every free place is called for unless fewer are wanted."""
        return {"places": max(self.post_.headcount - taken(self.post_), 0)}

    def enter(self, *, by, places, on, closes_on):
        call = recruitment.call(self.post_, by=by, places=places, on=on, closes_on=closes_on)
        messages.success(self.request, translate("The call hangs; print it and put it up."))
        return pages.url_of(call)


class FindApplicant(OfPost, pages.Permitted, FormView):
    """Find who applies by name or ID number; a number never stands in an address."""

    template_name = "posts/find_applicant.html"
    permission = Permission.HIRE_APPLY
    form_class = hire_forms.SearchForm

    def form_valid(self, form):
        found = self.found(form.cleaned_data["words"])
        return self.render_to_response(self.get_context_data(form=form, found=found))

    def found(self, words):
        seen = Person.objects.visible_to(self.request.user).select_related("area")
        number = normalise(words)
        if number[:6].isdigit():
            return list(seen.with_id(number))
        return list(seen.filter(name__icontains=words).order_by("name", "pk")[:FOUND_AT_MOST])

    def get_context_data(self, **kwargs):
        pk = self.post_.pk
        people = [
            {"person": person, "url": reverse("posts:apply-person", args=[pk, person.pk])}
            for person in kwargs.pop("found", ())
        ]
        return super().get_context_data(
            title=_("Take an application"),
            label=_("Search"),
            crumb=self.crumb,
            back_url=self.back_url,
            people=people,
            searched=self.request.method == "POST",
            register_url=reverse("posts:apply-register", args=[pk]),
            **kwargs,
        )


class RegisterApplicant(OfPost, pages.EntryPage):
    """Enter somebody who applies and is not in the register yet."""

    permission = Permission.HIRE_APPLY
    form_class = hire_forms.PersonForm
    title = _("Register a person")
    label = _("Save and go on")

    def enter(self, *, by, **details):
        person = recruitment.register(by=by, area=self.post_.area, **details)
        return reverse("posts:apply-person", args=[self.post_.pk, person.pk])


class TakeApplication(OfPost, pages.EntryPage):
    """Write an application down; the receipt and the form F-03 are printed from its page."""

    permission = Permission.HIRE_APPLY
    form_class = hire_forms.ApplicationForm
    label = _("Save the application")

    @property
    def title(self):
        words = translate("Application of %(name)s for “%(post)s”")
        return words % {"name": self.person().name, "post": self.post_.title}

    def get_initial(self):
        """The first of next month, or the day on which the post begins if that is later."""
        return {"starts_on": recruitment.first_day(self.post_)}

    def enter(self, *, by, **details):
        hire = hire_flows.apply(by=by, post=self.post_, person=self.person(), **details)
        messages.success(self.request, translate("The application is saved; print the receipt."))
        return pages.url_of(hire)


class RecordMeeting(pages.EntryPage):
    """Write down the villagers' meeting and its votes on everybody who waits for them (F-04)."""

    permission = Permission.HIRE_APPRAISE
    form_class = hire_forms.MeetingForm
    title = _("Record the meeting")
    label = _("Save the votes")
    help = _("Leave the votes of those empty whom the meeting did not vote on.")

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        seen = Area.objects.visible_to(request.user)
        self.village = seen.filter(code=kwargs["village"], level=Area.Level.VILLAGE).first()
        if self.village is None:
            raise Http404
        if not request.user.has_perm(self.permission, self.village.code):
            raise PermissionDenied(translate("This page belongs to another role or another area."))
        self.crumb, self.back_url = self.village, reverse("posts:appraisal-list")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        waiting = Hire.objects.filter(area=self.village, state=Hire.State.CHECKED)
        waiting = waiting.select_related("person", "post").order_by("post_id", "-score", "pk")
        return super().get_form_kwargs() | {"hires": waiting}

    def enter(self, *, by, votes, **meeting):
        appraisal, agreed, against = hire_flows.hold_meeting(
            self.village, by=by, votes=votes, **meeting
        )
        words = translate("%(count)s applicants go on.") % {"count": len(agreed)}
        messages.success(self.request, words)
        for hire, reasons in against:
            messages.warning(self.request, f"{hire.person.name}：{' '.join(reasons)}")
        return pages.url_of(appraisal)


urlpatterns = [
    path("<int:pk>/call/", CallForApplicants.as_view(), name="call"),
    path("<int:pk>/apply/", FindApplicant.as_view(), name="apply"),
    path("<int:pk>/apply/register/", RegisterApplicant.as_view(), name="apply-register"),
    path("<int:pk>/apply/<int:person>/", TakeApplication.as_view(), name="apply-person"),
    path("meetings/<slug:village>/", RecordMeeting.as_view(), name="meeting"),
]
