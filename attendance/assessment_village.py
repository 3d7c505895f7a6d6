"""A village's month of assessment on one page: scored side by side, told, made final."""

from collections import Counter

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from attendance import assessing, telling
from attendance.assessment_forms import HOW
from attendance.grading import items_of, written
from attendance.models import Assessment, Deduction, Grade, Side
from attendance.together import named
from project.kernel import pages
from project.kernel.guards import Refused
from project.kernel.roles import Permission
from registry.models import Area

SCORERS = {
    Side.VILLAGE: Permission.ASSESS_VILLAGE,
    Side.TOWNSHIP: Permission.ASSESS_TOWNSHIP,
    Side.REVIEW: Permission.ASSESS_REVIEW,
}
GRADE = "grade"
CALLED = {
    Side.VILLAGE: _("Village"),
    Side.TOWNSHIP: _("Township"),
    Side.REVIEW: _("Democratic review"),
    GRADE: _("Grade"),
}


class OfVillage(pages.Permitted):
    """A village and a month that the person may see; to others there is nothing here."""

    permission = Permission.SHEET_VIEW

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.month, code = kwargs["month"], kwargs["village"]
        self.village = Area.objects.filter(pk=code, level=Area.Level.VILLAGE).first()
        if request.user.is_authenticated and (
            self.village is None or not self.may(self.permission)
        ):
            raise Http404

    def may(self, permission):
        return self.request.user.has_perm(permission, self.village.pk)

    def only(self, permission):
        """Go on only where the person holds the permission in this village."""
        if not self.may(permission):
            raise PermissionDenied(translate("This step belongs to another role or another area."))

    def rows(self):
        seen = Assessment.objects.visible_to(self.request.user)
        return seen.filter(area=self.village, month=self.month)

    def back(self):
        """The page as it was narrowed."""
        here = reverse("attendance:assessed", args=[self.village.pk, self.month])
        asked = self.request.POST.get("narrowed", "")
        return f"{here}?{asked}" if asked else here


class VillageMonth(OfVillage, TemplateView):
    """Everybody's month in a village, and a column to type into for the side one scores."""

    template_name = "attendance/assessed.html"
    typed, wrong = {}, ()

    def get_context_data(self, **kwargs):
        every = list(self.rows().values_list("state", "grade", "mode"))
        mode = every[0][2] if every else ""
        sides = self.sides(mode)
        asked = self.request.GET.get("side") or self.request.POST.get("side")
        side = asked if asked in sides else next(iter(sides), "")
        words = {
            "title": translate("Assessment of %(month)s") % {"month": self.month},
            "village": self.village,
            "month": self.month,
            "list_url": reverse("attendance:assessment-list"),
            "rows": [self.line(one, side) for one in self.shown()],
            "sums": _sums(every),
            "by_points": mode == Assessment.Mode.SCORE,
            "sides": [(one, CALLED[one]) for one in sides],
            "side": side,
            "side_title": CALLED.get(side, ""),
            "paper": self.paper() if every else "",
            "wrong": list(self.wrong),
        }
        return super().get_context_data(**(kwargs | self.bar() | words))

    def bar(self):
        """How the page was narrowed, and what the person may do in this village."""
        asked = self.request.GET
        return {
            "narrowed": asked.urlencode() or self.request.POST.get("narrowed", ""),
            "q": asked.get("q", ""),
            "state": asked.get("state", ""),
            "states": Assessment.State.choices,
            "grades": Grade.choices,
            "how": HOW,
            "tells": self.may(Permission.ASSESS_TELL),
            "finalises": self.may(Permission.ASSESS_FINALISE),
        }

    def sides(self, mode):
        """What the person scores here, in the order of the form."""
        if mode == Assessment.Mode.GRADE:
            return [GRADE] if self.may(Permission.ASSESS_VILLAGE) else []
        return [side for side, permission in SCORERS.items() if mode and self.may(permission)]

    def shown(self):
        """The rows asked for, in the order of the village's sheet."""
        items = Prefetch("deductions", Deduction.objects.order_by("number"))
        rows = self.rows().select_related("contract__person").prefetch_related(items)
        if words := self.request.GET.get("q", "").strip():
            rows = rows.filter(
                Q(contract__person__name__icontains=words) | Q(contract__title__icontains=words)
            )
        if (state := self.request.GET.get("state", "")) in Assessment.State.values:
            rows = rows.filter(state=state)
        return rows.order_by("contract_id")

    def line(self, one, side):
        items = list(one.deductions.all())
        mine = [(item.points, item.item) for item in items if item.side == side]
        given = side != GRADE and side and getattr(one, f"{side}_score") is not None
        return {
            "record": one,
            "url": pages.url_of(one),
            "items": [f"{item.get_side_display()}：{item}" for item in items],
            "open": one.state == Assessment.State.OPEN,
            "typed": self.typed.get(one.pk, (written(mine) or "0") if given else ""),
        }

    def paper(self):
        sheet = self.village.sheets.filter(month=self.month).values_list("pk", flat=True).first()
        return reverse("paper", args=["sheet", sheet, "F-10"]) if sheet else ""


def _sums(every):
    """How many stand where, and how many have which grade: words and numbers."""
    states, grades = Counter(row[0] for row in every), Counter(row[1] for row in every)
    found = [(label, states[state]) for state, label in Assessment.State.choices]
    found += [(label, grades[grade]) for grade, label in Grade.choices]
    return [(label, count) for label, count in found if count], len(every)


class Score(VillageMonth):
    """Keep what was typed for one side: all of it, or nothing and what is wrong with it."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        side = request.POST.get("side", "")
        typed = {
            int(name[2:]): text.strip()
            for name, text in request.POST.items()
            if name.startswith("s-") and name[2:].isdecimal() and text.strip()
        }
        self.typed = typed
        try:
            done = self.keep(side, typed)
        except Refused as refused:
            self.wrong = refused.messages
            return self.render_to_response(self.get_context_data())
        words = translate("%(count)s rows are kept.") % {"count": len(done)}
        messages.success(request, words)
        return redirect(self.back())

    def keep(self, side, typed):
        if side not in CALLED or not self.may(SCORERS.get(side, Permission.ASSESS_VILLAGE)):
            raise PermissionDenied(translate("This step belongs to another role or another area."))
        by, rows = self.request.user, self.rows()
        if side == GRADE:
            if not set(typed.values()) <= set(Grade.values):
                raise Refused(translate("This value is not one of the choices."))
            return assessing.give_grades(rows, typed, by=by)
        entries, wrong = self.read(rows, typed)
        if wrong:
            raise Refused(wrong)
        return assessing.score_many(rows, side, entries, by=by)

    def read(self, rows, typed):
        """{number: items} of what was typed, and a sentence for each row that says no items."""
        names = dict(rows.filter(pk__in=typed).values_list("pk", "contract__person__name"))
        entries, wrong = {}, []
        for pk, name in names.items():
            try:
                entries[pk] = items_of(typed[pk])
            except ValueError as sentence:
                wrong.append(f"{name}：{sentence}")
        return entries, wrong


class Tell(OfVillage, View):
    """Keep that those chosen were told, and how."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        self.only(Permission.ASSESS_TELL)
        chosen = [pk for pk in request.POST.getlist("pk") if pk.isdecimal()]
        if not chosen:
            messages.error(request, translate("Choose at least one person."))
            return redirect(self.back())
        try:
            done, refused = telling.notify_many(
                self.rows().filter(pk__in=chosen),
                by=request.user,
                how=request.POST.get("how", ""),
                agrees=bool(request.POST.get("agrees")),
            )
        except Refused as why:
            messages.error(request, " ".join(why.messages))
            return redirect(self.back())
        say(request, translate("%(count)s people were told."), done, refused)
        return redirect(self.back())


class Finalise(OfVillage, View):
    """Make final what may be, in the whole village."""

    http_method_names = ["post"]

    def post(self, request, *args, **kwargs):
        self.only(Permission.ASSESS_FINALISE)
        told = self.rows().filter(state=Assessment.State.NOTIFIED)
        done, refused = assessing.finalise_many(told, by=request.user)
        say(request, translate("%(count)s assessments are final."), done, refused)
        return redirect(self.back())


def say(request, sentence, done, refused):
    """What was done to how many, and each of the others with every reason."""
    messages.success(request, sentence % {"count": len(done)})
    for line in named(refused):
        messages.error(request, line)


village_paths = [
    path(f"assessments/<slug:village>/<month:month>/{ending}", page.as_view(), name=name)
    for ending, page, name in (
        ("", VillageMonth, "assessed"),
        ("score/", Score, "assessed-score"),
        ("tell/", Tell, "assessed-tell"),
        ("finalise/", Finalise, "assessed-finalise"),
    )
]
