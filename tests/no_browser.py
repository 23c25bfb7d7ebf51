"""Without a Chromium the browser tests are skipped: said as the last word of a run, and a failure under CI."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Final

import pytest

NO_CHROMIUM: Final = "no Chromium found (CHROMIUM_PATH)"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Outermost, to speak after pytest's own closing line; never in xdist's workers, which have no terminal."""
    skipped = _skipped(session.config.pluginmanager.get_plugin("terminalreporter"))
    is_failure = bool(skipped) and os.environ.get("CI", "").lower() == "true"
    if is_failure and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    yield
    if skipped:
        verdict = "FAILED" if is_failure else "WARNING"
        print(f"{verdict}: {skipped} BROWSER TESTS WERE SKIPPED: {NO_CHROMIUM}.", flush=True)


def _skipped(reporter: Any) -> int:
    reports = reporter.stats.get("skipped", ()) if reporter else ()
    return sum(NO_CHROMIUM in str(report.longrepr) for report in reports)
