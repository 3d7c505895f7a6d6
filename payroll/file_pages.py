"""A bank file: what the bank answered, who took it, who read its password, was it changed."""

from io import BytesIO

from django import forms
from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.generic import DetailView, FormView

from payroll import bankfiles, locking, password_pages, uploads
from payroll.formats import FORMATS, X06
from payroll.handing import Origin, as_one
from payroll.models import BankFile, PayRun
from project.kernel import pages
from project.kernel.guards import NeedsReason, Refused
from project.kernel.pages.records import table
from project.kernel.roles import Permission

GIVEN_OUT = (
    pages.Column(_("Taken at"), "taken_at"),
    pages.Column(_("Taken by"), "taken_by"),
    pages.Column(_("Format"), "form"),
    pages.Column(_("File name"), "name"),
    pages.Column(_("Rows"), "rows", align="end"),
    pages.Column(_("Total (yuan)"), "total", align="end"),
    pages.Column(_("Way"), "way"),
    pages.Column(_("From where"), "address"),
    pages.Column(_("Content hash"), "sha256"),
    pages.Column(_("Locked in"), "locked"),
)
CHECKS = (
    pages.Column(_("Checked at"), "checked_at"),
    pages.Column(_("Checked by"), "checked_by"),
    pages.Column(_("File name"), "name"),
    pages.Column(_("Differences"), "differences", align="end"),
    pages.Column(_("Handed over to the bank"), "handed_over"),
    pages.Column(_("Reason"), "note"),
    pages.Column(_("Way"), "way"),
    pages.Column(_("From where"), "address"),
    pages.Column(_("Content hash"), "sha256"),
)

DEEDS = {
    "read_password": _("Password of the bank file read"),
    "check_file": _("Bank file checked"),
    "hand_over": _("Bank file handed over to the bank"),
    "refuse_file": _("Changed bank file refused"),
}


def seen_by(user):
    """The bank files of the runs that somebody sees."""
    runs = PayRun.objects.visible_to(user)
    return BankFile.objects.filter(run__in=runs).select_related("run__area", "run__fund")


class FilePage(pages.Permitted, DetailView):
    """One batch handed to the bank, its way there, and what the bank answered for each line."""

    model = BankFile
    template_name = "payroll/file.html"
    permission = Permission.PAY_VIEW
    context_object_name = "file"

    def get_queryset(self):
        return seen_by(self.request.user)

    def get_context_data(self, **kwargs):
        file = self.object
        sent = file.lines.select_related("line__person", "line__account").order_by("number")
        return super().get_context_data(
            title=file.number,
            sent=sent.prefetch_related("results"),
            papers=self.request.resolver_match.site.papers_for(file),
            links=self._links(file),
            tables=self._tables(file),
            **kwargs,
        )

    def _links(self, file):
        take = reverse("payroll:file-take", args=[file.pk])
        check = reverse("payroll:file-check", args=[file.pk])
        found = [
            pages.Link(_("Take the file"), take, Permission.PAY_SEND),
            pages.Link(_("Check before upload"), check, Permission.PAY_VIEW),
        ]
        return [x for x in found if self.request.user.has_perm(x.permission, file.run.area_id)]

    def _tables(self, file):
        taken = file.handovers.select_related("taken_by", "locked").defer("locked__password")
        checks = file.checks.select_related("checked_by").order_by("-pk")
        return [
            table(_("Given out"), GIVEN_OUT, taken.order_by("-pk")),
            table(
                _("Locked files and their passwords"),
                password_pages.LOCKED,
                uploads.locked_of(file),
            ),
            table(_("Checked before upload"), CHECKS, checks),
        ]


class OfFile(pages.Permitted, FormView):
    """A form about one bank file that the person sees."""

    template_name = "entry.html"
    title = label = help = ""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.file = get_object_or_404(seen_by(request.user), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        words = {"title": self.title, "label": self.label, "help": self.help}
        summary = [
            (_("Batch number"), self.file.number),
            (_("Rows"), self.file.rows),
            (_("Total (yuan)"), f"{self.file.total:,.2f}"),
        ]
        return super().get_context_data(
            **words | kwargs,
            summary=summary,
            crumb=self.file,
            back_url=pages.url_of(self.file),
        )


class TakeForm(forms.Form):
    """In which format a bank file is wanted."""

    form = forms.ChoiceField(
        label=_("Format"),
        choices=[(code, f"{code} {known.title}") for code, known in FORMATS.items()],
        initial=X06.code,
    )


@method_decorator(never_cache, name="dispatch")
class TakeFile(OfFile):
    """Take a bank file out of the house, locked where the county's rule says so."""

    permission = Permission.PAY_SEND
    form_class = TakeForm
    title = _("Take the file")
    label = _("Take it")

    @property
    def help(self):
        """What becomes of the password, before anybody has taken anything."""
        if locking.must_lock(self.file.run):
            return translate(
                "The file leaves locked (AES-256). Its password is shown once to another person, "
                "who gives it to the bank by telephone or message, never together with the file."
            )
        return translate("The file leaves in the clear, because the rule “bank.encrypt” says so.")

    def form_valid(self, form):
        form_ = FORMATS[form.cleaned_data["form"]]
        origin = Origin.of(self.request)
        try:
            leaving = bankfiles.export(self.file.run, form_, by=self.request.user, origin=origin)
        except Refused as refused:
            form.add_error(None, refused)
            return self.form_invalid(form)
        made = as_one(leaving)
        return FileResponse(BytesIO(made.content), as_attachment=True, filename=made.name)


class CheckForm(forms.Form):
    """The file as it lies ready to be uploaded."""

    file = forms.FileField(label=_("File that is about to be uploaded"), widget=forms.FileInput())
    hand_over = forms.BooleanField(
        label=_("I upload it to the bank now, if it is unchanged"), required=False
    )
    note = forms.CharField(
        label=_("Reason, if it goes to the bank once more"), max_length=200, required=False
    )


class CheckFile(OfFile):
    """Hold a file against what was given out, before the bank gets it."""

    permission = Permission.PAY_VIEW
    form_class = CheckForm
    title = _("Check before upload")
    label = _("Check")
    help = _(
        "The file is compared with the one that was given out here, byte by byte. A changed file "
        "is refused and every difference is named; both are kept on record."
    )

    def get_form(self, form_class=None):
        """Who does not send files to the bank is not asked whether they do."""
        form = super().get_form(form_class)
        if not self.request.user.has_perm(Permission.PAY_SEND, self.file.run.area_id):
            del form.fields["hand_over"], form.fields["note"]
        return form

    def form_valid(self, form):
        facts = dict(form.cleaned_data)
        brought = facts.pop("file")
        origin = Origin.of(self.request)
        try:
            kept = uploads.check(
                self.file,
                brought.read(),
                by=self.request.user,
                name=brought.name,
                origin=origin,
                **facts,
            )
        except NeedsReason as refused:
            form.add_error("note", refused)
            return self.form_invalid(form)
        except Refused as refused:
            form.add_error(None, refused)
            return self.form_invalid(form)
        messages.success(self.request, _said(kept))
        return redirect(pages.url_of(self.file))


def _said(kept):
    if kept.handed_over:
        return translate("The file is unchanged and noted as handed over to the bank.")
    return translate("The file is unchanged. It is not noted as handed over.")


urlpatterns = [
    path("files/<int:pk>/", FilePage.as_view(), name="bankfile"),
    path("files/<int:pk>/take/", TakeFile.as_view(), name="file-take"),
    path("files/<int:pk>/check/", CheckFile.as_view(), name="file-check"),
    *password_pages.urlpatterns,
]
