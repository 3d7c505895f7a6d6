"""What must be true before a doubt is decided."""

from django.utils.translation import gettext_lazy

from project.kernel.guards import guard
from registry.kinship import kin_sentences
from registry.models import Person


@guard(gettext_lazy("Write down what was found out before you decide."))
def was_looked_into(doubt):
    return bool(doubt.finding.strip())


@guard(
    gettext_lazy("The person has not been heard: write down what they say, or that they do not.")
)
def person_was_heard(doubt):
    """Nobody is found guilty unheard; a doubt about nobody in particular needs no statement."""
    return bool(doubt.statement.strip()) or not doubt.people


def barred(doubt, by):
    """Why this person may not act: the doubt is about them, their household or their kin."""
    people = Person.objects.filter(pk__in=doubt.people).order_by("pk")
    found = [sentence for person in people for sentence in kin_sentences(person, by)]
    return list(dict.fromkeys(found))
