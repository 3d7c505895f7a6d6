"""`manage.py create_token`: a secret with which a program acts as a person."""

import json

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from project.kernel.guards import Refused
from project.kernel.models import User
from registry import tokens


class Command(BaseCommand):
    help = "Make a token for a person and show its secret, once."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("--as", dest="by", metavar="USERNAME", help="who makes the token")
        parser.add_argument("--name", default="create_token", help="which program will use it")
        parser.add_argument("--days", type=int, default=tokens.LONGEST, help="how long it lives")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args, **options):
        user = _person(options["username"])
        by = _person(options["by"]) if options["by"] else user
        try:
            token, secret = tokens.issue(user, by=by, name=options["name"], days=options["days"])
        except Refused as refused:
            raise CommandError(" ".join(refused.messages), returncode=1) from refused
        except PermissionDenied as denied:
            raise CommandError(str(denied), returncode=1) from denied
        made = {
            "username": user.username,
            "name": token.name,
            "expires_on": token.expires_on.isoformat(),
            "token": secret,
        }
        self.stdout.write(json.dumps(made) if options["json"] else secret)


def _person(username):
    found = User.objects.filter(username=username).first()
    if found is None:
        raise CommandError(f"There is no user named {username}.", returncode=2)
    return found
