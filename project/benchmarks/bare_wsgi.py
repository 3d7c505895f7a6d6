"""The floor's server: Django's own handler under the bare settings."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
