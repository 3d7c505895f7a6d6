"""Where the API is mounted, and what answers where nothing is."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.urls.converters import PathConverter, register_converter
from django.utils.translation import gettext as _
from ninja import Router

from project.api import (
    bank_files,
    check_ins,
    comparing,
    contract_files,
    fielding,
    handing,
    jobs,
    own,
    pay_lines,
    phone_grades,
    phone_requests,
    phones,
    planning,
    previews,
    relief_parts,
    renewals,
    reports,
    tasks,
)
from project.api.answers import register
from project.api.document import Api
from project.api.entry import Pace, PageEntry, TokenEntry
from project.api.records import ROUTERS

api = Api(
    title="Gongyigang",
    version="1",
    description="Tasks, records and steps of rural public-welfare posts.",
    urls_namespace="api",
    auth=[TokenEntry(), PageEntry()],
    throttle=[Pace()],
    docs_url=None,
)
register(api)


class AnythingAtAll(PathConverter):
    """The rest of an address; Django's own ends at a line's end, which an address may hold."""

    regex = "(?s:.+)"


register_converter(AnythingAtAll, "anything")
nowhere = Router()


@nowhere.api_operation(
    ["GET", "POST", "PUT", "PATCH", "DELETE"], "/{anything:rest}", include_in_schema=False
)
def nothing_here(request, rest: str):
    raise Http404(_("There is nothing at this address."))


api.add_router("/tasks", tasks.router)
api.add_router("/holdings", handing.router)
api.add_router("/jobs", jobs.router)
api.add_router("/reports", reports.router)
api.add_router("/check-ins", check_ins.router)
api.add_router("/phones", phones.router)
api.add_router("/phones", own.router)
api.add_router("/phones", phone_requests.router)
api.add_router("/phones", phone_grades.router)
api.add_router("/pay-lines", pay_lines.router)
api.add_router("/pay-previews", previews.router)
api.add_router("/bank-files", bank_files.router)
api.add_router("/renewals", renewals.router)
api.add_router("/contracts", contract_files.router)
api.add_router("/comparisons", comparing.router)
api.add_router("/relief-projects", relief_parts.router)
api.add_router("/plans", planning.router)
api.add_router("/field", fielding.router)
for name, router in ROUTERS.items():
    api.add_router(f"/{name}", router)
api.add_router("", nowhere)


def mounted():
    """The addresses for the URLconf: the API asks by itself who is there, and answers 401."""
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        assert pattern.callback, pattern
        pattern.callback = login_not_required(pattern.callback)
    return patterns, app_name, namespace
