"""`python tests/chromium.py` prints the path of a Chromium for the browser tests, fetching one where it can.

Tried in this order: what CHROMIUM_PATH names, the system's, Debian's package (only root can install it), Playwright's
own download. Prints an empty line when there is none to be had.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT_OPTIONS = ("-qq", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=30")
DOWNLOAD_SECONDS = 600
PLAYWRIGHTS_OWN = "from playwright.sync_api import sync_playwright as p; print(p().start().chromium.executable_path)"


def main() -> None:
    print(next((path for find in (given, system, debian, playwright) for path in find() if starts(path)), ""))


def given() -> Iterator[str]:
    yield os.environ.get("CHROMIUM_PATH", "")


def system() -> Iterator[str]:
    for name in NAMES:
        yield shutil.which(name) or ""


def debian() -> Iterator[str]:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("No Chromium found: installing Debian's package ...")
        if quietly("apt-get", *APT_OPTIONS, "update") and quietly("apt-get", *APT_OPTIONS, "install", "-y", "chromium"):
            yield from system()


def playwright() -> Iterator[str]:
    say("No Chromium found: downloading Playwright's ...")
    if quietly(sys.executable, "-m", "playwright", "install", "chromium"):
        yield output(sys.executable, "-c", PLAYWRIGHTS_OWN).strip()


def starts(path: str) -> bool:
    """A stub that only tells to install the browser is none, nor is one whose libraries are missing."""
    return bool(path) and "chrom" in output(path, "--version").lower()


def output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def quietly(*command: str) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        ran = subprocess.run(command, capture_output=True, timeout=DOWNLOAD_SECONDS, env=environment, check=False)
    except (OSError, subprocess.SubprocessError):
        return False
    return ran.returncode == 0


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
