"""A process of its own for a share of a benchmark; nothing of Django is read before it is set."""

import django
from django.db import connection


def begin(database):
    """Set Django up and point it at the scratch database of the run."""
    django.setup()
    connection.settings_dict["NAME"] = database
