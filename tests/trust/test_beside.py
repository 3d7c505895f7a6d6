"""Ways beside the pages: steps on many records at once, lists taken out, records named in forms."""

import re
from io import BytesIO
from types import SimpleNamespace

import openpyxl
import pytest
from django import forms

from tests.once import arranged
from tests.pages import house
from tests.trust import desks, doors
from tests.trust.tables import table
from tests.trust.test_matrix import NAMED, OURS, REFUSED

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="([^"]*[?&](?:amp;)?format=[^"]+)"')
SHEET = "spreadsheetml"

kept, scene = arranged(house.whole)


@pytest.fixture
def seats(scene):
    """Everybody in one person, a stranger with every role, and all to whom a door is closed."""
    here = desks.Seats(desks.own(scene), scene.place)
    return SimpleNamespace(
        all=desks.Desk(house.everything(scene.place.county)),
        stranger=desks.Seats({}, desks.neighbours()).together(NAMED),
        alone=here,
        closed=lambda line: here.together(NAMED - line.who),
    )


def test_a_step_on_many_records_takes_none_that_is_not_its_persons(scene, seats):
    lines, wrong = table("steps"), {}
    for line in lines.values():
        seats.closed(line)
    steps, shown = list(doors.bulk_steps(scene)), 0
    before = desks.written()
    for door, record in steps:
        said = {"pk": record, "confirmed": 1}
        whole = seats.all.ask("post", door.url, {"pk": record}).context
        shown += len(whole["can"]) + len(whole["cannot"])
        for desk in (seats.closed(lines[door.name]), seats.stranger):
            found = desk.ask("post", door.url, said)
            named = [word for word in OURS if word in found.text and desk is seats.stranger]
            if found.status not in REFUSED | {200, 422} or found.context.get("can") or named:
                wrong[door.name] = (found.status, found.context.get("can"), named)
    assert not wrong
    assert shown == len(lines)
    assert desks.written() == before


def test_what_is_taken_out_holds_nothing_of_another_area_and_opens_with_its_page(scene, seats):
    lines, wrong, taken = table("pages"), {}, 0
    for page in doors.pages(scene):
        for url in sheets_of(seats.all, page):
            taken += 1
            held = words_of(seats.stranger.ask("get", url))
            got_in = those_let_in(seats, lines[page.name], url)
            if got_in or any(word in held for word in OURS):
                wrong[url] = (got_in, held)
    assert not wrong
    assert taken > 60


def those_let_in(seats, line, url):
    """The roles that take out what is not theirs; two together may hold what neither holds."""
    if seats.closed(line).ask("get", url).status in REFUSED:
        return []
    closed = sorted(NAMED - line.who)
    return [role for role in closed if seats.alone[role].ask("get", url).status not in REFUSED]


def sheets_of(desk, page):
    """The addresses at which a page hands out a workbook."""
    shown = desk.ask("get", page.url)
    links = {found.replace("&amp;", "&") for found in LINK.findall(shown.text)}
    links = {f"{page.url}{one}" if one.startswith("?") else one for one in links}
    asked = sorted({f"{page.url}?format=xlsx"} | links)
    return [url for url in asked if SHEET in desk.ask("get", url).kind]


def words_of(found):
    """What can be read in a workbook, or in the page that came instead."""
    if SHEET not in found.kind:
        return found.text
    book = openpyxl.load_workbook(BytesIO(found.content))
    return str([list(sheet.iter_rows(values_only=True)) for sheet in book])


def test_a_form_filled_in_with_our_records_is_refused_to_somebody_from_elsewhere(scene, seats):
    filled = [(page.url, body) for page, body in forms_of(scene, seats.all)]
    assert len(filled) > 20
    before, wrong = desks.written(), {}
    for url, body in filled:
        found = seats.stranger.ask("post", url, body)
        if found.status not in REFUSED | {200, 405, 422} or any(
            word in found.text for word in OURS
        ):
            wrong[url] = (found.status, found.onward, body)
    assert not wrong
    assert desks.written() == before


def forms_of(scene, desk):
    """Every page that makes something new and names a record, filled in with ours."""
    lines = table("pages")
    for page in doors.pages(scene):
        others = page.asks or lines[page.name].public
        form = None if others else desk.ask("get", page.url).context.get("form")
        if isinstance(form, forms.BaseForm) and (body := naming(form)):
            yield page, body


def naming(form):
    """A body that names, wherever a record is asked for, the first that its people may choose."""
    body, names = {}, False
    for name, field in form.fields.items():
        if isinstance(field, forms.ModelChoiceField):
            first, names = field.queryset.first(), True
            body[form.add_prefix(name)] = field.prepare_value(first) if first else ""
        elif isinstance(field, forms.ChoiceField):
            known = [key for key, _words in field.choices if key]
            body[form.add_prefix(name)] = known[0] if known else ""
        elif not isinstance(field, forms.FileField):
            body[form.add_prefix(name)] = of_kind(field)
    return body if names else None


def of_kind(field):
    """Something that a field of its kind can read."""
    if isinstance(field, forms.DateField):
        return "2026-11-20"
    return "1"
