"""Results of comparisons (X-11): each hit is a fact, a doubt, and holds what is not paid yet."""

from django.utils.translation import gettext as _

from payroll.late_holds import hold_late
from payroll.models import ComparedPerson, Comparison, Hit
from registry.access import contains
from registry.imports.facts import Facts
from registry.models import Fact

OURS = "BD-"  # how the numbers of our own requests begin


class ComparisonResults(Facts):
    """Facts, and the request they answer; without one they are taken as told unasked."""

    def check(self, rows):
        faults = super().check(rows)
        self.comparisons = self._comparisons(rows)
        people = [person.pk for person in self.people.values()]
        numbers = {comparison.pk for comparison in self.comparisons.values()}
        sent = ComparedPerson.objects.filter(comparison__in=numbers, person__in=people)
        columns = ("comparison_id", "person_id", "area_id")
        self.sent = {(c, p): area for c, p, area in sent.values_list(*columns)}
        faults += [fault for row in rows for fault in self._not_asked(row)]
        self._warn_once(rows)
        return faults

    def _comparisons(self, rows):
        """The requests that the rows name and that lie in the importer's areas or over them."""
        found = Comparison.objects.filter(number__in={row["batch"] for row in rows if row["batch"]})
        return {one.number: one for one in found if self._concerns(one)}

    def _concerns(self, comparison):
        return self.reaches(comparison.area_id) or any(
            contains(comparison.area_id, held) for held in self.reach
        )

    def _not_asked(self, row):
        """An answer fits its request: one of ours, about somebody on its list."""
        comparison = self.comparisons.get(row["batch"])
        if comparison is None:
            if row["batch"].startswith(OURS):
                sentence = _(
                    "There is no request of this number in your areas. Copy the number from the "
                    "list that was sent, or leave the cell empty."
                )
                yield self.fault(row, "batch", sentence)
        elif (person := self.people.get(row["id_number"])) and not self._area(comparison, person):
            sentence = _(
                "This person is not on the list of %(batch)s. Compare the number with the list "
                "that was sent, or delete the row."
            )
            yield self.fault(row, "id_number", sentence % {"batch": comparison.number})

    def _area(self, comparison, person):
        return self.sent.get((comparison.pk, person.pk))

    def _warn_once(self, rows):
        """Batches that are none of ours, and departments nobody asked: the first row of each."""
        unasked, strange = {}, {}
        for row in rows:
            comparison = self.comparisons.get(row["batch"])
            if comparison is None and row["batch"]:
                strange.setdefault(row["batch"], row)
            elif comparison and row["source"] not in comparison.departments:
                unasked.setdefault((row["batch"], row["source"]), row)
        for row in strange.values():
            sentence = _("This is no request of ours: its rows are taken as told unasked.")
            self.warn(row, "batch", sentence)
        for row in unasked.values():
            sentence = _("This department was not asked with this request; its answer is kept.")
            self.warn(row, "source", sentence)

    def commit(self, rows, *, file):
        fresh = super().commit(rows, file=file)
        self._enter_hits(rows, file)
        held = hold_late([fact.pk for fact in fresh], by=file.imported_by)
        self.counts.append((_("Lines held that were computed before"), sum(held.values())))

    def _enter_hits(self, rows, file):
        """Each answer to a request of ours as a hit; told before, it is no new doubt."""
        asked = [row for row in rows if row["batch"] in self.comparisons]
        if not asked:
            return
        people = {self.people[row["id_number"]].pk for row in asked}
        facts = {
            (fact.person_id, fact.kind, fact.starts_on, fact.source): fact.pk
            for fact in Fact.objects.filter(person__in=people)
        }
        before = set(Hit.objects.filter(fact__in=facts.values()).values_list("fact", flat=True))
        hits = [self._hit(row, facts[self._key(row)], before, file) for row in asked]
        Hit.objects.bulk_create(hits, ignore_conflicts=True)

    def _hit(self, row, fact, before, file):
        comparison = self.comparisons[row["batch"]]
        area = self._area(comparison, self.people[row["id_number"]])
        return Hit(
            comparison=comparison, fact_id=fact, area_id=area, file=file, again=fact in before
        )
