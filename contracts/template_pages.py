"""The wordings of contracts: which hold where and since when, and entering a new one."""

from types import SimpleNamespace

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from contracts.documents import enact, faults, previewed
from contracts.documents.terms import LABELS
from contracts.models import Contract, ContractTemplate
from project.kernel import pages
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import ancestors, areas, in_areas, permissions
from registry.models import Area

HEADING = "#"


def seen_by(user):
    """The wordings of a person's areas, and those that hold there from above."""
    codes = areas(user, Permission.CONTRACT_VIEW)
    above = {code for area in codes for code in ancestors(area)}
    return ContractTemplate.objects.filter(in_areas(codes) | Q(area__in=above))


class TemplateList(pages.RecordList):
    model = ContractTemplate
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "added_by")
    columns = (
        pages.Column(_("Title"), "title", link=True),
        pages.Column(_("Kind"), "kind"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Valid from"), "valid_from"),
        pages.Column(_("Added by"), "added_by"),
    )
    filters = (pages.ChoiceFilter("kind", _("Kind")),)
    search_fields = ("title",)
    search_hint = _("Title")
    links = (
        pages.Link(
            _("Enter a wording"),
            reverse_lazy("contracts:template-add"),
            Permission.CONTRACT_TEMPLATE,
        ),
    )

    def records(self):
        return seen_by(self.request.user).select_related(*self.joins)


class TemplatePage(pages.RecordPage):
    model = ContractTemplate
    permission = Permission.CONTRACT_VIEW
    joins = ("area", "added_by")
    deeds = {"enact": _("Wording entered")}
    summary = (
        pages.Column(_("Kind"), "kind"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Valid from"), "valid_from"),
        pages.Column(_("Added by"), "added_by"),
    )

    def get_queryset(self):
        return seen_by(self.request.user).select_related(*self.joins)

    def tables(self, template):
        """Every clause and every sentence of the summary."""
        said = [SimpleNamespace(text=text) for text in template.body["summary"]]
        clauses = [SimpleNamespace(**clause) for clause in template.body["clauses"]]
        return [(_("Clauses"), CLAUSES, clauses), (_("In plain words"), SENTENCES, said)]

    def links(self, template):
        """Whoever enters wordings somewhere may begin from this one, wherever it holds."""
        if Permission.CONTRACT_TEMPLATE not in permissions(self.request.user):
            return []
        url = f"{reverse('contracts:template-add')}?from={template.pk}"
        return [pages.Link(translate("Enter a wording like this"), url)]


CLAUSES = (pages.Column(_("Heading"), "heading"), pages.Column(_("Text"), "text"))
SENTENCES = (pages.Column(_("Sentence"), "text"),)


class TemplateForm(forms.Form):
    """A wording as text: a heading begins with #, its paragraphs follow, one to a line."""

    area = forms.ModelChoiceField(Area.objects.none(), label=_("Area"), empty_label=None)
    kind = forms.ChoiceField(label=_("Kind"), choices=Contract.Kind)
    title = forms.CharField(label=_("Title"), max_length=60)
    valid_from = forms.DateField(
        label=_("Valid from"),
        initial=today,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    clauses = forms.CharField(
        label=_("Clauses"),
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=_("A line that begins with # is a heading; its paragraphs follow, one a line."),
    )
    summary = forms.CharField(
        label=_("In plain words"),
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("At most ten short sentences, one a line; they are read aloud to the worker."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        inside = in_areas(areas(user, Permission.CONTRACT_TEMPLATE), "code")
        known = Area.objects.filter(inside, level__gte=Area.Level.COUNTY)
        self.fields["area"].queryset = known.on(today())

    def clean(self):
        super().clean()
        said = self.cleaned_data
        if not self.errors:
            clauses = clauses_in(said.pop("clauses"))
            summary = [line.strip() for line in said.pop("summary").splitlines() if line.strip()]
            said["body"] = {"clauses": clauses, "summary": summary}
            if wrong := faults(said["body"]):
                raise ValidationError(wrong)
        return said


def clauses_in(text):
    """The clauses of a text; what stands before the first heading is a clause without one."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith(HEADING):
            found.append({"heading": line.lstrip(HEADING).strip(), "text": []})
        else:
            found = found or [{"heading": "", "text": []}]
            found[-1]["text"].append(line)
    return [clause | {"text": "\n".join(clause["text"])} for clause in found]


def text_of(body):
    """The clauses of a wording as they are entered."""
    return "\n".join(f"{HEADING} {one['heading']}\n{one['text']}" for one in body["clauses"])


class AddTemplate(pages.EntryPage):
    """Enter a new wording; look at it on paper first. The old ones stay for what they govern."""

    permission = Permission.CONTRACT_TEMPLATE
    template_name = "contracts/template.html"
    form_class = TemplateForm
    title = _("Enter a wording")
    label = _("Enter it for good")
    crumb = ContractTemplate._meta.verbose_name_plural
    back_url = reverse_lazy("contracts:contracttemplate-list")

    @property
    def help(self):
        terms = "、".join(f"{{{label}}}" for label in LABELS.values())
        return translate("The terms of a contract may stand in braces: %(terms)s.") % {
            "terms": terms
        }

    def get_initial(self):
        like = self.request.GET.get("from", "")
        like = seen_by(self.request.user).filter(pk=like).first() if like.isdigit() else None
        if like is None:
            return super().get_initial()
        return super().get_initial() | {
            "kind": like.kind,
            "title": like.title,
            "clauses": text_of(like.body),
            "summary": "\n".join(like.body["summary"]),
        }

    def form_valid(self, form):
        if "preview" not in self.request.POST:
            return super().form_valid(form)
        said = form.cleaned_data
        pdf = previewed(said["title"], said["body"])
        answer = HttpResponse(pdf, content_type="application/pdf")
        answer.headers["Content-Disposition"] = 'inline; filename="F-05-preview.pdf"'
        return answer

    def enter(self, *, by, **said):
        made = enact(by=by, **said)
        messages.success(self.request, translate("The wording is entered."))
        return pages.url_of(made)


template_paths = [
    path("templates/add/", AddTemplate.as_view(), name="template-add"),
    path("templates/", TemplateList.as_view(), name="contracttemplate-list"),
    path("templates/<int:pk>/", TemplatePage.as_view(), name="contracttemplate"),
]
