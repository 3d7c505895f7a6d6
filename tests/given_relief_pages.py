"""A project with one record of everything that belongs to one, for walks over pages."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

from project.kernel.steps import do
from tests import given, given_relief
from workrelief import records
from workrelief.models import Spending


def one_of_each(scene):
    """A project of the scene's township under construction, with a worker and a payment."""
    place, staff = scene.place, SimpleNamespace(**vars(scene.staff))
    staff.ndrc_officer = given.user("ndrc_officer", at=place.county)
    for role in ("relief_owner", "relief_contractor", "relief_engineer"):
        setattr(staff, role, given.user(role, at=place.town))
    made = SimpleNamespace(place=place, staff=staff, month=scene.month, contracts=[], members=[])
    made.project = given_relief.project(made, name="李四桥以工代赈项目", content="修李四桥")
    given_relief.enter_funds(made, [("central_investment", "1000000", "400000")])
    for step, who, details in given_relief.WALK:
        if step == "start":
            given_relief.enlist(made, 1)
            given_relief.signboard(made)
        made.project = do(made.project, step, by=getattr(staff, who), **details)
    made.spending = spent(made)
    made.paper = made.project.papers.get()
    return made


def spent(made, **said):
    """A payment for a machine, by the owner."""
    by, line = made.staff.relief_owner, made.lines[0]
    facts = {
        "fund_line": line,
        "kind": "machine",
        "payee": "李四挖掘机租赁部",
        "amount": Decimal("30000.00"),
        "paid_on": date(2026, 10, 9),
        "voucher": f"PZ-{Spending.objects.count() + 1}",
    }
    return records.spend(made.project, by=by, **facts | said)


def addresses(made):
    """Where the records of `one_of_each` are reached."""
    project = {"pk": made.project.pk}
    upon = ("project-amend", "fundline-add", "labour-plan", "party-add", "training-add")
    upon += ("projectpaper-add", "progress-add", "spending-add", "post-count")
    upon += ("archive", "publicise")
    return {
        "workrelief:project": project,
        "workrelief:project-step": project | {"step": "accept"},
        "workrelief:project-bulk": {"step": "apply"},
        **{f"workrelief:{name}": project for name in upon},
        "public-project": {"number": made.project.number},
        "workrelief:spending": {"pk": made.spending.pk},
        "workrelief:training": {"pk": made.project.trainings.get().pk},
        "workrelief:projectpaper": {"pk": made.paper.pk},
    }
