"""A suite whose browser tests were skipped must not look like one that passed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from garage_desk.embedded.process import ROOT
from tests.no_browser import NO_CHROMIUM

SUITE = f"""
import pytest
def test_of_no_browser(): pass
@pytest.mark.skip(reason="not today")
def test_skipped_for_another_reason(): raise AssertionError
@pytest.mark.skip(reason="{NO_CHROMIUM}")
@pytest.mark.parametrize("page", ["desk", "customers"])
def test_in_a_browser(page): raise AssertionError
"""


def _run(folder: Path, suite: str, *, workers: int, ci: str) -> tuple[int, list[str]]:
    """The exit code and the last two lines of a run that knows nothing but the hook."""
    (folder / "conftest.py").write_text("from tests.no_browser import pytest_sessionfinish")
    (folder / "test_it.py").write_text(suite)
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "xdist", f"-n{workers}", str(folder)],
        cwd=folder,
        env=ours | {"PYTHONPATH": str(ROOT), "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout.splitlines()[-2:]


@pytest.mark.parametrize(("workers", "ci", "code", "verdict"), [(0, "", 0, "WARNING"), (2, "true", 1, "FAILED")])
def test_skipped_browser_tests_are_the_last_word(
    tmp_path: Path, workers: int, ci: str, code: int, verdict: str
) -> None:
    exit_code, (closing_line, last_line) = _run(tmp_path, SUITE, workers=workers, ci=ci)
    assert exit_code == code
    assert closing_line.startswith("1 passed, 3 skipped")
    assert last_line == f"{verdict}: 2 BROWSER TESTS WERE SKIPPED: {NO_CHROMIUM}."


def test_other_skipped_tests_are_no_such_word(tmp_path: Path) -> None:
    suite = SUITE.replace(NO_CHROMIUM, "no time")
    exit_code, (_results, last_line) = _run(tmp_path, suite, workers=0, ci="true")
    assert exit_code == 0
    assert last_line.startswith("1 passed, 3 skipped")
