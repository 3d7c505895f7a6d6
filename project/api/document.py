"""The OpenAPI document as programs read it: every answer there is, errors and files too."""

from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI

from project.api.answers import Problem

ROOT = "#/components/schemas/"
CHANGES = {"post", "put"}
FILES = ("application/*", "text/*")
PDF = ("application/pdf",)


class Api(NinjaAPI):
    """The API, whose document says of each call with what it may answer."""

    def get_openapi_schema(self, **kwargs):
        document = super().get_openapi_schema(**kwargs)
        shape = Problem.model_json_schema(ref_template=ROOT + "{model}")
        document["components"]["schemas"]["Problem"] = shape
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                _as_files(path, operation["responses"])
                for status in _refusals(method, operation):
                    operation["responses"].setdefault(status, _problem(status))
        return document


def _refusals(method, operation):
    """The errors a call may answer; only what changes something is refused by a record's state."""
    found = [403, 404, 405, 422, 429]
    found += [401] if operation.get("security") else []
    return sorted(found + [409, 413] if method in CHANGES else found)


def _problem(status) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"{ROOT}Problem"}}}
    return {"description": HTTPStatus(status).phrase, "content": content}


def _as_files(path, responses):
    """What is answered as bytes is a file of its own type and no JSON."""
    for response in responses.values():
        content = response.get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        if schema.get("format") == "binary":
            kinds = PDF if path.endswith(".pdf") else FILES
            response["content"] = {kind: {"schema": schema} for kind in kinds}
