"""The names of the photos beside an attendance file, in a folder or a zip."""

import zipfile
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from project.kernel.tables import Unreadable

UTF8_NAME = 0x800


def names_in(place):
    """The file names in a folder or a zip, wherever they lie in it."""
    path = Path(place)
    if path.is_dir():
        return {found.name for found in path.rglob("*") if found.is_file()}
    try:
        with zipfile.ZipFile(path) as package:
            return {_name(part) for part in package.infolist() if not part.is_dir()}
    except (OSError, zipfile.BadZipFile) as error:
        raise Unreadable(
            _("The photos must be a folder or a zip file; “%(place)s” is neither.")
            % {"place": path.name}
        ) from error


def _name(part):
    """Chinese Windows writes names in GB18030 and does not say so."""
    name = part.filename
    if not part.flag_bits & UTF8_NAME:
        name = name.encode("cp437").decode("gb18030", errors="replace")
    return PurePosixPath(name.replace("\\", "/")).name
