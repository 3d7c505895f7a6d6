"""Contracts on paper, unsigned, signed by both sides and in batches, against WeasyPrint alone.

The floor is the same sheet with its lines broken and its QR code drawn, handed to WeasyPrint with
the options of a PDF/A-3a and the data attached: no question to the database, no place to sign, no
file kept. The two take turns, paper by paper, so that whatever else the machine does slows both.
"""

import tempfile
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from multiprocessing import get_context

from django.db import connection
from django.test.utils import override_settings
from PIL import Image, ImageDraw

from contracts.documents import file_of, files_of, filled, issue, pressed
from contracts.documents.batch import WINDOW
from contracts.documents.layout import sheet
from contracts.documents.press import FORM, context_of, data_of, printed_terms
from contracts.models import Contract, ContractPaper
from project.benchmarks.apart import begin
from project.benchmarks.measure import Figure, watch
from project.benchmarks.scratch import county
from project.kernel.documents import archived, filled_in
from project.kernel.signing import appearance
from project.kernel.signing.authority import found, subject
from project.kernel.signing.cms import TimeStamper
from project.kernel.signing.pades import sign

ALONE, BATCH, WARM = 60, 2000, 3
PROCESSES = 2
JOINS = ("contract__person", "template")


def contract_pdf(sizes):
    """Papers one by one, each asked for the first time; then a whole batch."""
    with _printed(min(max(sizes), BATCH)) as papers:
        seconds, floor, peak = _turns(papers[: min(ALONE, len(papers))], file_of)
        yield Figure("contract-pdf", seconds[0], seconds[1], floor, peak)
        rest = papers[ALONE:] or papers
        a_floor = floor / seconds[0] * len(rest)
        with watch() as seen:
            files_of(rest)
        yield Figure("contract-batch", len(rest), seen.seconds, a_floor, seen.peak_mb)
        for processes in range(1, PROCESSES + 1):
            a_floor = floor / seconds[0] * len(papers)
            yield _side_by_side("contract-fill", papers, processes, a_floor, _fill_share)


def contract_signed(sizes):
    """Papers one by one with both signatures (PAdES B-LT, EC keys), each with its time stamp."""
    house = _house()
    with _printed(min(max(sizes), ALONE)) as papers:
        seconds, floor, peak = _turns(papers, lambda paper: _signed(house, paper, _kept(paper)))
        yield Figure("contract-signed", seconds[0], seconds[1], floor, peak)
        for processes in range(1, PROCESSES + 1):
            yield _side_by_side("contract-signed", papers, processes, floor, _sign_share)


def _turns(papers, work):
    """The floor and the work, paper by paper: ((how many, seconds), floor seconds, peak)."""
    for paper in papers[:WARM]:  # what starts once in a process is not measured on either side
        _alone(_html(paper))
        work(paper)
    measured = papers[WARM:]
    spent, floor, peak = 0.0, 0.0, 0.0
    for n, paper in enumerate(measured):
        html = _html(paper)
        steps = [lambda html=html: _alone(html), lambda paper=paper: work(paper)]
        took = {}
        for step in range(2) if n % 2 else reversed(range(2)):
            with watch() as seen:
                steps[step]()
            took[step], peak = seen.seconds, max(peak, seen.peak_mb)
        floor, spent = floor + took[0], spent + took[1]
    return (len(measured), spent), floor, peak


def _html(paper):
    terms = printed_terms(paper)
    html = filled_in(FORM, context_of(paper, sheet(paper, terms)[0]))
    return html, data_of(paper, terms), paper.made_at


def _alone(asked):
    html, data, made_at = asked
    return archived(html, data=data, made_at=made_at)[0]


@contextmanager
def _printed(count):
    """The papers of `count` contracts, and a place of their own for the files."""
    made = county(max(count, 50), seed=1, leaves_last_open=False, checks_in=False)
    by = made.people["township_officer"]
    rows = Contract.objects.select_related("area__parent", "fund", "document", "department")
    for contract in rows.order_by("pk")[:count]:
        issue(contract, by=by)
    with tempfile.TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
        yield list(ContractPaper.objects.select_related(*JOINS).order_by("pk"))


def _side_by_side(name, papers, processes, floor, work):
    """The same batch in processes of their own, each with a share; their start is not counted."""
    chosen, database = [paper.pk for paper in papers], connection.settings_dict["NAME"]
    shares = [chosen[n::processes] for n in range(processes)]
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, context, begin, (database,)) as pool:
        list(pool.map(work, [chosen[:2]] * processes))  # warm: fonts and wording are read
        with watch() as seen:
            peaks = list(pool.map(work, shares))
    return Figure(f"{name}-{processes}", len(chosen), seen.seconds, floor, max(peaks))


def _fill_share(chosen):
    with watch() as seen:
        papers = _papers(chosen).iterator(WINDOW)
        assert sum(1 for _pdf in filled(papers)) == len(chosen)
    return seen.peak_mb


def _sign_share(chosen):
    with watch() as seen:
        house = _house()
        assert all(_signed(house, paper, pressed(paper)) for paper in _papers(chosen))
    return seen.peak_mb


def _papers(chosen):
    return ContractPaper.objects.filter(pk__in=chosen).select_related(*JOINS).order_by("pk")


def _kept(paper):
    with file_of(paper).file.open() as kept:
        return kept.read()


def _house():
    """An authority of the benchmark's own, with a clock and an empty list of the revoked."""
    at, until = datetime.now(UTC), datetime.now(UTC) + timedelta(days=30)
    root = found(subject("测试根证书"), at=at, until=until)
    stamp = root.signer(subject("测试时间戳"), at=at, until=until, stamps_time=True)
    return {
        "root": root,
        "office": root.signer(subject("云岭镇人民政府"), at=at, until=until),
        "rest": {
            "stamper": TimeStamper(stamp),
            "revocations": [root.revocations((), number=1, at=at, until=until)],
        },
        "ink": _handwriting(),
    }


def _handwriting():
    picture = Image.new("RGBA", (600, 240))
    ImageDraw.Draw(picture).line([(20, 200), (150, 30), (300, 210), (560, 60)], "black", 9)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _signed(house, paper, pdf):
    """A paper with both signatures; the worker's certificate is made for this once."""
    at = datetime.now(UTC)
    worker = house["root"].signer(
        subject(paper.terms["name"]), at=at, until=at + timedelta(hours=1)
    )
    drawn, seal = appearance.drawn(house["ink"]), appearance.seal(paper.terms["employer"])
    signings = [("worker", worker, drawn, "本人签署"), ("office", house["office"], seal, "盖章")]
    for field, signer, look, reason in signings:
        pdf = sign(
            pdf,
            field,
            signer=signer,
            at=at,
            reason=reason,
            location=paper.terms["place"],
            appearance=look,
            **house["rest"],
        )
    return pdf
