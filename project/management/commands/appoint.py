"""`manage.py appoint`: give somebody a duty in an area, with an account if there is none."""

import secrets
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from project.commands import OfficeCommand, Unusable, acting, area_of, holders, usable
from project.kernel.models import User
from project.kernel.months import today
from project.kernel.roles import ROLES, Permission
from registry.appointments import appoint


class Command(OfficeCommand):
    help = (
        "Appoint a person to a role in an area. A person without an account gets one, and its "
        "password is printed once. While nobody holds the right to appoint, whoever keeps the "
        "machine may; after that a system administrator does, named with --as."
    )

    def add_arguments(self, parser):
        parser.add_argument("new", metavar="USERNAME")
        parser.add_argument("--role", required=True, metavar="ROLE", help=", ".join(ROLES))
        parser.add_argument("--area", required=True, metavar="CODE")
        parser.add_argument("--from", dest="starts_on", metavar="D", help="first day, or today")
        parser.add_argument("--to", dest="ends_on", metavar="D", help="last day, or none")
        parser.add_argument("--name", default="", help="the person's name, for a new account")
        self.acts_for(parser)

    @transaction.atomic
    def handle(self, *args, **options):
        if options["role"] not in ROLES:
            raise Unusable(
                _("There is no role “%(role)s”. Choose one of: %(roles)s.")
                % {"role": options["role"], "roles": ", ".join(ROLES)}
            )
        area = area_of(options["area"])
        starts_on, ends_on = _day(options["starts_on"]) or today(), _day(options["ends_on"])
        user, password = _account(options["new"], options["name"])
        by = self._by(options["username"], area, user)
        made = appoint(user, options["role"], area, by=by, starts_on=starts_on, ends_on=ends_on)
        self._tell(made, password, options["as_json"])

    def _by(self, username, area, user):
        """In a house without an administrator the first are appointed by themselves."""
        if not username and not holders(Permission.APPOINT):
            self.remark(_("Nobody holds the right to appoint yet, so this is done at the console."))
            return user
        return acting(username, Permission.APPOINT, area, say=self.remark)

    def _tell(self, made, password, as_json):
        if as_json:
            self.print_json(
                {
                    "username": made.user.username,
                    "role": made.role,
                    "area": made.area_id,
                    "from": made.starts_on,
                    "to": made.ends_on,
                    "password": password,
                }
            )
            return
        self.stdout.write(
            _("%(name)s is now %(role)s in %(area)s.")
            % {"name": made.user.username, "role": ROLES[made.role].title, "area": made.area}
        )
        if password:
            self.stdout.write(
                _("A new account. Password, shown only this once: %(password)s")
                % {"password": password}
            )


def _account(username, name):
    """The person of a username and, if the account is new, its password."""
    user = User.objects.filter(username=username).first()
    if user is not None and not user.is_active:
        raise Unusable(_("The account “%(name)s” is closed.") % {"name": username})
    if user is not None:
        return user, None
    password = secrets.token_urlsafe(9)
    return User.objects.create_user(username, password=password, name=name), password


def _day(text):
    return usable(date.fromisoformat, text) if text else None
