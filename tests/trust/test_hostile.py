"""Ten thousand hostile posts, uploads and spreadsheets: each refused, nothing written, memory flat.

The suite tries some of every class. The whole proof is

    HOSTILE_CASES=10000 .venv/bin/python -m pytest tests/trust/test_hostile.py -s
"""

import json
import logging
import os
import random
import re
import time
import traceback
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from tests.pages import house
from tests.trust import attacks, targets

pytestmark = pytest.mark.django_db
CASES = int(os.environ.get("HOSTILE_CASES", "300"))
LISTED = "HOSTILE_LIST" in os.environ
SEED = int(os.environ.get("HOSTILE_SEED", "20261122"))
# What some field takes gladly: a day far off, a yes.
PLAUSIBLE = {"last day of days", "true", "uuid", "below nothing", "empty", "sql in numbers"}
FLAT = 300 * 1024  # kilobytes that a process may grow by, whatever it was sent
REFUSED = {400, 401, 403, 404, 405, 409, 411, 413, 415, 422, 429}
# Who tried and when is kept on purpose; so is a session, and every few minutes that it is used.
# A paper is laid out when it is first looked at.
LOGS = re.compile(
    r"django_session|axes_.*|kernel_event|registry_read.*|payroll_filecheck|contracts_paperfile"
    r"|kernel_look|kernel_signin"
)
# Whether a file is the one that is kept: that it is not is their whole answer.
JUDGES = re.compile(r"/v/|/workrelief/archive/check/$")
TOUCHED = """SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)
    FROM pg_stat_xact_user_tables WHERE schemaname = 'public'"""
HUGE = str(1 << 30)


class Attacker:
    """One with every role in the county, who sends nothing but what is meant to do harm."""

    def __init__(self, scene):
        self.random = random.Random(SEED)
        self.client = Client(raise_request_exception=False)
        self.client.force_login(house.everything(scene.place.county))
        self.pages, self.calls = targets.pages(scene), targets.calls(scene)
        self.looked, self.tables = {}, tables()
        self.baseline = self.rows()
        self.met, self.bad, self.slowest = Counter(), [], (0, "")

    def rows(self):
        """The rows of every table and where they lie: a row that was changed has moved."""
        parts = (
            f"SELECT '{table}', count(*), coalesce(sum(hashtext(ctid::text)), 0) FROM \"{table}\""
            for table in self.tables
        )
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts))
            return {name: (int(rows), int(places)) for name, rows, places in cursor.fetchall()}

    def attack(self, number):
        """One case, undone afterwards; what is wrong with its answer is noted."""
        way = self.random.choices(
            (self.form, self.upload, self.sheet, self.call, self.address, self.flood),
            (40, 15, 18, 18, 6, 3),
        )[0]
        began = time.monotonic()
        with transaction.atomic():
            before = touched()
            said, answers = way()
            changed = self.changed(before)
            transaction.set_rollback(True)
        self.slowest = max(self.slowest, (round(time.monotonic() - began, 1), said))
        if LISTED and number % 100 == 0:
            print(number, dict(self.met), flush=True)
        self.met[way.__name__] += 1
        for answer in answers:
            self.met[answer.status_code] += 1
            self.judge(number, said, answer, changed)

    def judge(self, number, said, answer, changed):
        request = answer.request
        # A page that is asked for may show anything; what is posted is taken or refused.
        asked = request["REQUEST_METHOD"] == "GET" or JUDGES.match(request["PATH_INFO"])
        shown = answer.status_code == 200 and asked
        allowed = answer.status_code in REFUSED or shown or is_kept_aside(answer)
        if allowed and not changed:
            return
        why = getattr(answer, "exc_info", None)
        last = "".join(traceback.format_exception(*why)[-4:])[-900:] if why else ""
        self.bad.append((number, answer.status_code, said, changed, last))
        if LISTED:
            print(self.bad[-1], flush=True)

    def changed(self, before):
        """The tables of which anything is another than before, or that nobody can be asked."""
        try:
            if touched() == before:
                return []
            now = self.rows()
        except DatabaseError as broken:
            return [str(broken)]
        return [t for t in now if now[t] != self.baseline[t] and not LOGS.fullmatch(t)]

    def page(self, named, wanted):
        """A page of those named that asks for what is wanted; each is looked at once."""
        pages = [page for page in self.pages if named(page)]
        self.random.shuffle(pages)
        for page in pages:
            if page.url not in self.looked:
                with transaction.atomic():
                    self.looked[page.url] = targets.looked_at(page, self.client)
                    transaction.set_rollback(True)
            if wanted(page):
                return page
        raise AssertionError("There is no page of this kind.")

    def form(self):
        """A post in which every field holds the same hostile text."""
        page = self.page(bool, lambda page: page.fields and (page.strict or page.texts))
        name = self.random.choice(list(attacks.TEXTS))
        data = dict.fromkeys(page.fields, attacks.TEXTS[name])
        if not page.strict or (name in PLAUSIBLE and page.texts):
            # Any text may be the reason of a step; this one cannot be kept.
            data[self.random.choice(page.texts)] += attacks.NUL
        data |= {field: "no file" for field in page.files}
        return f"{page.url} {name}", [self.client.post(page.url, data)]

    def upload(self):
        """A hostile file in each field for files, under an honest name and type or another."""
        page = self.page(lambda page: page.takes_files, lambda page: page.files)
        kind = self.random.choice(list(attacks.files()))
        data = dict.fromkeys(page.fields, self.random.choice(list(attacks.TEXTS.values())))
        data |= self.likely(page) if self.random.random() < 0.6 else {}
        data |= {field: self.file(attacks.files()[kind]) for field in page.files}
        return f"{page.url} {kind}", [self.client.post(page.url, data)]

    def likely(self, page):
        """Values as they are asked for, so that the file itself is judged."""
        known = {"on": "2026-11-20", "taken_on": "2026-11-20", "moment": "start", "kind": "plan"}
        return {name: known.get(name, "1") for name in page.fields}

    def file(self, content):
        names = (
            "扫描.pdf",
            "a.jpg",
            "a.png",
            "a.xlsx",
            "../../a.pdf",
            "a.exe\u202efdp.",
            "长" * 300,
        )
        types = ("application/pdf", "image/png", "text/html", "application/x-msdownload", "")
        return SimpleUploadedFile(
            self.random.choice(names) or "a", content, self.random.choice(types)
        )

    def sheet(self):
        """A file that is to be taken in; what can be read at all is refused row by row."""
        page = self.page(lambda page: page.is_import, lambda page: page.files)
        kind = page.name.removeprefix("import-")
        what = self.random.choice((*attacks.sheets(), *(["rows"] * 30)))
        content = self.rows_of(kind) if what == "rows" else attacks.sheets()[what]
        data = {field: self.file(content) for field in page.files if field == "file"}
        if "photos" in page.files and self.random.random() < 0.5:
            photos = self.random.choice(list(attacks.files().values()))
            data["photos"] = self.file(photos)
        answers = [self.client.post(page.url, data)]
        if is_kept_aside(answers[0]):
            preview = answers[0].url
            answers += [self.client.get(preview), self.client.post(preview)]
            answers += [self.client.get(f"{preview}faults.xlsx")]
        return f"{page.url} {what}", answers

    def rows_of(self, kind):
        headings = targets.headings(kind)
        texts = [text for text in attacks.TEXTS.values() if attacks.NUL not in text]
        cells = [
            [self.random.choice(texts) for _ in headings] for _ in range(self.random.randint(1, 9))
        ]
        return attacks.table(headings, cells, as_text=self.random.random() < 0.5)

    def call(self):
        """A program's request whose body is no document, or says what cannot be."""
        call = self.random.choice(self.calls)
        send = getattr(self.client, call.method)
        if not call.fields:
            path = re.sub(r"/\d+/", "/99999999999999999999/", call.path)
            path = path if path != call.path else f"{path}/%00"
            return f"{call.method} {path}", [send(path, b"{", content_type="application/json")]
        if call.multipart:
            kind = self.random.choice(list(attacks.sheets()))
            data = dict.fromkeys(call.fields, self.file(attacks.sheets()[kind]))
            return f"{call.path} {kind}", [send(call.path, data)]
        if self.random.random() < 0.4:
            name = self.random.choice(list(attacks.BODIES))
            body = attacks.BODIES[name]
        else:
            name = self.random.choice(list(attacks.VALUES))
            said = dict.fromkeys(call.fields, attacks.VALUES[name])
            # Where every field takes any text, one of them cannot be kept.
            said |= {field: "\0" for field in call.fields if field in ("note", "reason", "purpose")}
            body = json.dumps(said)
        said = f"{call.method} {call.path} {name}"
        return said, [send(call.path, body, content_type="application/json")]

    def address(self):
        """A page asked for with hostile filters."""
        page = self.random.choice(self.pages)
        names = ("q", "area", "after", "month", "state", "format", "sort", "page", "code", "on")
        name = self.random.choice(list(attacks.TEXTS))
        asked = urlencode(dict.fromkeys(names, attacks.TEXTS[name][:3000]))
        said = f"{page.url}?… {name}"
        answer = self.client.get(f"{page.url}?{asked}")
        # A page that only reads may send on to another; nothing was asked of it.
        return said, [] if answer.status_code == 302 else [answer]

    def flood(self):
        """A body of a gigabyte, declared or not, and forms that are cut or of endless fields."""
        # What can be read of a cut form is an empty one, which a step may well take.
        page = self.page(bool, lambda page: page.strict and page.demands)
        ways = {
            "declared": dict(data=b"a", CONTENT_LENGTH=HUGE, content_type=MULTIPART_CONTENT),
            "declared as json": dict(data=b"{", CONTENT_LENGTH=HUGE),
            "undeclared": dict(data=b"a", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked"),
            "no boundary": dict(data=b"a", content_type="multipart/form-data"),
            "cut": dict(data=b"--BoUnDaRyStRiNg\r\nContent-Disp", content_type=MULTIPART_CONTENT),
            "fields": dict(
                data=b"&".join(b"a%d=1" % n for n in range(20_000)),
                content_type="application/x-www-form-urlencoded",
            ),
        }
        name = self.random.choice(list(ways))
        return f"{page.url} {name}", [self.client.generic("POST", page.url, **ways[name])]


def tables():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace",
            ["public"],
        )
        return sorted(name for (name,) in cursor.fetchall())


def touched():
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED)
        return cursor.fetchone()[0]


def is_kept_aside(answer):
    """A file of imports waits for its commit, outside the database."""
    return answer.status_code == 302 and bool(
        re.search(r"/imports/[\w-]+/[0-9a-f]{64}/$", answer.url)
    )


def memory():
    """Kilobytes that this process holds, and the most it ever held."""
    said = Path("/proc/self/status").read_text()
    return tuple(int(re.search(rf"{name}:\s+(\d+)", said)[1]) for name in ("VmRSS", "VmHWM"))


def test_hostile_input_is_refused_and_writes_nothing(settings, tmp_path, capsys):
    settings.VAR_DIR = tmp_path
    logging.disable(logging.CRITICAL)
    try:
        attacker = Attacker(house.whole())
        attacks.sheets()
        warm = 0
        for number in range(CASES):
            attacker.attack(number)
            if number == CASES // 5:
                warm = memory()[0]
    finally:
        logging.disable(logging.NOTSET)
    now, most = memory()
    with capsys.disabled():
        print(f"\n{CASES} hostile cases: {dict(attacker.met)}; slowest {attacker.slowest}")
        print(f"{warm} kB of memory once warm, {now} after, {most} at most")
        if LISTED:
            for one in attacker.bad:
                print(one)
    assert attacker.rows() == attacker.baseline
    assert attacker.bad == []
    assert now - warm < FLAT
