"""Who is appointed, which days are worked, which files went in: the registry's part of Settings."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from project.kernel import pages
from project.kernel.models import User
from project.kernel.months import today
from project.kernel.roles import ROLES, Permission
from registry.access import areas, in_areas
from registry.appointments import appoint
from registry.models import Appointment, Area, CalendarDay, ImportedFile


class AppointmentList(pages.RecordList):
    model = Appointment
    permission = Permission.APPOINT
    joins = ("area", "user", "made_by")
    columns = (
        pages.Column(_("Name"), "user", link=True),
        pages.Column(_("Login"), "user.username"),
        pages.Column(_("Role"), "role"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("From"), "starts_on"),
        pages.Column(_("To"), "ends_on"),
        pages.Column(_("Appointed by"), "made_by"),
    )
    filters = (pages.AreaFilter(), pages.ChoiceFilter("role", _("Role")))
    search_fields = ("user__name", "user__username")
    search_hint = _("Name or login")
    links = (pages.Link(_("Appoint"), reverse_lazy("registry:appoint"), Permission.APPOINT),)

    def records(self):
        """The appointments in the areas in which the person appoints."""
        codes = areas(self.request.user, Permission.APPOINT)
        return Appointment.objects.filter(in_areas(codes)).select_related(*self.joins)

    def url(self, record):
        """What the person holds, from where it is handed over."""
        return reverse("holdings", args=[record.user_id])


class AppointForm(forms.Form):
    """A person by their login, a role and an area, from a day to a day."""

    user_name = forms.CharField(label=_("Login"), max_length=150)
    role = forms.ChoiceField(
        label=_("Role"), choices=[(name, role.title) for name, role in ROLES.items()]
    )
    area = forms.CharField(label=_("Area code"), min_length=12, max_length=12)
    starts_on = forms.DateField(
        label=_("From"),
        initial=today,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    ends_on = forms.DateField(
        label=_("To"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.by = user

    def clean_user_name(self):
        found = User.objects.filter(
            username=self.cleaned_data["user_name"].strip(), is_active=True
        ).first()
        if found is None:
            raise ValidationError(translate("Nobody signs in with this name."))
        return found

    def clean_area(self):
        codes = areas(self.by, Permission.APPOINT)
        inside = Area.objects.filter(in_areas(codes, "code")).on(today())
        found = inside.filter(code=self.cleaned_data["area"].strip()).first()
        if found is None:
            raise ValidationError(translate("No area in which you appoint has this code."))
        return found


class Appoint(pages.EntryPage):
    """Give somebody a duty in an area."""

    permission = Permission.APPOINT
    form_class = AppointForm
    title = label = _("Appoint")
    crumb = Appointment._meta.verbose_name_plural
    back_url = reverse_lazy("registry:appointment-list")

    def enter(self, *, by, user_name, role, area, starts_on, ends_on):
        appoint(user_name, role, area, by=by, starts_on=starts_on, ends_on=ends_on)
        messages.success(self.request, translate("The appointment is recorded."))
        return self.back_url


class CalendarDays(pages.Permitted, TemplateView):
    """The days of the years that differ from their weekday."""

    template_name = "registry/calendar.html"
    permission = Permission.POLICY_VIEW

    def get_context_data(self, **kwargs):
        years = {}
        for day in CalendarDay.objects.order_by("day"):
            years.setdefault(day.day.year, []).append(day)
        years = sorted(years.items(), reverse=True)
        return super().get_context_data(title=_("Work calendar"), years=years, **kwargs)


class FileList(pages.RecordList):
    model = ImportedFile
    permission = Permission.PERSON_VIEW
    joins = ("area", "imported_by")
    columns = (
        pages.Column(_("File name"), "name"),
        pages.Column(_("Kind"), "kind"),
        pages.Column(_("Rows"), "rows", align="end"),
        pages.Column(_("Area"), "area.name"),
        pages.Column(_("Imported at"), "imported_at"),
        pages.Column(_("Imported by"), "imported_by"),
        pages.Column(_("SHA-256"), lambda file: file.sha256[:16]),
    )
    filters = (pages.AreaFilter(),)
    search_fields = ("name",)
    search_hint = _("File name")
    links = (pages.Link(_("Take a file in"), reverse_lazy("imports")),)
