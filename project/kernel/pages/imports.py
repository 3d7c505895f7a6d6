"""Take a file in: upload, preview with every fault named, then commit all or nothing."""

from dataclasses import dataclass
from typing import Protocol

from django import forms
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View

from project.kernel.guards import Refused
from project.kernel.pages.navigation import Permitted
from project.kernel.pages.workbooks import download
from project.kernel.uploads.entrance import FORM_AT_MOST, takes

ROWS_SHOWN = 20
FAULTS_SHOWN = 200


@dataclass(frozen=True)
class Preview:
    """What a file would do: counts as pairs of words and numbers, rows, faults as RowErrors."""

    filename: str
    counts: tuple
    headings: tuple
    rows: tuple
    faults: tuple = ()
    warnings: tuple = ()
    committed: bool = False
    result_url: str = ""


class Wizard(Protocol):
    """One kind of file that can be taken in; every call limits itself to what `by` may do."""

    kind: str
    title: str
    permission: str
    headings: tuple
    help: str = ""
    accept: str = ".xlsx,.xls,.csv"
    with_photos: bool = False
    upload_at_most: int = FORM_AT_MOST

    def stage(self, file, *, by, photos=None) -> str:
        """Read the file and keep it aside; its key. Refused names a file that cannot be used."""

    def preview(self, key, *, by) -> Preview | None:
        """What the kept file would do; None where there is none for this person."""

    def faults(self, key, *, by) -> bytes:
        """The file as a workbook with the faults named beside their rows."""

    def commit(self, key, *, by) -> str:
        """Begin to write the file, all or nothing; the address that shows what comes of it."""


class UploadForm(forms.Form):
    """One spreadsheet."""

    file = forms.FileField(
        label=gettext_lazy("Spreadsheet"),
        widget=forms.FileInput(),
        error_messages={"empty": gettext_lazy("The file is empty. Choose a file with rows.")},
    )


class UploadWithPhotosForm(UploadForm):
    """One spreadsheet, and a zip of the photos that its rows name."""

    photos = forms.FileField(
        label=gettext_lazy("Photos as a zip, if the rows name any"),
        widget=forms.FileInput(attrs={"accept": ".zip"}),
        required=False,
    )


def import_paths(wizard):
    """The addresses of one kind of file: upload, preview, faults, commit."""
    name = f"import-{wizard.kind}"
    upload = takes(ImportUpload.as_view(wizard=wizard), wizard.upload_at_most)
    return [
        path("", upload, name=name),
        path("<slug:key>/", ImportPreview.as_view(wizard=wizard), name=f"{name}-preview"),
        path("<slug:key>/faults.xlsx", ImportFaults.as_view(wizard=wizard), name=f"{name}-faults"),
    ]


class Importing(Permitted):
    """What the pages of one import share: the wizard, its permission, the file in the address."""

    wizard = None

    @property
    def permission(self):
        return self.wizard.permission

    def found(self):
        """The kept file of the address; somebody else's does not exist."""
        preview = self.wizard.preview(self.kwargs["key"], by=self.request.user)
        if preview is None:
            raise Http404
        return preview

    def get_context_data(self, **kwargs):
        return super().get_context_data(wizard=self.wizard, title=self.wizard.title, **kwargs)


class ImportUpload(Importing, FormView):
    """Choose a file. A file that cannot be used is refused in one sentence."""

    template_name = "import_upload.html"

    def get_form_class(self):
        return UploadWithPhotosForm if self.wizard.with_photos else UploadForm

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.fields["file"].widget.attrs["accept"] = self.wizard.accept
        return form

    def form_valid(self, form):
        try:
            key = self.wizard.stage(**files_of(form), by=self.request.user)
        except Refused as refused:
            form.add_error("file", refused)
            return self.form_invalid(form)
        return redirect(f"{self.request.path}{key}/")


def files_of(form):
    """What was uploaded: a kind without photos knows of none."""
    return {name: file for name, file in form.cleaned_data.items() if file}


class ImportPreview(Importing, TemplateView):
    """See what a file would do, and every fault in it, before anything is written."""

    template_name = "import_preview.html"

    def get_context_data(self, **kwargs):
        preview = self.found()
        return super().get_context_data(
            **{"refusals": []} | kwargs,
            preview=preview,
            rows=preview.rows[:ROWS_SHOWN],
            faults=preview.faults[:FAULTS_SHOWN],
            warnings=preview.warnings[:FAULTS_SHOWN],
            upload_url=self.request.path.rsplit("/", 2)[0] + "/",
        )

    def post(self, request, *args, **kwargs):
        if self.found().faults:
            return self._refuse([_("Correct the file and upload it again; nothing was written.")])
        try:
            return redirect(self.wizard.commit(self.kwargs["key"], by=request.user))
        except Refused as refused:
            return self._refuse(refused.messages)

    def _refuse(self, reasons):
        return self.render_to_response(self.get_context_data(refusals=reasons), status=409)


class ImportFaults(Importing, View):
    """The faults of a file as a workbook, to work through beside the file."""

    def get(self, request, *args, **kwargs):
        self.found()
        content = self.wizard.faults(self.kwargs["key"], by=request.user)
        return download(f"{self.wizard.kind}-faults", content, by=request.user)
