"""`manage.py certificates`: list, issue, renew and revoke the certificates of the house."""

from django.db import transaction
from django.utils.translation import gettext as _

from project.commands import OfficeCommand, Unusable, acting, area_of, person_named
from project.kernel.roles import Permission
from registry import certificates
from registry.models import Certificate

KINDS = [kind for kind in Certificate.Purpose.values if kind != Certificate.Purpose.WORKER]


class Command(OfficeCommand):
    help = (
        "List, issue, renew or revoke certificates. Begin with “issue root” and “issue time_stamp” "
        "for the county, then “issue seal” for each township."
    )

    def add_arguments(self, parser):
        verbs = parser.add_subparsers(dest="verb", required=True)
        listing = verbs.add_parser("list", help="roots, clocks and seals, and how long they last")
        listing.add_argument("--area", metavar="CODE")
        issuing = verbs.add_parser("issue", help="issue a root, a clock or a seal")
        issuing.add_argument("purpose", metavar="PURPOSE", help=", ".join(KINDS))
        issuing.add_argument("--area", required=True, metavar="CODE")
        issuing.add_argument("--name", default="", help="whom it names, if not the area's office")
        issuing.add_argument("--token-label", default="", help="label of a key in the token")
        renewing = verbs.add_parser("renew", help="issue the next one for the same subject")
        renewing.add_argument("serial", metavar="SERIAL")
        revoking = verbs.add_parser("revoke", help="end a certificate for good")
        revoking.add_argument("serial", metavar="SERIAL")
        revoking.add_argument("--reason", required=True, help=", ".join(Certificate.Reason.values))
        revoking.add_argument("--note", default="")
        for verb in (listing, issuing, renewing, revoking):
            self.acts_for(verb)

    @transaction.atomic
    def handle(self, *args, **options):
        verbs = {
            "list": self._list,
            "issue": self._issue,
            "renew": self._renew,
            "revoke": self._revoke,
        }
        rows = verbs[options["verb"]](options)
        told = [_told(row) for row in rows]
        if options["as_json"]:
            self.print_json({"certificates": told})
            return
        for line in told:
            self.stdout.write(
                "{serial}  {purpose_words}  {subject}  {from}–{to}  {standing}".format(**line)
            )

    def _list(self, options):
        """Whoever keeps the machine may read; a named person reads only what is theirs to see."""
        rows = Certificate.objects.exclude(purpose=Certificate.Purpose.WORKER)
        if options["username"]:
            rows = rows.visible_to(person_named(options["username"]))
        if options["area"]:
            rows = rows.inside(area_of(options["area"]).code)
        return rows.order_by("area", "purpose", "pk")

    def _issue(self, options):
        if options["purpose"] not in KINDS:
            raise Unusable(
                _("There is no kind “%(kind)s”. Choose one of: %(kinds)s.")
                % {"kind": options["purpose"], "kinds": ", ".join(KINDS)}
            )
        area = area_of(options["area"])
        by = self._by(options, area)
        words = {"name": options["name"], "token_label": options["token_label"]}
        return [certificates.issue(options["purpose"], area, by=by, **words)]

    def _renew(self, options):
        row = _row(options["serial"])
        return [certificates.renew(row, by=self._by(options, row.area))]

    def _revoke(self, options):
        row = _row(options["serial"])
        by = self._by(options, row.area)
        words = {"reason": options["reason"], "note": options["note"]}
        return [certificates.revoke(row, by=by, **words)]

    def _by(self, options, area):
        username = options["username"]
        return acting(username, Permission.CERTIFICATE_EDIT, area, say=self.remark)


def _row(serial):
    found = Certificate.objects.select_related("area").filter(serial=serial.lower()).first()
    if found is None:
        raise Unusable(_("There is no certificate with the serial number %(n)s.") % {"n": serial})
    return found


def _told(row):
    return {
        "serial": row.serial,
        "purpose": row.purpose,
        "purpose_words": str(row.get_purpose_display()),
        "area": row.area_id,
        "subject": row.subject,
        "from": row.valid_from.date(),
        "to": row.valid_to.date(),
        "standing": str(row.standing),
        "token_label": row.token_label,
        "revoked_at": row.revoked_at,
        "reason": row.revoked_for,
    }
