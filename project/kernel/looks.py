"""Who looked at what is protected: written before it is shown, whoever it is (R-11)."""

from project.kernel.models import Look


def look(by, what, people, record=None, purpose="", rows=1):
    """Write down that somebody read what is protected; `people` can each be told of it."""
    return Look.objects.create(
        by=by, what=what, people=sorted(people), record=record, purpose=purpose, rows=rows
    )
