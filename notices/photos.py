"""Photos of the board: looked at before they are kept, and each one used once."""

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from notices.models import Notice, NoticePhoto
from project.kernel.guards import Refused, log
from project.kernel.months import today
from project.kernel.roles import Permission
from project.kernel.sealing import seal_file
from project.kernel.uploads import redrawn

HUNG_BY = {
    Notice.Kind.RECRUITMENT: Permission.HIRE_PUBLICISE,
    Notice.Kind.HIRE: Permission.HIRE_PUBLICISE,
    Notice.Kind.ATTENDANCE: Permission.SHEET_PUBLICISE,
    Notice.Kind.PAY: Permission.PAY_PUBLICISE,
    Notice.Kind.PROJECT: Permission.RELIEF_OWN,
}
USED_ONCE = "notices_noticephoto_sha256_key"


def may_add(notice, user):
    """Whoever may hang up a notice of this kind here may also photograph it."""
    return user.has_perm(HUNG_BY[notice.kind], notice.area_id)


@transaction.atomic
def add_photo(notice, *, by, moment, image, taken_on, place=""):
    """Keep a photo of the notice on its board, once for its start and once for its end."""
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if not may_add(notice, by):
        raise PermissionDenied(_("Photos are added by those who may hang the notice up."))
    if problems := _problems(notice, moment, taken_on):
        raise Refused(problems)
    picture = redrawn(image)
    sha256 = seal_file(picture)
    _refuse_reuse(notice, sha256)
    photo = _kept(notice, picture, sha256, moment=moment, taken_on=taken_on, place=place, by=by)
    log(notice, "photo", by=by, before=notice.state, after=notice.state, moment=moment, hash=sha256)
    return photo


def _problems(notice, moment, taken_on):
    if notice.state != Notice.State.POSTED:
        return [_("Photos are added while the notice hangs; this one does not hang.")]
    found = []
    if notice.photos.filter(moment=moment).exists():
        found.append(_("There is already a photo of this moment; photos are never replaced."))
    first, last = _days(notice, moment)
    if not first <= taken_on <= last:
        found.append(
            _("This photo must have been taken between %(first)s and %(last)s.")
            % {"first": first, "last": last}
        )
    return found


def _days(notice, moment):
    """The days on which a photo shows the start, or the end; never a day that has not come."""
    if moment == NoticePhoto.Moment.START:
        return notice.posted_on, min(notice.ends_on, today())
    return notice.ends_on, today()


def _refuse_reuse(notice, sha256):
    """V-20: one photo proves one notice; the other one is named."""
    used = NoticePhoto.objects.filter(sha256=sha256).select_related("notice").first()
    if used is None:
        return
    if used.notice_id == notice.pk:
        raise Refused(_("This photo already shows the other moment of this notice."))
    raise Refused(
        _("This photo was already used for the notice “%(notice)s”; take one of this board.")
        % {"notice": used.notice}
    )


def _kept(notice, picture, sha256, *, by, **fields):
    photo = NoticePhoto(notice=notice, sha256=sha256, added_by=by, **fields)
    photo.image.save(f"{sha256[:32]}.jpg", ContentFile(picture), save=False)
    try:
        with transaction.atomic():
            photo.save()
    except IntegrityError as clash:
        # Two people sent the same photo at once; the one who was first has used it.
        photo.image.delete(save=False)
        if USED_ONCE in str(clash):
            _refuse_reuse(notice, sha256)
        raise
    return photo
