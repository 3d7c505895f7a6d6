"""Ask as a web server does, through the outermost application."""

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import close_old_connections
from django.test import RequestFactory

from project.running.requests import Watched


def answered(path="/", **environ):
    """The status and the headers of an answer; the test keeps its connection."""
    said = []
    request = RequestFactory().get(path, **environ)
    request_started.disconnect(close_old_connections)
    try:
        Watched(WSGIHandler())(request.environ, lambda *answer: said.extend(answer))
    finally:
        request_started.connect(close_old_connections)
    return said[0], dict(said[1])
