"""What an operator is told before the house is opened to others."""

from django.conf import settings
from django.core import checks

TAG = "gongyigang"


def second_factor_is_asked(app_configs, **_more):
    """Whoever approves or pays with a password alone is one careless note away from a thief."""
    if settings.SECOND_FACTOR:
        return []
    return [
        checks.Warning(
            "No second factor is asked of those who approve, pay, inspect or administer.",
            hint="Take GYG_SECOND_FACTOR=off out of the environment.",
            id="gongyigang.W001",
        )
    ]
