"""Many papers at once."""

from contracts.documents.press import pressed


def filled(papers):
    """The PDFs of many papers, in their order."""
    for paper in papers:
        yield pressed(paper)
