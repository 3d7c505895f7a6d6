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
        self.acts_for(parser)

    def handle(self, *args, **options):
        user = person_named(options["holder"])
        by = person_named(options["username"]) if options["username"] else user
        token, secret = tokens.issue(user, by=by, name=options["name"], days=options["days"])
        made = {
            "username": user.username,
            "name": token.name,
            "expires_on": token.expires_on,
            "token": secret,
        }
        if options["as_json"]:
            self.print_json(made)
        else:
            self.stdout.write(secret)
