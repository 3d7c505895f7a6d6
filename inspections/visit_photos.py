"""Pictures of visits: kept as they came, with their hash and how they look; each look is logged."""

import uuid

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import ImageOps

from attendance.photos import AT_MOST, look_of
from inspections.models import Visit, VisitPhoto
from project.kernel.guards import Refused, log
from project.kernel.sealing import seal_file
from project.kernel.uploads import pictures, read_within, refuse_infected

MOST = 6


@transaction.atomic
def keep(visit, *, by, picture, client_id=None, shows=""):
    """Keep a picture of a visit, handed in by one of its inspectors; sent twice it is kept once."""
    visit = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if by.pk not in (visit.by_id, visit.second_id):
        raise PermissionDenied(_("Pictures of a visit come from its inspectors."))
    large = _("The picture is larger than 2 MB; take it again with a lower resolution.")
    content = read_within(picture, AT_MOST, large)
    sha256 = seal_file(content)
    client_id = client_id or uuid.uuid5(visit.client_id, sha256)
    if known := _known(visit, client_id, sha256):
        return known
    if visit.photos.count() >= MOST:
        raise Refused(_("A visit keeps at most %(most)s pictures.") % {"most": MOST})
    refuse_infected(content)
    made = VisitPhoto(
        visit=visit, client_id=client_id, sha256=sha256, look=_look(content), shows=shows
    )
    made.file.save(f"{sha256}.jpg", ContentFile(content), save=False)
    made.save()
    log(visit, "picture", by=by, sha256=sha256)
    return made


def _known(visit, client_id, sha256):
    """The same picture of the same visit; its number with another picture is refused."""
    if known := VisitPhoto.objects.filter(client_id=client_id).first():
        if (known.visit_id, known.sha256) != (visit.pk, sha256):
            raise Refused(_("This number already belongs to another picture. Take it again."))
        return known
    return visit.photos.filter(sha256=sha256).first()


def _look(content):
    """How a picture looks; what is no picture is refused with a reason."""
    try:
        with pictures.opened(content) as image:
            image.draft("L", (256, 256))
            return look_of(ImageOps.exif_transpose(image).convert("L"))
    except pictures.TooLarge as bomb:
        raise Refused(_("The picture has too many pixels; take it again.")) from bomb
    except pictures.NoPicture as unread:
        raise Refused(_("This file is no picture that can be opened; take it again.")) from unread
