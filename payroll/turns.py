"""Whoever writes the lines of a township's runs, or holds on lines to come, waits for the others.

A township's turn is taken before its runs are locked, so that two never wait for each other.
"""

from django.db.models import Q, Value
from django.db.models.functions import Concat, Substr

from contracts.models import Contract
from registry.access import within
from registry.models import Area


def take_turns(area):
    """The townships of an area are this transaction's until it ends."""
    code = str(area)
    inside = Q(within(code, "code"), level=Area.Level.TOWNSHIP)
    _lock(inside | Q(code=f"{code[:9]}000"))


def take_turns_of(people):
    """The townships where these people hold contracts are this transaction's until it ends."""
    town = Concat(Substr("area_id", 1, 9), Value("000"))
    held = Contract.objects.filter(person__in=people).order_by().annotate(town=town)
    _lock(Q(code__in=held.values("town")))


def _lock(which):
    towns = Area.objects.select_for_update(no_key=True).filter(which).order_by("code")
    list(towns.values_list("code"))
