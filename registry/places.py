"""Find the village that people mean by the name, code or address they wrote."""

import re

from django.db.models import F, Q, TextField, Value
from django.utils.translation import gettext as _

from project.kernel.months import today
from project.kernel.texts import without_spaces
from registry.access import in_areas
from registry.models import Area

OFFICES = re.compile(r"(村?村民委员会|村?村委会|(?<=社区)居民委员会|(?<=社区)居委会)$")
COMMUNITY = re.compile(r"(居民委员会|居委会)$")
BELOW_TOWNSHIP = re.compile(r"^.+?(?:镇|乡|街道办事处|街道)(?=.)")


def village_name(text):
    """A village's own name, without that of its committee."""
    name = without_spaces(text)
    if name.endswith(("村民委员会", "村委会")):
        return OFFICES.sub("", name) + "村"
    return COMMUNITY.sub("社区", OFFICES.sub("", name))


def _spellings(name):
    stem = name.removesuffix("村")
    ends = ("村委会", "村民委员会", "村村民委员会", "居委会", "居民委员会")
    return {name, *(stem + end for end in ends), name + "居委会", name + "居民委员会"}


class Villages:
    """The villages of some areas by what a file's rows call them, in one query."""

    def __init__(self, reach, texts):
        self.texts = {without_spaces(text) for text in texts} - {""}
        self.named = {}
        for area in Area.objects.on(today()).filter(
            in_areas(reach, "code"), self._wanted(), level=Area.Level.VILLAGE
        ):
            self.named.setdefault(village_name(area.name), []).append(area)
            self.named[area.code] = [area]

    def __getitem__(self, text):
        """The village meant, or ValueError with a sentence."""
        found = self._found(without_spaces(text))
        if not found:
            raise ValueError(
                _("There is no village “%(text)s” in your areas. Correct its name or code.")
                % {"text": text}
            )
        if len(found) > 1:
            raise ValueError(
                _("Several villages are called “%(text)s”. Write the code of the one meant.")
                % {"text": text}
            )
        return found[0]

    def _wanted(self):
        names = {village_name(part) for text in self.texts for part in _parts(text)}
        spelt = {spelling for name in names for spelling in _spellings(name)}
        return Q(name__in=spelt) | Q(code__in=self._codes())

    def _codes(self):
        return {text.ljust(12, "0") for text in self.texts if text.isascii() and text.isdigit()}

    def _found(self, text):
        for part in _parts(text):
            if found := self.named.get(village_name(part)):
                return found
        return []


class Addresses(Villages):
    """The villages whose names stand within addresses; of several the longest name is meant."""

    def _wanted(self):
        whole = Value("\n".join(sorted(self.texts)), output_field=TextField())
        return super()._wanted() | Q(
            pk__in=Area.objects.annotate(text=whole).filter(text__contains=F("name")).values("pk")
        )

    def _found(self, text):
        if found := super()._found(text):
            return found
        inside = [name for name in self.named if name in text and not name.isdigit()]
        return self.named[max(inside, key=len)] if inside else []


def _parts(text):
    """A name as it stands, and without the township before it."""
    return [text, BELOW_TOWNSHIP.sub("", text)]
