"""Many papers of one wording: laid out once, filled many times.

Contracts whose lines fall alike are the same page but for the letters in those lines
(contracts.documents.layout). One blank sheet of each shape comes from the press with a mark in
every line; after each mark stand the letters that this line needs in any of the contracts, so that
the fonts in the file have them all. A paper is then the blank with its own letters in the place of
the marks, its own QR code, data, dates and title.
"""

from itertools import islice

from contracts.documents.blank import Blank
from contracts.documents.layout import mark, sheet
from contracts.documents.press import (
    FORM,
    bound,
    context_of,
    data_of,
    pressed,
    printed_terms,
)
from project.kernel.documents import filled_in

WINDOW = 200  # papers that share blanks; more would only make the fonts in each file larger


def filled(papers):
    """The PDFs of many papers, in their order: to the eye what `pressed` makes of each.

    No more papers than share blanks are read at a time, however many there are.
    """
    papers = iter(papers)
    while window := list(islice(papers, WINDOW)):
        yield from _window(window)


def _window(papers):
    laid_out, alike = [], {}
    for paper in papers:
        terms = printed_terms(paper)
        lines = sheet(paper, terms)[1]
        shape = (paper.template_id, *lines.shape)
        laid_out.append((paper, terms, lines.all, shape))
        alike.setdefault(shape, []).append((paper, terms, lines.all))
    blanks = {shape: _blank(group) for shape, group in alike.items() if len(group) > 1}
    for paper, terms, lines, shape in laid_out:
        if shape in blanks:
            yield blanks[shape].filled(paper, lines, data_of(paper, terms))
        else:
            yield pressed(paper)


def _blank(group):
    """The sheet that a group of contracts shares, with a mark in every line."""
    paper, terms, _lines = group[0]
    columns = zip(*(lines for _paper, _terms, lines in group), strict=True)
    marks = [mark(n) + "".join(sorted(set().union(*told))) for n, told in enumerate(columns)]
    page, _blank = sheet(paper, terms, blank=marks)
    html = filled_in(FORM, context_of(paper, page, mark(len(marks))))
    pdf = bound(html, data="{}", made_at=paper.made_at, squeeze=False)
    return Blank(pdf, paper, marks)
