"""Answer with a workbook, and write down who took it out, with whom in it."""

from django.http import HttpResponse

from project.kernel import tables
from project.kernel.looks import look, taken_out
from project.kernel.models import Look

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def download(name, content, *, by, people=(), rows=1, record=None):
    """A workbook to save, under a plain name; none leaves the house without its look (R-11)."""
    look(by, Look.What.EXPORT, set(people), record=record, purpose=name[:200], rows=rows)
    answer = HttpResponse(content, content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def workbook(name, headings, rows, *, by, people=()):
    """Rows as an Excel file, each cell kept as what it is, and at its foot who took it out."""
    columns = [tables.Column(str(place), str(head)) for place, head in enumerate(headings)]
    counted = _Counted(rows)
    content = tables.write(columns, counted, foot=taken_out(by))
    return download(name, content, by=by, people=people, rows=counted.number)


class _Counted:
    """Rows that know, once they were gone through, how many they were."""

    def __init__(self, rows):
        self.rows, self.number = rows, 0

    def __iter__(self):
        for row in self.rows:
            self.number += 1
            yield row
