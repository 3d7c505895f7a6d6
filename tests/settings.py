"""The settings of the tests: those of the site, made quick and strict."""

import os
import tempfile
from pathlib import Path

from project.settings import *  # noqa: F403

# Argon2 is slow on purpose; no test is about that.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A test client signs in without a request, which axes refuses.
AXES_ENABLED = False
HTTPS = SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
# Photos of tests lie beside no photo of the office; a worker that a test starts shares its own.
OWN_MEDIA = Path(tempfile.gettempdir()) / f"gongyigang-media-{os.getpid()}"
MEDIA_ROOT = Path(os.environ.get("TEST_MEDIA") or OWN_MEDIA)
# Two runs at once on one server do not meet.
DATABASES["default"]["TEST"] = {"NAME": f"test_gongyigang_{os.getpid()}"}  # noqa: F405
# No test is about a machine that loses its power: nobody waits for the disk.
OPTIONS = DATABASES["default"]["OPTIONS"]  # noqa: F405
OPTIONS["options"] = f"{OPTIONS.get('options', '')} -c synchronous_commit=off"
# The tests of the second factor switch it on themselves.
SECOND_FACTOR = False
# The tests of the limit set it themselves.
API_REQUESTS_PER_MINUTE = 0
IDLE_MINUTES = 24 * 60
CHECK_IN_RULES_SECONDS = 0
