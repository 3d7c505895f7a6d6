"""The door through which a web server enters."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "project.settings")
full = get_wsgi_application()

# The apps are ready only now.
from project.door import QuickDoor  # noqa: E402

application = QuickDoor(full)
