"""The settings of the floor's server: the same database and server, and nothing around a view."""

from project.settings import *  # noqa: F403

ROOT_URLCONF = "project.benchmarks.bare"
MIDDLEWARE = []
VIEWFLOW = {"AUTOREGISTER": False}
WSGI_APPLICATION = "project.benchmarks.bare_wsgi.application"
