"""The pages on which files are taken in: one wizard for every kind."""

from dataclasses import dataclass

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import include, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView

from project import staging
from project.imports import KINDS, commit, stage
from project.kernel import tables
from project.kernel.guards import Refused
from project.kernel.masking import mask_account, mask_id
from project.kernel.pages.imports import ROWS_SHOWN, Preview, import_paths
from project.kernel.tables import Unreadable
from project.photos import Photos
from registry.models import ImportedFile

MASKS = {"id": mask_id, "account": mask_account}


@dataclass(frozen=True)
class FileWizard:
    """Takes in one kind of file for the pages; everything is limited to what `by` may do."""

    importer: type

    @property
    def kind(self):
        return self.importer.kind

    @property
    def title(self):
        return self.importer.title

    @property
    def permission(self):
        return self.importer.permission

    @property
    def headings(self):
        return tuple(column.heading for column in self.importer.columns)

    @property
    def help(self):
        return _("Everything goes in, or nothing does. Every fault is named before that.")

    @property
    def accept(self):
        return ".json" if self.kind == "rules" else self.importer.accept

    @property
    def with_photos(self):
        return self.importer.with_photos

    @property
    def upload_at_most(self):
        return self.importer.upload_at_most

    def stage(self, file, *, by, photos=None):
        """Set the file aside if it can be used at all."""
        key = staging.keep(file, kind=self.kind, by=by, photos=photos)
        try:
            self._staged(key, by)
        except (Refused, PermissionDenied):
            staging.kept(key, kind=self.kind, by=by).discard()
            raise
        return key

    def preview(self, key, *, by):
        kept = staging.kept(key, kind=self.kind, by=by)
        entered = ImportedFile.objects.filter(kind=self.kind, sha256=key)
        file = entered.first() if kept else entered.filter(imported_by=by).first()
        if file:
            return self._entered(file)
        return self._judged(self._staged(key, by)) if kept else None

    def faults(self, key, *, by):
        staged = self._staged(key, by)
        return tables.write_errors(staged.sheet, staged.errors)

    def commit(self, key, *, by):
        commit(self._staged(key, by), by=by)
        staging.kept(key, kind=self.kind, by=by).discard()
        return reverse(f"import-{self.kind}-preview", args=[key])

    def _staged(self, key, by):
        kept = staging.kept(key, kind=self.kind, by=by)
        if kept is None:
            raise Http404
        try:
            photos = Photos(kept.photos) if kept.photos else None
            return stage(self.kind, kept.content, by=by, name=kept.name, photos=photos)
        except Unreadable as unreadable:
            raise Refused(unreadable.sentence) from unreadable

    def _judged(self, staged):
        return Preview(
            filename=staged.name,
            counts=tuple(staged.summary),
            headings=self.headings,
            rows=tuple(self._shown(row) for row in staged.rows[:ROWS_SHOWN]),
            faults=tuple(staged.errors),
            warnings=tuple(staged.warnings),
        )

    def _entered(self, file):
        return Preview(
            filename=file.name,
            counts=(
                (_("Rows"), file.rows),
                (_("Taken in by"), file.imported_by),
                (_("Taken in at"), timezone.localtime(file.imported_at).strftime("%F %H:%M")),
            ),
            headings=self.headings,
            rows=(),
            committed=True,
        )

    def _shown(self, row):
        return tuple(_cell(column, row[column.name]) for column in self.importer.columns)


class ImportIndex(LoginRequiredMixin, TemplateView):
    """The kinds of file the person may take in."""

    template_name = "imports.html"
    extra_context = {"title": gettext_lazy("Take files in")}

    def get_context_data(self, **kwargs):
        mine = [k for k in KINDS.values() if self.request.user.has_perm(k.permission)]
        links = [(kind.title, reverse(f"import-{kind.kind}")) for kind in mine]
        return super().get_context_data(links=links, **kwargs)


def _cell(column, value):
    """A cell as the preview shows it; numbers of people stay masked on screen."""
    if value is None or value == "":
        return ""
    if mask := MASKS.get(column.kind):
        return mask(value)
    label = next((text for text, meant in column.choices.items() if meant == value), value)
    return str(label)


urlpatterns = [
    path("", ImportIndex.as_view(), name="imports"),
    *(
        path(f"{kind}/", include(import_paths(FileWizard(importer))))
        for kind, importer in KINDS.items()
    ),
]
