"""The photos beside an attendance file, in a folder or a zip: found by name, read one by one."""

from collections import defaultdict
from functools import cached_property
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from project.kernel.guards import Refused
from project.kernel.tables import Unreadable
from project.kernel.uploads import packages
from project.kernel.uploads.packages import BROKEN_ZIP
from project.kernel.uploads.pictures import LARGEST

UTF8_NAME = 0x800
MOST = 20_000
MEGABYTE = 1024 * 1024
LARGEST_ZIP = 500 * MEGABYTE
BOUNDS = {"parts": MOST, "unpacked": 4 * LARGEST_ZIP}


class Photos:
    """The photos by their file names, wherever they lie in the folder or the zip.

    Names are compared without regard to capital letters, as Windows compares them. What a zip says
    of sizes is not believed: no photo is read further than a photo may be long.
    """

    def __init__(self, place):
        self.path = Path(place)
        self.found, self.looked_at = defaultdict(list), set()
        for name, entry in self._entries():
            if not name.startswith("."):
                self.found[name.casefold()].append(entry)
        if sum(map(len, self.found.values())) > MOST:
            raise Unreadable(
                _("There are more than %(most)s photos. Take the file in in several parts.")
                % {"most": MOST}
            )

    def __contains__(self, name):
        return name.casefold() in self.found

    def __len__(self):
        return len(self.found)

    def is_ambiguous(self, name):
        """Whether several photos in different folders bear the name."""
        return len(self.found[name.casefold()]) > 1

    def read(self, name):
        """The bytes of a photo, or a sentence that says why it cannot be read."""
        (entry,) = self.found[name.casefold()]
        try:
            with self.zip.open(entry) if self.zip else entry.open("rb") as file:
                content = file.read(LARGEST + 1)
        except BROKEN_ZIP as broken:
            raise Refused(
                _("The photo cannot be read; the zip is damaged or locked. Pack it anew.")
            ) from broken
        if len(content) > LARGEST:
            words = {"size": LARGEST // MEGABYTE}
            raise Refused(_("The photo is larger than %(size)s MB; send a smaller one.") % words)
        return content

    @cached_property
    def zip(self):
        """The zip, opened once; None for a folder."""
        if self.path.is_dir():
            return None
        try:
            if self.path.stat().st_size > LARGEST_ZIP:
                words = {"size": LARGEST_ZIP // MEGABYTE}
                raise Unreadable(
                    _("The zip is larger than %(size)s MB. Take the file in in several parts.")
                    % words
                )
            return self._opened()
        except packages.OutOfBounds as refused:
            raise Unreadable(str(refused)) from refused
        except BROKEN_ZIP as error:
            raise Unreadable(
                _("The photos must be a folder or a zip file; “%(place)s” is neither.")
                % {"place": self.path.name}
            ) from error

    def _opened(self):
        package = packages.opened(self.path, **BOUNDS)
        if inner := packages.nested(package):
            package.close()
            raise packages.OutOfBounds(
                _("The zip holds another archive (%(name)s). Pack the photos themselves.")
                % {"name": inner[:60]}
            )
        return package

    def _entries(self):
        if self.zip:
            parts = self.zip.infolist()
            return ((_name(part), part) for part in parts if not part.is_dir())
        return ((file.name, file) for file in self.path.rglob("*") if file.is_file())


def _name(part):
    """Chinese Windows writes names in GB18030 and does not say so."""
    name = part.filename
    if not part.flag_bits & UTF8_NAME:
        name = name.encode("cp437").decode("gb18030", errors="replace")
    return PurePosixPath(name.replace("\\", "/")).name
