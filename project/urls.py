"""Where every page is mounted."""

from django.urls import URLPattern, URLResolver, path

from project.api.urls import mounted

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", mounted()),
]
