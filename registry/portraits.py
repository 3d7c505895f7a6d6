"""A person's enrolment picture and what they agreed to: taken in once, never overwritten."""

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from project.kernel.guards import Refused, log
from project.kernel.months import today
from project.kernel.roles import Permission
from project.kernel.sealing import seal_file
from project.kernel.uploads.pictures import redrawn
from registry.models import Consent, Person, Portrait


@transaction.atomic
def add_portrait(person, *, by, picture, taken_on):
    """Keep the picture taken at enrolment, drawn anew; earlier ones stay, the newest counts."""
    person = _locked(person, by)
    if taken_on > today():
        raise Refused(_("This day has not come yet."))
    content = redrawn(picture)
    made = Portrait(person=person, sha256=seal_file(content), taken_on=taken_on, added_by=by)
    if person.portraits.filter(sha256=made.sha256).exists():
        raise Refused(_("This very picture is kept already."))
    made.file.save(f"{made.sha256[:32]}.jpg", ContentFile(content))
    log(person, "portrait", by=by, sha256=made.sha256)
    return made


@transaction.atomic
def consent(person, *, by, kind, given_on, paper):
    """Note what a person agreed to in writing, and on which paper."""
    person = _locked(person, by)
    if given_on > today():
        raise Refused(_("This day has not come yet."))
    if not paper.strip():
        raise Refused(_("Name the paper on which the person agreed."))
    if person.consents.filter(kind=kind, withdrawn_on__isnull=True).exists():
        raise Refused(_("The person has agreed to this already."))
    made = Consent.objects.create(
        person=person, kind=kind, given_on=given_on, paper=paper.strip(), recorded_by=by
    )
    log(person, "consent", by=by, note=made.get_kind_display(), paper=made.paper)
    return made


@transaction.atomic
def withdraw(person, *, by, kind):
    """The person takes back what they agreed to; from today on it is not used."""
    person = _locked(person, by)
    found = person.consents.filter(kind=kind, withdrawn_on__isnull=True).first()
    if found is None:
        raise Refused(_("The person has not agreed to this; there is nothing to take back."))
    found.withdrawn_on, found.withdrawn_by = today(), by
    found.save(update_fields=["withdrawn_on", "withdrawn_by"])
    log(person, "withdraw", by=by, note=found.get_kind_display())
    return found


def _locked(person, by):
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not by.has_perm(Permission.PERSON_EDIT, person.area_id):
        raise PermissionDenied(_("People's data are kept by the township officer."))
    return person
