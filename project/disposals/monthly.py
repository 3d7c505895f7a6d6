"""Once a month what has expired is listed for somebody to read; nothing goes by itself."""

from project.disposals import flows
from project.integrity.system import house_account
from project.kernel.guards import Refused
from project.kernel.history import acts
from registry.models import Area, Disposal


def propose_everywhere():
    """A register for each county and kind of which none is open; returns what was drawn up."""
    house, made, refused = house_account(), [], []
    open_now = set(Disposal.objects.filter(state__in=Disposal.OPEN).values_list("area", "kind"))
    with acts(house, via="disposals.propose"):
        for county in Area.objects.filter(level=Area.Level.COUNTY, valid_to=None).order_by("pk"):
            for kind in Disposal.Kind:
                if (county.pk, kind) not in open_now:
                    try:
                        made.append(flows.propose(by=house, area=county, kind=kind))
                    except Refused as told:  # the rule of one county stops no other
                        refused += [f"{county}: {said}" for said in told.messages]
    if refused:
        raise Refused(refused)
    return [one for one in made if one]
