"""A course: what it was about, who signed its list, and saying that it was held (F-29)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from project.kernel import pages
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.models import Person
from workrelief import records
from workrelief.models import Project, Training
from workrelief.project_forms import HeldForm
from workrelief.project_upon import CLOSED, not_yours


class TrainingPage(pages.EntryPage):
    """Everybody who sees the project reads the list; the site writes it."""

    permission = Permission.RELIEF_VIEW
    form_class = HeldForm
    template_name = "workrelief/training.html"
    label = _("Save who signed")

    def dispatch(self, request, *args, **kwargs):
        seen = Training.objects.filter(project__in=Project.objects.visible_to(request.user))
        self.training = seen.filter(pk=kwargs["pk"]).select_related("project__area").first()
        if self.training is None:
            raise Http404
        self.project = self.training.project
        self.writes = self.project.state not in CLOSED and request.user.has_perm(
            Permission.RELIEF_ROSTER, self.project.area_id
        )
        if request.method == "POST" and not self.writes:
            raise PermissionDenied(not_yours())
        self.crumb, self.back_url = self.project, pages.url_of(self.project)
        self.title = self.training.topic
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def listed(self):
        """The roster's people who have not signed this list, in the order they were listed."""
        people = Person.objects.filter(
            relief_memberships__project=self.project, relief_memberships__struck_off_on=None
        )
        return people.exclude(pk__in=self.training.trainees.values("person")).distinct()

    def get_initial(self):
        return {"on": self.training.on if self.training.held else min(self.training.on, today())}

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs() | {"people": self.listed}
        del kwargs["user"]
        return kwargs

    def enter(self, *, by, on, pk):
        records.hold_training(self.training, by=by, on=on, people=pk)
        messages.success(self.request, translate("The list of the course is saved."))
        return pages.url_of(self.training)

    def get_context_data(self, **kwargs):
        training = self.training
        summary = [
            (_("On"), training.on.isoformat()),
            (_("Hours"), training.hours),
            (_("Teacher"), training.teacher),
            (_("Planned people"), training.planned_people),
            (_("The course was held"), _("Yes") if training.held else _("No")),
        ]
        trainees = training.trainees.select_related("person__area").order_by("pk")
        chosen = set(self.request.POST.getlist("pk"))
        people = self.listed.select_related("area").order_by("area_id", "pk")
        return super().get_context_data(
            summary=summary,
            training=training,
            trainees=trainees,
            people=[(person, str(person.pk) in chosen) for person in people],
            writes=self.writes,
            **kwargs,
        )
