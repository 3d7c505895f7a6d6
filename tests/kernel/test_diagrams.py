"""The page of states shows the code as it is."""

from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from project.kernel.diagrams import all_diagrams
from project.management.commands import statediagrams


def test_the_page_in_the_repository_is_fresh():
    page = settings.BASE_DIR / "docs" / "states.md"

    assert page.read_text(encoding="utf-8") == all_diagrams(), "Run make diagrams."


def test_every_record_with_states_has_its_diagram():
    drawn = all_diagrams()

    for record in ("attendance.Sheet", "contracts.Contract", "notices.Notice", "payroll.PayRun"):
        assert f"## {record}" in drawn
    assert "    finance_approved --> sent : send" in drawn
    assert "allocation is recorded (or a written reason)" in drawn


def test_a_stale_page_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(statediagrams, "PAGE", tmp_path / "states.md")
    call_command("statediagrams", stdout=StringIO())
    call_command("statediagrams", check=True)

    statediagrams.PAGE.write_text("# old", encoding="utf-8")

    with pytest.raises(CommandError):
        call_command("statediagrams", check=True)
