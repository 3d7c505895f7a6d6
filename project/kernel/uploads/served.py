"""What was handed in goes out inert: under a fixed type, to be saved and never to be run."""

from io import BytesIO
from pathlib import PurePath

from django.http import FileResponse, Http404, HttpResponse
from django.utils.translation import gettext as _

from project.kernel.uploads import pictures
from project.kernel.uploads.kinds import UNKNOWN, kind_of


def served(file, name):
    """A kept file to be saved; its type and the end of its name follow from its content."""
    content = _kept(file)
    kind = kind_of(content)
    path = PurePath(name)
    if kind != UNKNOWN and path.suffix.lower() not in kind.endings:
        name = f"{path.name}{kind.ending}"
    answer = FileResponse(
        BytesIO(content), as_attachment=True, filename=name, content_type=kind.content_type
    )
    return _inert(answer)


def served_picture(file):
    """A kept picture to look at, drawn anew: the evidence itself stays where it is."""
    content = _kept(file)
    try:
        drawn = pictures.anew(content)
    except pictures.NoPicture as unread:
        raise Http404 from unread
    return _inert(HttpResponse(drawn, content_type="image/jpeg"))


def served_drawing(file):
    """A drawing on nothing, drawn anew."""
    content = _kept(file)
    try:
        drawn = pictures.anew_as_png(content)
    except pictures.NoPicture as unread:
        raise Http404 from unread
    return _inert(HttpResponse(drawn, content_type="image/png"))


def _kept(file):
    """What a file holds; one that a register of disposal let go of is a page that is not there."""
    try:
        with file.open() as kept:
            return kept.read()
    except FileNotFoundError as gone:
        raise Http404(_("This file is gone. Registers of disposal tell what went.")) from gone


def _inert(answer):
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private"
    return answer
