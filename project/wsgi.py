"""The door through which a web server enters."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
full = get_wsgi_application()

# The apps are ready only now.
from django.urls import get_resolver  # noqa: E402

from project.door import KINDS, QuickDoor  # noqa: E402
from project.running.requests import Watched  # noqa: E402

# Every page is loaded before the first is asked for: a server that was restarted answers at once.
get_resolver().url_patterns  # noqa: B018
application = Watched(QuickDoor(full), doors=KINDS)
