"""`manage.py create_token`: a secret with which a program acts as a person."""

from project.commands import OfficeCommand, person_named
from registry import tokens


class Command(OfficeCommand):
    help = (
        "Make a token for a person and show its secret, once. Without --as the person makes it "
        "themselves; with --as whoever may appoint them makes it."
    )

    def add_arguments(self, parser):
        parser.add_argument("holder", metavar="USERNAME")
        parser.add_argument("--name", default="create_token", help="which program will use it")
        parser.add_argument(
            "--days", type=int, default=tokens.LONGEST, help="how many days it opens"
        )
        parser.add_argument(
            "--scope",
            nargs="+",
            default=[],
            metavar="PERMISSION",
            help="what it is for, such as attendance.record; without it all that the person may do",
        )
        parser.add_argument("--read-only", action="store_true", help="it changes nothing")
        self.acts_for(parser)

    def handle(self, *args, **options):
        user = person_named(options["holder"])
        by = person_named(options["username"]) if options["username"] else user
        kind = {"scopes": options["scope"], "read_only": options["read_only"]}
        token, secret = tokens.issue(
            user, by=by, name=options["name"], days=options["days"], **kind
        )
        made = {
            "username": user.username,
            "name": token.name,
            "expires_on": token.expires_on,
            "scopes": token.scopes,
            "read_only": token.read_only,
            "token": secret,
        }
        if options["as_json"]:
            self.print_json(made)
        else:
            self.stdout.write(secret)
