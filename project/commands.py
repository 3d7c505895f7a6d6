"""What every command shares: who acts, how it refuses, and one JSON document when asked."""

import json

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.urls import get_resolver
from django.utils.translation import gettext as _

from project.kernel import history
from project.kernel.guards import Refused
from project.kernel.models import User
from project.kernel.months import Month
from project.kernel.roles import ROLES, roles_with
from registry.access import contains
from registry.holders import holders as people_with
from registry.models import Area

REFUSED, UNUSABLE = 1, 2


class Unusable(CommandError):
    """Input a command cannot even begin with: no such area, month, file or person."""


class HouseCommand(BaseCommand):
    """A command whose writes say that they came by it."""

    def execute(self, *args, **options):
        with history.acts(via=f"manage.py {type(self).__module__.rpartition('.')[2]}"):
            return super().execute(*args, **options)


class OfficeCommand(HouseCommand):
    """A command that does what a page does, for a named person, and says no in the same words."""

    requires_system_checks = ()

    def acts_for(self, parser):
        """Add `--as USERNAME` and `--json`."""
        parser.add_argument("--as", dest="username", metavar="USERNAME", default="")
        self.answers_json(parser)

    def answers_json(self, parser):
        parser.add_argument("--json", action="store_true", dest="as_json")

    def execute(self, *args, **options):
        """Turn every no into its sentences and its exit status."""
        get_resolver().url_patterns  # noqa: B018 - flows have no addresses before this
        try:
            return super().execute(*args, **options)
        except (Refused, PermissionDenied) as refused:
            sentences = getattr(refused, "messages", None) or [str(refused)]
            raise self._no(sentences, REFUSED, options) from refused
        except Unusable as unusable:
            raise self._no([str(unusable)], UNUSABLE, options) from unusable

    def _no(self, sentences, status, options):
        if options.get("as_json"):
            self.print_json({"refusals": sentences})
        return CommandError("\n".join(sentences), returncode=status)

    def print_json(self, document):
        self.stdout.write(json.dumps(document, ensure_ascii=False, indent=1, default=str))

    def remark(self, sentence):
        """Say something beside the answer, where a program does not read it."""
        self.stderr.write(sentence, self.style.WARNING)


def area_of(code):
    """The area with a code, which may be written without its closing zeros."""
    found = Area.objects.filter(code=str(code).strip().ljust(12, "0")).first()
    if found is None:
        raise Unusable(
            _("There is no area %(code)s. Import the areas first, or correct the code.")
            % {"code": code}
        )
    return found


def month_of(text):
    """A month, or a sentence that says how to write one."""
    return usable(Month.parse, text)


def outermost(codes):
    """The areas that lie in no other of them."""
    return [
        code
        for code in sorted(set(codes))
        if not any(contains(other, code) for other in set(codes) - {code})
    ]


def usable(read, text):
    """What a reader makes of an argument; what it cannot read is no input for a command."""
    try:
        return read(text)
    except ValueError as error:
        raise Unusable(str(error)) from error


def acting(username, permission, area=None, *, say):
    """The person a command acts for: the one named, or the only one who may."""
    person = person_named(username) if username else _only_one(permission, area, say)
    history.acts_now(person)
    return person


def _only_one(permission, area, say):
    people = holders(permission, area)
    if len(people) != 1:
        raise Refused(_unclear(people, permission, area))
    say(_("Acting for %(name)s (%(username)s).") % _named(people[0]))
    return people[0]


def person_named(username):
    """The active user of a name."""
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise Unusable(
            _("Nobody signs in as “%(name)s”. Correct the name, or appoint the person first.")
            % {"name": username}
        )
    return person


def holders(permission, area=None):
    """The active people who hold a permission today, in an area if one is given.

    An account nobody can sign in with, such as the one that filled the empty system, steps back as
    soon as there is somebody.
    """
    above = Q() if area is None else Q(area__in=area.ancestors())
    people = list(people_with([permission], above).order_by("username"))
    return [person for person in people if person.has_usable_password()] or people


def _unclear(people, permission, area):
    words = {
        "area": area or _("any area"),
        "roles": ", ".join(str(ROLES[role].title) for role in roles_with(permission)),
        "people": ", ".join(person.username for person in people),
    }
    if people:
        return _("Several people may do this: %(people)s. Name one of them with --as.") % words
    return (
        _(
            "Nobody may do this in %(area)s. Appoint a person to one of these roles with "
            "“manage.py appoint”: %(roles)s."
        )
        % words
    )


def _named(person):
    return {"name": person, "username": person.username}
