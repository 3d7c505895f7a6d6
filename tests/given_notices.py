"""Notices on their boards, photos of them, and what people say against them."""

import io
from datetime import date

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from notices import flows, photos, services
from notices.models import Notice
from project.kernel.months import today
from project.kernel.steps import do, follow
from registry.models import CalendarDay
from tests import given

POSTED = date(2026, 11, 6)
COLOURS = iter(range(1, 1 << 24))


def notice(area, by, *, kind=Notice.Kind.HIRE, on=POSTED, names=("李四", "王五"), **fields):
    """A notice of a few names, hung on a day; it waits for whoever certifies it."""
    rows = [
        {"number": n, "name": name, "id_number": given.id_number(), "post_title": "保洁员"}
        for n, name in enumerate(names, start=1)
    ]
    fields = {"title": f"{area.name}公示", "length": "publicity.hire"} | fields
    content = fields.pop("content", {"rows": rows})
    hung = services.post(by=by, kind=kind, area=area, content=content, on=on, **fields)
    follow(hung, by=by)
    return hung


def picture(colour=None, kind="JPEG", size=(64, 48), name="board.jpg"):
    """A file as a phone sends it; without a colour, one that was never sent before."""
    colour = colour or (lambda n: (n >> 16 & 255, n >> 8 & 255, n & 255))(next(COLOURS) * 9973)
    drawn = io.BytesIO()
    Image.new("RGB", size, colour).save(drawn, kind)
    return SimpleUploadedFile(name, drawn.getvalue())


def photo(of, by, moment="start", taken_on=None, **fields):
    taken_on = taken_on or (of.posted_on if moment == "start" else today())
    image = fields.pop("image", None) or picture()
    return photos.add_photo(of, by=by, moment=moment, image=image, taken_on=taken_on, **fields)


def objection(to, *, line=1, text="他不住在村里", channel="web", by=None, **said):
    return flows.receive(to, text=text, channel=channel, line=line, by=by, **said)


def answered(made, staff, outcome="unfounded", answer="经核查，情况不实。"):
    """The objection walked to its answer: the leader names, the officer looks, the leader says."""
    made = do(made, "assign", by=staff.township_leader, assignee=staff.township_officer)
    made = do(made, "verify", by=staff.township_officer, finding="入户核查两次", outcome=outcome)
    return do(made, "reply", by=staff.township_leader, answer=answer)


def worked_days(*days):
    """Days that are worked although their weekday is not, as the calendar was announced."""
    CalendarDay.objects.bulk_create(CalendarDay(day=day, works=True) for day in days)
