"""The settings of the simulated year's processes: those of a site, on the clock of the year."""

import os

from project.settings import *  # noqa: F403
from tests.trust.year import clock

# Argon2 is slow on purpose; two hundred people who sign in every month are no test of it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# They sign in anew on every day they live through; the second factor has tests of its own.
SECOND_FACTOR = False
OPTIONS = DATABASES["default"]["OPTIONS"]  # noqa: F405
# Nobody tries a machine that loses its power here: nobody waits for the disk.
OPTIONS["options"] = f"{OPTIONS.get('options', '')} -c synchronous_commit=off"

clock.follow(os.environ["YEAR_CLOCK"])
