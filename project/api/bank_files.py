"""Bank files for programs: taken, and held against what was given out before the upload."""

from io import BytesIO

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile

from payroll import bankfiles, uploads
from payroll.file_pages import seen_by
from payroll.formats import format_named
from payroll.handing import Origin, Way, as_one
from project.api.answers import Unusable

router = Router(tags=["bank-files"])


class FormatAsked(Schema):
    format: str


class Checked(Schema):
    """What a check noted; a changed file answers 409 with every difference instead."""

    name: str
    sha256: str
    handed_over: bool


class HandOver(Schema):
    hand_over: bool = False
    note: str = ""


@router.post("/{int:number}/take", response={200: bytes})
def take(request, number: int, asked: FormatAsked):
    """The file as it leaves: locked where the rule says so, several parts in one zip."""
    file = get_object_or_404(seen_by(request.user), pk=number)
    try:
        form = format_named(asked.format)
    except ValueError as error:
        raise Unusable({"format": [str(error)]}) from error
    origin = Origin.of(request, Way.PROGRAM)
    made = as_one(bankfiles.export(file.run, form, by=request.user, origin=origin))
    return FileResponse(BytesIO(made.content), as_attachment=True, filename=made.name)


@router.post("/{int:number}/check", response=Checked)
def check(request, number: int, file: File[UploadedFile], asked: Form[HandOver]):
    """Hold a file against what was given out; note on request that it goes to the bank now."""
    batch = get_object_or_404(seen_by(request.user), pk=number)
    return uploads.check(
        batch,
        file.read(),
        by=request.user,
        name=file.name,
        origin=Origin.of(request, Way.PROGRAM),
        **asked.dict(),
    )
