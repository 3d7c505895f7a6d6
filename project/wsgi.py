"""The door through which a web server enters."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
full = get_wsgi_application()

# The apps are ready only now.
from project.door import KINDS, QuickDoor  # noqa: E402
from project.running.requests import Watched  # noqa: E402

application = Watched(QuickDoor(full), doors=KINDS)
