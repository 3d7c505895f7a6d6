"""Load a region's profile of rules into an area, as the import of a rules file would."""

import json
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from project import imports
from project.commands import OfficeCommand, Unusable, acting, area_of
from project.kernel.guards import Refused
from project.kernel.roles import Permission

PROFILES = settings.BASE_DIR / "policy" / "profiles.json"


class Command(OfficeCommand):
    help = (
        "Load a regional profile (policy/profiles.json) into an area: every value becomes a dated"
        " rule with its document. Without NAME the profiles are listed."
    )

    def add_arguments(self, parser):
        parser.add_argument("name", nargs="?", metavar="NAME")
        parser.add_argument("--area", metavar="CODE", help="the area the rules are to bind")
        parser.add_argument("--from", dest="since", metavar="DATE", help="valid from this day")
        self.acts_for(parser)

    def handle(self, *args, **options):
        profiles = {row["profile"]: row for row in json.loads(Path(PROFILES).read_text("utf-8"))}
        if options["name"] is None:
            for name, row in profiles.items():
                self.stdout.write(f"{name}  {row['document']}  {row['source']}")
            return
        profile = profiles.get(options["name"])
        if profile is None:
            raise Unusable(_("There is no profile “%(name)s”.") % {"name": options["name"]})
        area = area_of(options["area"] or profile.get("area") or _none())
        by = acting(options["username"], Permission.POLICY_EDIT, area, say=self.remark)
        staged = imports.stage("rules", entries(profile, area, options["since"]), by=by)
        if staged.errors:
            raise Refused([str(error) for error in staged.errors])
        file = imports.commit(staged, by=by)
        if options["as_json"]:
            self.print_json({"profile": options["name"], "area": area.code, "rules": file.rows})
        else:
            self.stdout.write(_("%(count)s rules are in force.") % {"count": file.rows})


def entries(profile, area, since):
    """The profile as a rules file: its values with their days and their document."""
    first, last = profile["valid"]
    said = [("", code, value) for code, value in profile["rules"].items()]
    for fund, rules in profile.get("by_fund", {}).items():
        said += [(fund, code, value) for code, value in rules.items()]
    rows = [
        {
            "code": code,
            "area": area.code,
            "fund": fund,
            "value": value,
            "valid_from": since or first,
            "valid_to": last,
            "document": profile["document"],
        }
        for fund, code, value in said
    ]
    return json.dumps(rows, ensure_ascii=False).encode()


def _none():
    raise Unusable(_("This profile belongs to no area of its own; name one with --area."))
