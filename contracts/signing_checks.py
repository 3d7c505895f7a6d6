"""What must be true before either side may put its signature under a contract's paper."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from project.kernel.guards import guard
from project.kernel.months import today


def newest_paper(contract):
    """The version of the paper that counts, or None where no paper was made."""
    return contract.papers.order_by("-number").first()


@guard(gettext_lazy("The contract has no paper that could be signed; have it signed on paper."))
def has_a_paper(contract):
    return newest_paper(contract) is not None


@guard(gettext_lazy("The contract's term is over."))
def is_not_over(contract):
    if contract.ends_on >= today():
        return True
    return [
        _("The last day of this contract, %(day)s, has passed; nobody signs it any more.")
        % {"day": contract.ends_on}
    ]


@guard(gettext_lazy("The township's seal is on this paper already."))
def awaits_the_seal(contract):
    """Sealed already, unless only the conclusion is missing after the worker signed too."""
    paper = newest_paper(contract)
    if paper is None:
        return True  # has_a_paper says so already
    sides = set(paper.signatures.values_list("side", flat=True))
    return "office" not in sides or "worker" in sides
