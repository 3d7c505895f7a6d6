"""Four pictures at a time, the riskiest first, answered by the keyboard; each look is written."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from inspections import photo_flows, photo_queue
from inspections.models import Doubt, PhotoReview
from project.kernel import pages
from project.kernel.guards import Refused
from project.kernel.looks import look
from project.kernel.models import Look
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import areas, in_areas
from registry.models import Area


class QueueForm(forms.Form):
    """Whose pictures are looked through."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"), empty_label=None)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        mine = in_areas(areas(user, Permission.PHOTO_REVIEW), "code")
        found = Area.objects.on(today()).filter(mine).order_by("code")
        self.fields["area"].queryset = found


class ReviewForm(forms.Form):
    """What a picture shows."""

    photo = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(choices=PhotoReview.Outcome.choices)
    note = forms.CharField(label=_("What it shows"), max_length=200, required=False)


class PhotoQueue(pages.Permitted, TemplateView):
    """Pictures that wait for somebody's eyes."""

    template_name = "inspections/photos.html"
    permission = Permission.PHOTO_REVIEW

    def get(self, request, *args, **kwargs):
        self.refusals, self.kept = [], {}
        return self.shown()

    def post(self, request, *args, **kwargs):
        """Keep what was said of one picture; what cannot be kept is said beside it again."""
        form = ReviewForm(request.POST)
        self.refusals, self.kept = [], {}
        if not form.is_valid():
            raise Http404
        said = form.cleaned_data
        photo = photo_queue.seen(request.user).filter(pk=said.pop("photo")).first()
        if photo is None:
            raise Http404
        try:
            made = photo_flows.review(photo, by=request.user, **said)
        except Refused as refused:
            self.refusals, self.kept = refused.messages, {"pk": photo.pk, **said}
            return self.shown(status=409)
        if made.outcome in photo_queue.OF_OUTCOME:
            messages.success(request, translate("It is kept, and a doubt waits to be looked into."))
        return redirect(request.get_full_path())

    def shown(self, status=200):
        user, query = self.request.user, self.request.GET
        form = QueueForm(query if "area" in query else None, user=user)
        area = self._area(form)
        found = photo_queue.waiting(user, area.pk) if area else []
        _write_looks(user, [photo for photo, _why in found])
        context = self.get_context_data(
            form=form,
            area=area,
            pictures=[_shown(photo, why) for photo, why in found],
            left=photo_queue.left(user, area.pk) if area else 0,
            outcomes=list(enumerate(PhotoReview.Outcome.choices, start=1)),
        )
        return self.render_to_response(context, status=status)

    def _area(self, form):
        if not form.is_bound:
            return form.fields["area"].queryset.first()
        return form.cleaned_data["area"] if form.is_valid() else None

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            title=_("Look through pictures"),
            crumb=Doubt._meta.verbose_name_plural,
            back_url=reverse_lazy("inspections:doubt-list"),
            refusals=self.refusals,
            kept=self.kept,
            **kwargs,
        )


def _shown(photo, why):
    contract = photo.check_in.contract if photo.check_in_id else None
    where = contract.area if contract else photo.roll_call.area
    return {
        "pk": photo.pk,
        "url": reverse("attendance:photo", args=[photo.pk]),
        "name": contract.person.name if contract else str(photo.roll_call),
        "title": contract.title if contract else "",
        "village": where.name,
        "at": photo.received_at,
        "day": photo.check_in.day if photo.check_in_id else photo.roll_call.day,
        "why": why,
    }


def _write_looks(user, photos):
    """Who looked at whose picture, written before it is shown."""
    people = {p.check_in.contract.person_id for p in photos if p.check_in_id}
    if photos:
        purpose = str(_("Look through pictures"))
        look(user, Look.What.PHOTO, people, purpose=purpose, rows=len(photos))


urlpatterns = [path("photos/", PhotoQueue.as_view(), name="photos")]
