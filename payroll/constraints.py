"""Constraints that tie a run's state to who acted and when."""

from itertools import combinations

from django.db.models import CheckConstraint, F, Q


def acted(step):
    """A step has a moment exactly when it has a person."""
    none = Q(**{f"{step}_at__isnull": True, f"{step}_by__isnull": True})
    both = Q(**{f"{step}_at__isnull": False, f"{step}_by__isnull": False})
    return CheckConstraint(name=f"run_{step}_by_somebody", condition=none | both)


def reached(step, *, before):
    """Past the states `before`, the step was taken; a correction stands on the run it corrects."""
    return CheckConstraint(
        name=f"run_was_{step}",
        condition=Q(state__in=before)
        | Q(**{f"{step}_by__isnull": False})
        | Q(corrects__isnull=False),
    )


def four_pairs_of_eyes(*people):
    """No person stands twice in the approval chain."""
    everybody = Q()
    for one, other in combinations(people, 2):
        apart = ~Q(**{one: F(other)})
        empty = Q(**{f"{one}__isnull": True}) | Q(**{f"{other}__isnull": True})
        everybody &= apart | empty
    return CheckConstraint(name="run_chain_has_no_person_twice", condition=everybody)
