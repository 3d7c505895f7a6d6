"""The same step on many records of a village: each judged by its guards, all saved at once."""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from project.kernel.guards import permits, refusals, stead_of
from project.kernel.models import Event
from registry.kinship import kin_sentences
from registry.models import Kinship, Person


def take_together(records, verb, *, by, details, fields, note=""):
    """Take a step on each locked record that it may be taken on: (done, [(record, why not)]).

    `details` tells what the transition of a record is given; `fields` are those it sets. Guards
    must find what they read joined to the record, or the queries grow with the number of rows.
    """
    close = close_to(by, [record.contract.person_id for record in records])
    done, refused, events = [], [], []
    kind = ContentType.objects.get_for_model(records[0]) if records else None
    stead = stead_of(getattr(records[0], verb), by) if records else {}
    for record in records:
        step, before = getattr(record, verb), record.state
        if not permits(step, by):
            raise PermissionDenied(_("This step belongs to another role or another area."))
        person = record.contract.person
        kin = kin_sentences(person, by) if person.pk in close else []
        if reasons := [*kin, *record.acted(by), *refusals(step)]:
            refused.append((record, reasons))
            continue
        step(**details(record))
        done.append(record)
        events.append(
            Event(
                record_type=kind,
                record_id=record.pk,
                verb=verb,
                by=by,
                before=before,
                after=record.state,
                note=note,
                data=stead,
            )
        )
    if done:
        type(records[0]).objects.bulk_update(done, ["state", *fields])
        Event.objects.bulk_create(events)
    return done, refused


def close_to(by, people):
    """Those of these people who are the user, of the user's household, or declared kin."""
    kin = Exists(Kinship.objects.filter(user=by, person=OuterRef("pk")))
    own = Q(user=by) | Q(household__members__user=by) | kin
    return set(Person.objects.filter(own, pk__in=people).values_list("pk", flat=True))


def named(refused):
    """Sentences with the name before them, for many at once."""
    return [f"{record.contract.person.name}：{' '.join(reasons)}" for record, reasons in refused]
