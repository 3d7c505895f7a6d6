"""What came back from the bank, and what becomes of it."""

from django import forms
from django.contrib import messages
from django.urls import include, path, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from payroll import correction_flows
from payroll.models import Correction, PayLine
from project.kernel import pages
from project.kernel.roles import Permission
from project.kernel.texts import without_spaces
from registry.access import areas, in_areas
from registry.names import normalise_name


class ProposeForm(forms.Form):
    """A payment that came back, and where its money goes now."""

    line = forms.ModelChoiceField(PayLine.objects.none(), label=_("Payment that came back"))
    way = forms.ChoiceField(
        label=_("What becomes of it"),
        choices=Correction.Way.choices,
        initial=Correction.Way.ACCOUNT,
    )
    number = forms.CharField(label=_("Account"), max_length=40, required=False)
    holder = forms.CharField(label=_("Account name"), max_length=60, required=False)
    bank = forms.CharField(label=_("Bank"), max_length=60, required=False)
    voucher = forms.CharField(
        label=_("Voucher number"),
        max_length=40,
        required=False,
        help_text=_("Of the entry that gives the money back to the fund."),
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        codes = areas(user, Permission.PAY_CORRECT) if user else []
        lines = PayLine.objects.unsettled().filter(in_areas(codes))
        self.fields["line"].queryset = lines.select_related("person", "run__area", "run__fund")
        self.fields["line"].label_from_instance = lambda line: (
            f"{line.person.name} · {line.month} · {line.amount}"
        )

    def clean_number(self):
        number = without_spaces(self.cleaned_data["number"]).replace("-", "")
        if number and not (number.isascii() and number.isdigit() and len(number) >= 8):
            raise forms.ValidationError(_("An account has digits only, at least eight."))
        return number

    def clean_holder(self):
        return normalise_name(self.cleaned_data["holder"])

    def clean(self):
        """An account needs its number and name; money back needs its voucher."""
        facts = super().clean()
        if facts.get("way") == Correction.Way.WRITE_BACK:
            needed = ("voucher",)
        else:
            needed = ("number", "holder")
        for name in needed:
            if not facts.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed. Fill it in."))
        return facts


class CorrectionList(pages.RecordList):
    model = Correction
    permission = Permission.PAY_VIEW
    joins = ("area", "line__person", "account", "proposed_by")
    columns = (
        pages.Column(_("Name"), "line.person.name", link=True),
        pages.Column(_("Month"), "line.month"),
        pages.Column(_("Amount (yuan)"), "line.amount", align="end"),
        pages.Column(_("What becomes of it"), "way"),
        pages.Column(_("Account"), "account"),
        pages.Column(_("Proposed by"), "proposed_by"),
        pages.Column(_("State"), "state", badge=True),
    )
    filters = (pages.AreaFilter(), pages.StateFilter())
    search_fields = ("line__person__name",)
    steps = ("confirm",)
    links = (
        pages.Link(
            _("Correct a payment"),
            reverse_lazy("payroll:correction-propose"),
            Permission.PAY_CORRECT,
        ),
    )
    empty = _("No payment has been corrected. Those that came back are found on their run.")


class CorrectionPage(pages.RecordPage):
    model = Correction
    permission = Permission.PAY_VIEW
    joins = ("area", "line__person", "account", "proposed_by", "confirmed_by", "fresh__run__area")
    deeds = {"propose": _("Proposed")}
    summary = (
        pages.Column(_("Name"), "line.person.name"),
        pages.Column(_("Month"), "line.month"),
        pages.Column(_("Amount (yuan)"), "line.amount", align="end"),
        pages.Column(_("What becomes of it"), "way"),
        pages.Column(_("Account"), "account"),
        pages.Column(_("Account name"), "account.holder_name"),
        pages.Column(_("Voucher number"), "voucher"),
        pages.Column(_("Reason"), "reason"),
    )
    facts = (
        pages.Group(
            _("Who acted"),
            (
                pages.Column(_("Proposed by"), "proposed_by"),
                pages.Column(_("Confirmed by"), "confirmed_by"),
            ),
        ),
    )

    def tables(self, correction):
        lines = [correction.line] + ([correction.fresh] if correction.fresh else [])
        return [(_("What was paid, and what pays it again"), LINES, lines)]


LINES = (
    pages.Column(_("Run"), "run"),
    pages.Column(_("No."), "number", align="end", link=True),
    pages.Column(_("Account"), "account"),
    pages.Column(_("Amount (yuan)"), "amount", align="end"),
)


class Propose(pages.EntryPage):
    """Say what becomes of a payment that came back."""

    permission = Permission.PAY_CORRECT
    form_class = ProposeForm
    title = _("Correct a payment")
    label = _("Propose")
    crumb = Correction._meta.verbose_name_plural
    back_url = reverse_lazy("payroll:correction-list")
    help = _(
        "Copy the account from the worker's card. Another person compares it and confirms; "
        "the payment then goes out again as a new line."
    )

    def get_initial(self):
        return super().get_initial() | {"line": self.request.GET.get("line", "")}

    def enter(self, *, by, **facts):
        correction = correction_flows.propose(by=by, **facts)
        messages.success(self.request, translate("The correction waits for a second person."))
        return pages.url_of(correction)


urlpatterns = [
    path("corrections/propose/", Propose.as_view(), name="correction-propose"),
    path("corrections/", include(pages.record_paths(CorrectionList, CorrectionPage))),
]
