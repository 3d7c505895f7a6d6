"""What an operator is given agrees with what the house reads, and production passes its checks."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from project.environment import VARIABLES, new_key
from tests.workers import database_url

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
EXAMPLE = (DEPLOY / "gongyigang.env.example").read_text(encoding="utf-8")
UNITS = sorted((DEPLOY / "systemd").iterdir())


def test_the_example_the_table_and_the_settings_name_the_same_variables():
    example = re.findall(r"^#?([A-Z][A-Z0-9_]+)=", EXAMPLE, re.MULTILINE)
    written = (ROOT / "DEVELOPERS.md").read_text(encoding="utf-8")
    rows = [line for line in written.splitlines() if re.match(r"\| `(GYG_|DATABASE_URL)", line)]
    table = [name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row.split("|")[1])]
    settings = (ROOT / "project/settings.py").read_text(encoding="utf-8")
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', settings))
    keys = {"GYG_KEYS_DIR", "GYG_SECRET_KEY", "GYG_DATA_KEY", "GYG_HMAC_KEY"}

    assert sorted(example) == sorted(VARIABLES)
    assert sorted(table) == sorted(VARIABLES)
    assert read | keys == set(VARIABLES)


def in_production(*command, **changed):
    """A command under the example's own environment, with keys of its own."""
    given = dict(re.findall(r"^([A-Z][A-Z0-9_]+)=(.*)$", EXAMPLE, re.MULTILINE))
    ours = ("GYG_", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    keys = {f"GYG_{name}_KEY": new_key() for name in ("SECRET", "DATA", "HMAC")}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=kept | given | keys | {"DATABASE_URL": database_url()} | changed,
        capture_output=True,
        text=True,
    )


@pytest.mark.django_db
def test_production_passes_every_check_for_deployment(tmp_path):
    done = in_production(
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"), GYG_VAR_DIR=str(tmp_path)
    )

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_every_unit_of_systemd_can_be_read(tmp_path):
    if not shutil.which("systemd-analyze"):
        assert len(UNITS) >= 7
        return
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for unit in UNITS:
        text = re.sub(r"/opt/gongyigang/\.venv/bin/\w+", str(program), unit.read_text())
        (tmp_path / unit.name).write_text(text)

    said = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True,
        text=True,
    )

    ours = [line for line in said.stderr.splitlines() if "gongyigang" in line or "/unit" in line]
    assert not ours


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"])
def test_no_unit_may_change_the_machine_or_hold_a_secret(unit):
    text = unit.read_text(encoding="utf-8")

    assert {"User=gongyigang", "NoNewPrivileges=yes", "ProtectSystem=strict"} <= set(
        text.splitlines()
    )
    assert "EnvironmentFile=/etc/gongyigang/gongyigang.env" in text
    assert not re.search(r"PASSWORD|SECRET|_KEY", text)


@pytest.mark.parametrize("proxy", ["nginx.conf", "Caddyfile"])
def test_a_proxy_hides_the_figures_and_says_that_it_is_one(proxy):
    text = (DEPLOY / proxy).read_text(encoding="utf-8")

    assert "/metrics" in text and "/readyz" in text and "404" in text
    assert "X-Request-ID" in text and re.search("64m", text, re.IGNORECASE)
    assert "X-Forwarded-Proto" in text or "header_up" in text
