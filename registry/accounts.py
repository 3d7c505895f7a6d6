"""The account somebody is paid on: their own, and the only one at a time (V-16)."""

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from project.kernel.guards import Refused, log
from project.kernel.roles import Permission
from project.kernel.secrets import digest
from project.kernel.texts import plain_number
from registry.kinship import kin_sentences
from registry.models import BankAccount, Person

SHORTEST, LONGEST = 8, 30


@transaction.atomic
def enter_account(person, *, by, number, bank, note=""):
    """Enter the first account of somebody, in their own name; nobody enters their own or a kin's.

    Changing an account on record is the ledger's work, where the township sees what it replaces.
    """
    if not by.has_perm(Permission.PERSON_EDIT, person.area_id):
        raise PermissionDenied(_("Entering accounts belongs to the township officer."))
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    number = plain_number(number)
    sealed = digest(number)
    if reasons := [*kin_sentences(person, by), *_faults(person, number, sealed)]:
        raise Refused(reasons)
    made = _kept(person, by=by, number=number, number_digest=sealed, bank=bank.strip())
    log(person, "enter_account", by=by, note=note)
    return made


def _faults(person, number, sealed):
    """Every reason why this cannot be the account the person is paid on."""
    if not (number.isascii() and number.isdecimal() and SHORTEST <= len(number) <= LONGEST):
        yield _("An account has 8 to 30 digits. Compare it with the card.")
    if person.accounts.filter(current=True).exists():
        yield _("An account is on record already; a new one comes with the township's ledger.")
    other = BankAccount.objects.filter(number_digest=sealed, current=True).exclude(person=person)
    if found := other.first():
        sentence = _("This account belongs to %(name)s. Each is paid on their own account.")
        yield sentence % {"name": found.holder_name}


def _kept(person, *, by, **fields):
    """Of two who enter one number at the same moment the database lets one pass."""
    try:
        with transaction.atomic():
            return BankAccount.objects.create(
                person=person, holder_name=person.name, added_by=by, **fields
            )
    except IntegrityError as clash:
        sentence = _("This account was entered for somebody else a moment ago.")
        raise Refused(sentence) from clash
