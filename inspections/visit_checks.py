"""What must be true of a visit before it is kept: who made it, and what they say they saw."""

import re

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from inspections.models import Plan, Visit
from project.kernel.roles import Permission
from registry.kinship import kin_sentences
from registry.models import Area

Seen = Visit.Seen
WAYS = (Plan.Way.SITE, Plan.Way.PHONE)
SIGNERS = ("first", "second", "person")
# Lines drawn with a finger, as a path; or that the paper bears the signature.
ON_PAPER = "paper"
DRAWN = re.compile(r"(?:[ML]\d{1,4} \d{1,4}){1,4000}")


def hold_still(village, by):
    """Only inspectors of the village record visits there; two who send at once take turns."""
    if not by.has_perm(Permission.VISIT_RECORD, village):
        raise PermissionDenied(_("Recording visits belongs to inspectors of the area."))
    Area.objects.select_for_update(of=("self",)).get(pk=village)


def refuse_people(visit):
    """Two inspectors who both may, neither of them close to whom they visit (V-26)."""
    first, second, person = visit.by, visit.second, visit.contract.person
    if first.pk == second.pk:
        return [_("Two inspectors make a visit; name the other one.")]
    reasons = kin_sentences(person, first)
    if not (second.is_active and second.has_perm(Permission.VISIT_RECORD, visit.area_id)):
        reasons.append(_("%(name)s is no inspector of this village.") % {"name": second.name})
    said = _("The second inspector, %(name)s: %(why)s")
    reasons += [said % {"name": second.name, "why": w} for w in kin_sentences(person, second)]
    return reasons


def refuse_what_was_seen(visit):
    """What was seen fits how it was seen, names who worked instead, and is signed for."""
    reasons = []
    if visit.way not in WAYS:
        reasons.append(_("A visit is made on site or by telephone."))
    if visit.way == Plan.Way.PHONE and visit.seen in (Seen.ABSENT, Seen.IDLE):
        reasons.append(
            _("By telephone nobody sees who is not there; say that they could not be reached.")
        )
    if visit.seen == Seen.OTHER and not visit.other:
        reasons.append(_("Say who worked in their place, or what they look like."))
    if (visit.longitude is None) != (visit.latitude is None):
        reasons.append(_("Give both coordinates, or none."))
    return reasons + _signed(visit) + _corrected(visit)


def _signed(visit):
    """Both inspectors sign; whoever was met on site signs too, or would not."""
    marks = visit.signatures
    if not all(_is_mark(name, mark) for name, mark in marks.items()):
        return [_("A signature cannot be read; have it drawn again.")]
    if not {"first", "second"} <= marks.keys():
        return [_("Both inspectors must sign.")]
    if was_met(visit.way, visit.seen) and not visit.refused and "person" not in marks:
        return [_("The person must sign, or it must be noted that they would not.")]
    return []


def was_met(way, seen):
    """Whether inspectors stood before the person, who then signs."""
    return way == Plan.Way.SITE and seen in (Seen.WORKING, Seen.IDLE)


def _is_mark(name, mark):
    return name in SIGNERS and (mark == ON_PAPER or bool(DRAWN.fullmatch(mark)))


def _corrected(visit):
    """A correction says why, and is of the newest visit to the same holder."""
    old = visit.corrects
    if old is None:
        return [_("Only a correction says why it is one.")] if visit.because else []
    reasons = [] if visit.because else [_("Say why the visit is corrected.")]
    if old.contract_id != visit.contract_id:
        reasons.append(_("The visit that is corrected was to somebody else."))
    if Visit.objects.filter(corrects=old).exists():
        reasons.append(_("This visit was corrected already. Correct the newest one."))
    return reasons
