"""What an operator is told before the house is opened to others."""

from django.conf import settings
from django.core import checks

TAG = "gongyigang"
NEAR = ("https://", "http://127.0.0.1", "http://localhost")


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


def provider_is_reached_safely(app_configs, **_more):
    """What an identity provider says over a line that others can write on is said by anybody."""
    if not settings.OIDC_ISSUER or settings.OIDC_ISSUER.startswith(NEAR):
        return []
    return [
        checks.Error(
            "The identity provider is not reached by HTTPS.",
            hint="Write GYG_OIDC_ISSUER as https://…",
            id="gongyigang.E001",
        )
    ]
