"""Who is too close to somebody to decide about them."""

from django.utils.translation import gettext as _

from registry.models import Kinship


def kin_sentences(person, by):
    """Why `by` may decide nothing about a person: it is them, their household or their kin."""
    own = getattr(by, "person", None)
    if own is not None and own.pk == person.pk:
        return [_("This is about yourself; another person must act.")]
    if own is not None and own.household_id and own.household_id == person.household_id:
        return [
            _("%(name)s belongs to your household; another person must act (V-26).")
            % {"name": person.name}
        ]
    if Kinship.objects.filter(user=by, person=person).exists():
        return [
            _("%(name)s is your declared relative; another person must act (V-26).")
            % {"name": person.name}
        ]
    return []
