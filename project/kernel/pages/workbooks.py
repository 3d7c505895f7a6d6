"""Answer with a workbook."""

from django.http import HttpResponse

from project.kernel import tables

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(name, content):
    """A workbook to save, under a plain name."""
    answer = HttpResponse(content, content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def workbook(name, headings, rows):
    """Rows as an Excel file, each cell kept as what it is."""
    columns = [tables.Column(str(place), str(head)) for place, head in enumerate(headings)]
    return download(name, tables.write(columns, rows))
