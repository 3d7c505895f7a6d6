"""The accounts a ledger names: one person an account, one current account a person."""

from django.db.models import Q
from django.utils.translation import gettext as _

from project.kernel.secrets import digest
from registry.models import BankAccount


class Accounts:
    """The current accounts of the people and numbers of a file, asked once for all rows."""

    def __init__(self, importer, people, rows):
        self.importer = importer
        self.digests = {row["account"]: digest(row["account"]) for row in rows if row["account"]}
        theirs = Q(person__in=[person.pk for person in people])
        same = Q(number_digest__in=self.digests.values())
        self.of_person, self.of_number = {}, {}
        current = BankAccount.objects.filter(theirs | same, current=True).defer("number")
        for account in current.select_related("person"):
            self.of_person[account.person_id] = account
            self.of_number[account.number_digest] = account

    def faults(self, row, person):
        """Why the row's account cannot be the one its person is paid on."""
        known = self.of_person.get(person.pk) if person else None
        if not row["account"]:
            if not known:
                sentence = _("The worker has no bank account to be paid on. Enter it.")
                yield self.importer.fault(row, "account", sentence)
            return
        holder = self.of_number.get(self.digests[row["account"]])
        if holder and holder.person_id != (person and person.pk):
            sentence = _("This account belongs to %(name)s. Each is paid on their own account.")
            yield self.importer.fault(row, "account", sentence % {"name": holder.holder_name})
        elif known and known.number_digest != self.digests[row["account"]]:
            sentence = _("The account differs from the one on record and will take its place.")
            self.importer.warn(row, "account", sentence)

    def repeats(self, rows):
        """A fault for every row that pays somebody on the account of an earlier row's person."""
        first, faults = {}, []
        for row in (row for row in rows if row["account"]):
            earlier = first.setdefault(row["account"], row)
            if earlier["id_number"] != row["id_number"]:
                sentence = _("Row %(row)s has the same account. Each is paid on their own account.")
                sentence %= {"row": earlier.number}
                faults.append(self.importer.fault(row, "account", sentence))
        return faults

    def enter(self, rows, people, *, by):
        """Make each row's account the current one of its person; the old ones stay on record."""
        last = {row["id_number"]: row for row in rows if row["account"]}
        fresh = []
        for number, row in last.items():
            known = self.of_person.get(people[number].pk)
            if known is None or known.number_digest != self.digests[row["account"]]:
                fresh.append(self._account(row, people[number], by))
        BankAccount.objects.filter(
            person__in=[account.person for account in fresh], current=True
        ).update(current=False)
        BankAccount.objects.bulk_create(fresh)

    def _account(self, row, person, by):
        return BankAccount(
            person=person,
            number=row["account"],
            number_digest=self.digests[row["account"]],
            bank=row["bank"],
            holder_name=row["name"],
            added_by=by,
        )
