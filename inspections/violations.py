"""The catalogue of violations, V-01 to V-38, as cases name them."""

from django.utils.translation import gettext_lazy as _

TITLES = {
    "V-01": _("Somebody else works for the holder"),
    "V-02": _("Paid without working"),
    "V-03": _("Impossible attendance"),
    "V-04": _("The holder works elsewhere"),
    "V-05": _("Several posts for one person"),
    "V-06": _("Several posts in one household"),
    "V-07": _("Excluded identity: cadre, pension or business"),
    "V-08": _("Not in the target group"),
    "V-09": _("Age out of range"),
    "V-10": _("A dead person was paid"),
    "V-11": _("Paid in prison, army or school"),
    "V-12": _("Forged or repeated signatures"),
    "V-13": _("Ghost workers on a relief project"),
    "V-14": _("Wages collected back or pooled"),
    "V-15": _("Post money shared out equally"),
    "V-16": _("Paid to somebody else's account"),
    "V-17": _("Amount above the standard or cap"),
    "V-18": _("Paid without a valid contract"),
    "V-19": _("Worked without the insurance that is due"),
    "V-20": _("Publicity skipped, short or changed"),
    "V-21": _("Changed after confirmation"),
    "V-22": _("Longer than the subsidy may last"),
    "V-23": _("Subsidy received twice"),
    "V-24": _("A post without real work"),
    "V-25": _("Unequal treatment of like posts"),
    "V-26": _("Approved for one's own kin"),
    "V-27": _("An exit reported late"),
    "V-28": _("Too small a share of labour on a relief project"),
    "V-29": _("Machines booked as labour"),
    "V-30": _("Relief pay late or withheld"),
    "V-31": _("Paid in cash or to a proxy"),
    "V-32": _("Attendance pictures misused"),
    "V-33": _("One person under two identities"),
    "V-34": _("Sheets signed by somebody unrelated"),
    "V-35": _("Attendance without any proof of work"),
    "V-36": _("Support recorded, but no income or worker"),
    "V-37": _("Papers are missing from the file"),
    "V-38": _("One account confirms for many"),
}


def titled(code):
    """A violation with its code and its title."""
    title = TITLES.get(code)
    return f"{code} {title}" if title else code


def choices():
    """The catalogue to choose from."""
    return [(code, titled(code)) for code in TITLES]
