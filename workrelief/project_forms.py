"""What is entered upon a project: the project itself, its money, its plan and what proves it."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from contracts.models import Contract, InsurancePolicy
from posts.models import Post
from project.kernel.models import User
from project.kernel.months import today
from project.kernel.roles import Permission
from registry.access import ancestors, areas, in_areas
from registry.holders import holders
from registry.models import Area, Unit
from workrelief.models import (
    FundLine,
    LabourPlan,
    Party,
    Progress,
    Project,
    ProjectPaper,
    Spending,
    Training,
)
from workrelief.models.money import LabourClass
from workrelief.records import SIDES
from workrelief.services import DESCRIBED

DAY = {"attrs": {"type": "date"}, "format": "%Y-%m-%d"}
LINES = {"attrs": {"rows": 3}}
CELL = {"attrs": {"class": "office-cell"}}
ROWS_AT_MOST = 100


class Upon(forms.ModelForm):
    """A form that only reads; what it read is checked by the service."""

    def __init__(self, *args, user=None, project=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.project = user, project
        if project is not None:
            self.limit()

    def limit(self):
        """Choose only among what belongs to the project."""

    def _post_clean(self):
        """Constraints speak to programmers; the service speaks to people."""


class ProjectForm(forms.ModelForm):
    """Everything a project says of itself, with what its signboard shows (R-78)."""

    class Meta:
        model = Project
        fields = ("area", *DESCRIBED)
        widgets = {
            "content": forms.Textarea(**LINES),
            "planned_start": forms.DateInput(**DAY),
            "planned_end": forms.DateInput(**DAY),
        }

    def __init__(self, *args, user=None, project=None, **kwargs):
        super().__init__(*args, **kwargs, instance=project)
        if project is None:
            self.fields["year"].initial = today().year
        else:
            del self.fields["area"]
        codes = areas(user, Permission.RELIEF_OWN) if user else []
        self._limit([project.area_id] if project else codes)

    def _limit(self, codes):
        """Choose among the person's areas, the offices of their county, the policies over them."""
        above = {code for held in codes for code in ancestors(held)}
        if "area" in self.fields:
            known = Area.objects.filter(in_areas(codes, "code"), level__gte=Area.Level.COUNTY)
            self.fields["area"].queryset = known.on(today())
            self.fields["area"].empty_label = None
            self.fields["area"].initial = codes[0] if codes else None
        counties = {f"{code[:6]}000000" for code in codes}
        offices = Unit.objects.filter(Q(area__in=counties) | Q(area__in=above))
        self.fields["owner"].queryset = offices.order_by("name")
        policies = InsurancePolicy.objects.filter(area__in=above).exclude(number="")
        self.fields["insurance"].queryset = policies.order_by("-starts_on", "number")

    def _post_clean(self):
        """The description is checked by the service; the form only reads it."""


class FundLineForm(Upon):
    """Money of one fund and year, and the day it was given on (W-10)."""

    class Meta:
        model = FundLine
        fields = ("fund", "year", "amount", "issued_on", "document")
        widgets = {"issued_on": forms.DateInput(**DAY)}

    def limit(self):
        self.fields["fund"].empty_label = None
        self.fields["year"].initial = self.project.year
        self.fields["issued_on"].initial = today()


class PlanRow(forms.ModelForm):
    """One trade of the labour plan (F-23)."""

    fund_line = forms.TypedChoiceField(
        label=_("Fund line"), coerce=int, widget=forms.Select(**CELL)
    )
    unit = forms.ChoiceField(label=_("Pay basis"), widget=forms.Select(**CELL))

    class Meta:
        model = LabourPlan
        fields = ("fund_line", "trade", "headcount", "unit", "units", "rate")
        labels = {"headcount": _("Number of people")}
        widgets = {
            "trade": forms.TextInput(**CELL),
            "headcount": forms.NumberInput(**CELL),
            "units": forms.NumberInput(**CELL),
            "rate": forms.NumberInput(**CELL),
        }

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fund_line"].choices = lines
        self.fields["fund_line"].initial = lines[0][0] if lines else None
        bases = [(key, word) for key, word in Contract.PayBasis.choices if key != "month"]
        self.fields["unit"].choices = bases
        self.fields["unit"].initial = Contract.PayBasis.DAY
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label

    def _post_clean(self):
        """The rows are checked by the service, together."""


PlanRows = forms.formset_factory(
    PlanRow, extra=0, can_delete=True, max_num=ROWS_AT_MOST, absolute_max=ROWS_AT_MOST
)


class PersonChoice(forms.ModelChoiceField):
    """People by the name they sign with, and by what they sign in with."""

    def label_from_instance(self, user):
        return f"{user.name} ({user.username})"


class PartyForm(Upon):
    """Who acts for a side; only people whose role lets them act here can be named."""

    user = PersonChoice(User.objects.none(), label=_("Person"), empty_label=None)

    class Meta:
        model = Party
        fields = ("part", "user")

    def limit(self):
        people = holders(SIDES.values(), Q(area__in=ancestors(self.project.area_id)))
        self.fields["user"].queryset = people.order_by("name", "pk")


class ProgressForm(Upon):
    """How far the works are on a day."""

    class Meta:
        model = Progress
        fields = ("on", "percent", "done")
        widgets = {"on": forms.DateInput(**DAY), "done": forms.Textarea(**LINES)}

    def limit(self):
        self.fields["on"].initial = today()


class TrainingForm(Upon):
    """A course that is planned for the workers (R-75)."""

    class Meta:
        model = Training
        fields = ("on", "topic", "hours", "teacher", "planned_people")
        widgets = {"on": forms.DateInput(**DAY)}


class PaperForm(Upon):
    """A paper or picture of the project, as it came."""

    upload = forms.FileField(
        label=_("File (PDF, picture or Office file, at most 20 MB)"), widget=forms.FileInput()
    )

    class Meta:
        model = ProjectPaper
        fields = ("kind",)


class SpendingForm(Upon):
    """A payment for machines, materials, management or a professional crew (R-83)."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[choice for choice in LabourClass.choices if choice[0] != LabourClass.MASS],
    )

    class Meta:
        model = Spending
        fields = ("fund_line", "kind", "payee", "amount", "paid_on", "voucher", "note")
        widgets = {"paid_on": forms.DateInput(**DAY)}

    def limit(self):
        lines = self.project.fund_lines.select_related("fund")
        self.fields["fund_line"].queryset = lines
        self.fields["fund_line"].empty_label = None
        self.fields["paid_on"].initial = today()


class PostForm(forms.Form):
    """A post that came about through the project, by its number (F-30)."""

    post = forms.CharField(
        label=_("Post number"), max_length=40, help_text=_("As it stands on the post's page.")
    )

    def __init__(self, *args, user=None, project=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.project = project

    def clean_post(self):
        """The post itself; a number nobody has in this county is said at its field."""
        number = self.cleaned_data["post"].strip()
        inside = Post.objects.inside(f"{self.project.area_id[:6]}000000")
        found = inside.filter(number=number).select_related("area").first()
        if found is None:
            raise forms.ValidationError(
                translate(
                    "No post of the county has the number %(number)s; look it up under Posts."
                )
                % {"number": number}
            )
        return found


class HeldForm(forms.Form):
    """The day of a course, and which people of the roster signed its list (F-29)."""

    on = forms.DateField(label=_("Course held on"), widget=forms.DateInput(**DAY))
    pk = forms.ModelMultipleChoiceField(
        None,
        label=_("Who signed"),
        error_messages={"required": _("Choose who signed the list of the course.")},
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pk"].queryset = people
