"""`manage.py end_authenticator`: end a lost second factor where no page can."""

from django.utils.translation import gettext as _

from project.commands import OfficeCommand, person_named
from registry import second_factors


class Command(OfficeCommand):
    help = (
        "End the authenticator of a person who lost it, and sign them out everywhere. With --as "
        "whoever may appoint them does; without it whoever keeps the machine, such as for the "
        "last administrator."
    )

    def add_arguments(self, parser):
        parser.add_argument("holder", metavar="USERNAME")
        parser.add_argument("--reason", required=True, help="why, such as a lost phone")
        self.acts_for(parser)

    def handle(self, *args, **options):
        user, reason = person_named(options["holder"]), options["reason"]
        if options["username"]:
            by = person_named(options["username"])
            second_factors.take_away(user, by=by, note=reason)
        else:
            self.remark(_("This is done at the console, in the name of the person."))
            second_factors.end_at_the_console(user, note=reason)
        if options["as_json"]:
            self.print_json({"username": user.username, "authenticator": "ended"})
