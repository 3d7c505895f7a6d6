"""Bring hires to a state the way people do: called for, applied, checked, voted on, hung up."""

import hashlib
import io
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from types import SimpleNamespace

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from notices import photos
from notices.models import NoticePhoto
from policy.models import Fund
from posts import hire_flows, recruitment
from posts.hire_checks import MATERIALS
from posts.models import Hire, Post
from project.kernel.months import SHANGHAI
from project.kernel.steps import do
from registry.models import Unit
from tests import given

CALLED = date(2026, 11, 2)
APPLIED = date(2026, 11, 5)
POSTED = date(2026, 11, 10)
CLEARED = date(2026, 11, 18)
FIRST = date(2026, 12, 1)
number = count(1)


@contextmanager
def on(day):
    """It is ten in the morning of a day."""
    moment = datetime(day.year, day.month, day.day, 10, tzinfo=SHANGHAI)
    with time_machine.travel(moment, tick=True):
        yield


def post(at, **fields):
    """An open post of a village, as the list of posts brings it in."""
    n = next(number)
    department, _new = Unit.objects.get_or_create(area_id=at.county_code, name="农业农村局")
    fields = {
        "number": f"{at.code}-T{n:03d}",
        "title": f"保洁员{n}",
        "post_type": "保洁保绿",
        "duties": "清扫村道",
        "department": department,
        "fund": Fund.objects.get(pk="employment"),
        "standard": Decimal("600.00"),
        "headcount": 2,
        "starts_on": date(2026, 1, 1),
        "state": Post.State.OPEN,
    } | fields
    return Post.objects.create(area=at, **fields)


def scene(villages=1, headcount=2):
    """A township with its people and an open post that applicants were called for."""
    place = given.township(villages=villages)
    made = SimpleNamespace(place=place, staff=given.staff(place), village=place.villages[0])
    made.post = post(made.village, headcount=headcount)
    call(made, made.post)
    return made


def call(scene_, of, **fields):
    fields = {"on": CALLED, "closes_on": date(2026, 11, 30), "places": of.headcount} | fields
    return recruitment.call(of, by=scene_.staff.township_officer, **fields)


def person(scene_, name="王五", **fields):
    fields = {"capacity": "weak", "born": date(1980, 6, 1)} | fields
    return given.person(fields.pop("at", scene_.village), name=name, **fields)


STEPS = ["applied", "checked", "appraised", "on_notice", "cleared", "approved", "trained", "placed"]


def hire(scene_, state="applied", **fields):
    """An application walked to a state by those whose turn it is, each step on its day."""
    who = fields.pop("person", None) or person(scene_, name=fields.pop("name", "王五"))
    details = {
        "post": scene_.post,
        "person": who,
        "starts_on": FIRST,
        "materials": list(MATERIALS),
        "applied_on": APPLIED,
    } | fields
    made = hire_flows.apply(by=scene_.staff.village_clerk, **details)
    for wanted in STEPS[1 : STEPS.index(state) + 1]:
        made = WALK[wanted](scene_, made)
    return Hire.objects.get(pk=made.pk)


def meeting(scene_, votes, **fields):
    fields = {
        "held_on": date(2026, 11, 8),
        "place": "村委会",
        "host": "赵主任",
        "recorder": "钱文书",
        "expected": 30,
        "present": 20,
        "signatures": "赵一、钱二、孙三",
    } | fields
    by = scene_.staff.village_clerk
    return hire_flows.hold_meeting(scene_.village, by=by, votes=votes, **fields)


def hang(scene_, hires, posted=POSTED):
    return hire_flows.put_on_notice(hires, by=scene_.staff.village_supervisor, on=posted)


def photograph(scene_, notice, by=None):
    """The board at the start and at the end, each on its day."""
    by = by or scene_.staff.village_supervisor
    last = notice.ends_on
    for moment, day in ((NoticePhoto.Moment.START, notice.posted_on), ("end", last)):
        with on(day):
            photos.add_photo(notice, by=by, moment=moment, image=picture(), taken_on=day)


def picture():
    """A photo unlike every other."""
    n = next(number)
    drawn = io.BytesIO()
    squares = hashlib.sha512(str(n).encode()).digest()[:48]
    Image.frombytes("RGB", (4, 4), squares).resize((64, 64), Image.Resampling.NEAREST).save(
        drawn, "PNG"
    )
    return SimpleUploadedFile(f"{n}.png", drawn.getvalue(), "image/png")


def _screened(scene_, made):
    return do(made, "screen", by=scene_.staff.township_officer, note="符合条件")


def _voted(scene_, made):
    meeting(scene_, {made.pk: (18, 1, 1)})
    return made


def _hung(scene_, made):
    (made,) = hang(scene_, [Hire.objects.get(pk=made.pk)])
    return made


def _cleared(scene_, made):
    notice = Hire.objects.get(pk=made.pk).notice
    if not notice.photos.exists():
        photograph(scene_, notice)
    with on(max(notice.ends_on + timedelta(days=1), CLEARED)):
        return do(made, "clear", by=scene_.staff.village_supervisor)


def _approved(scene_, made):
    return do(made, "approve", by=scene_.staff.department_officer, note="同意")


def _trained(scene_, made):
    by = scene_.staff.township_officer
    return do(made, "train", by=by, on=date(2026, 11, 20), training="岗位职责、安全须知")


def _placed(scene_, made):
    return do(made, "place", by=scene_.staff.township_officer)


WALK = {
    "checked": _screened,
    "appraised": _voted,
    "on_notice": _hung,
    "cleared": _cleared,
    "approved": _approved,
    "trained": _trained,
    "placed": _placed,
}
