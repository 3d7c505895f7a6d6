"""Bank files that left the house, in the clear or locked."""

import io

import pyzipper

from payroll import bankfiles
from payroll.formats import X07
from payroll.models import LockedFile
from tests import given


def lock_them(scene):
    """From now on the county's bank files leave locked."""
    given.rule(scene.place.county, "bank.encrypt", True, scene.place.document)


def taken(run, by, form=X07):
    """The one file that leaves when somebody takes it."""
    (made,) = bankfiles.export(run, form, by=by)
    return made


def locked(scene, run, form=X07):
    """A locked zip that finance took; its password waits for another person."""
    lock_them(scene)
    made = taken(run, scene.staff.finance_officer, form)
    return LockedFile.objects.get(pk=made.locked.pk)


def opened(content, password):
    """{name: bytes} of what a locked zip holds."""
    with pyzipper.AESZipFile(io.BytesIO(content)) as held:
        held.setpassword(password.encode())
        return {name: held.read(name) for name in held.namelist()}


def addresses(kept):
    """The pages of a batch and of the locked zip it left in."""
    file = {"pk": kept.handovers.get().file_id}
    return {
        "payroll:bankfile": file,
        "payroll:file-take": file,
        "payroll:file-check": file,
        "payroll:file-password": {"pk": kept.pk},
    }
