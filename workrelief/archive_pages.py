"""Taking a project's archive, checking one, and putting a project on the board."""

from django import forms
from django.http import FileResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from project.kernel import pages
from project.kernel.guards import Refused
from project.kernel.months import today
from project.kernel.roles import Permission
from project.kernel.uploads.entrance import takes
from workrelief import archive, publicity
from workrelief.archive_check import checked
from workrelief.models import Project
from workrelief.project_upon import OfProject

ARCHIVE = 600 * 1024 * 1024


class PurposeForm(forms.Form):
    """What the archive is taken for."""

    purpose = forms.CharField(label=_("What it is taken for"), max_length=200)

    def __init__(self, *args, user=None, project=None, **kwargs):
        super().__init__(*args, **kwargs)


class TakeArchive(OfProject):
    """The county hands the archive out; who took it, and what for, stays on record."""

    permissions = (Permission.RELIEF_PLAN,)
    states = list(Project.State)
    form_class = PurposeForm
    title = _("Take the archive")
    label = _("Take the archive as a zip")
    help = _(
        "The archive holds full ID numbers and accounts. Who took it, when, what for and its hash"
        " stay on record."
    )

    def form_valid(self, form):
        try:
            content = archive.taken(
                self.project, by=self.request.user, purpose=form.cleaned_data["purpose"]
            )
        except Refused as refused:
            form.add_error(None, refused)
            return self.form_invalid(form)
        answer = FileResponse([content], content_type="application/zip")
        name = archive.name_of(self.project)
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


class CheckForm(forms.Form):
    """The zip of an archive, which is not kept."""

    file = forms.FileField(label=_("Archive (zip)"), widget=forms.FileInput())


class CheckArchive(pages.Permitted, FormView):
    """Whether an archive is whole, file by file."""

    permission = Permission.RELIEF_VIEW
    form_class = CheckForm
    template_name = "workrelief/archive_check.html"

    def form_valid(self, form):
        verdict = checked(form.cleaned_data["file"])
        return render(self.request, self.template_name, self.get_context_data(verdict=verdict))

    def get_context_data(self, **kwargs):
        words = {"title": translate("Check an archive"), "label": translate("Check the archive")}
        return super().get_context_data(**words, **kwargs)


class PublicityForm(forms.Form):
    """What hangs, and from which day on."""

    what = forms.ChoiceField(label=_("What hangs"), choices=publicity.What.choices)
    on = forms.DateField(
        label=_("Posted on"), initial=today, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args, user=None, project=None, **kwargs):
        super().__init__(*args, **kwargs)


class Publicise(OfProject):
    """The owner puts the plan or the completion on the board."""

    permissions = (Permission.RELIEF_OWN,)
    states = sorted({*publicity.PLANNED, *publicity.DONE})
    form_class = PublicityForm
    title = _("Put on the board")
    label = _("Post the notice")
    help = _("It hangs for as long as the rule asks; nothing personal is in it.")
    done = _("The notice hangs; anybody may object to it.")
    service = staticmethod(publicity.publicise)


WAYS = {"publicise": Publicise, "archive": TakeArchive}
paths = [path("archive/check/", takes(CheckArchive.as_view(), ARCHIVE), name="archive-check")]
