"""Where the pages of a record are, by one convention for every model."""

from dataclasses import dataclass

from django.urls import path

from project.kernel.pages.takes import BulkPage, StepPage


@dataclass(frozen=True)
class Link:
    """A way from a page to another one, shown to holders of the permission."""

    title: str
    url: str
    permission: str = ""
    icon: str = ""


def plain_paths(listing, page):
    """The addresses of a record on which nobody takes steps: its list and its page."""
    kind = page.model._meta.model_name
    return [
        path("", listing.as_view(), name=f"{kind}-list"),
        path("<int:pk>/", page.as_view(), name=kind),
    ]


def record_paths(listing, page):
    """The addresses of one kind of record: its list, its page, its steps, its bulk steps."""
    kind = page.model._meta.model_name
    return [
        *plain_paths(listing, page),
        path("bulk/<slug:step>/", BulkPage.as_view(model=page.model), name=f"{kind}-bulk"),
        path(
            "<int:pk>/<slug:step>/",
            StepPage.as_view(model=page.model, summary=page.summary),
            name=f"{kind}-step",
        ),
    ]
