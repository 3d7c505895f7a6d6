"""F-35: who looked at a person's data, on paper for whoever has no phone and asks."""

from django.utils import translation

from project.kernel.months import today
from project.kernel.printing import Filled, head, paper, workbook
from registry.lookers import told

HEADS = (
    head("place", "序号", "integer"),
    head("at", "时间"),
    head("office", "单位和岗位"),
    head("what", "查阅内容"),
    head("purpose", "用途"),
    head("people", "同时查阅人数", "integer"),
)


def pdf_of(code, person, by):
    """The looks on paper."""
    with translation.override("zh-hans"):
        return paper(_filled(person))


def workbook_of(code, person, by):
    """The same rows as a workbook."""
    with translation.override("zh-hans"):
        return workbook(_filled(person), by)


def _filled(person):
    rows = [{"place": place, **seen._asdict()} for place, seen in enumerate(told(person), 1)]
    return Filled(
        code="F-35",
        number=f"{person.area_id}-{person.pk}",
        columns=HEADS,
        rows=rows,
        head={
            "unit_name": person.area.name,
            "name": person.name,
            "id_number": person.masked_id,
            "filled_on": today(),
        },
        foot={"count": len(rows)},
    )
