"""What pages load: no icon is sent that nothing shows, and browsers find the one they ask for at the root."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path

from django.test import Client

from garage_desk.assets import ROOT, icon_names


def test_every_icon_of_the_sprite_is_shown_somewhere() -> None:
    apps = [path.parent for path in ROOT.glob("*/apps.py")]
    files: list[Path] = [
        *ROOT.glob("templates/**/*.html"),
        *ROOT.glob("static/js/*.js"),
        *ROOT.glob("garage_desk/**/*.py"),
    ]
    sources = chain(files, *(app.glob("**/*.py") for app in apps))
    words = set(
        re.findall(r"[\"' ]([a-z0-9-]+)(?=[\"' ])", "\n".join(path.read_text(encoding="utf-8") for path in sources))
    )
    assert [name for name in icon_names() if name not in words] == []


def test_the_root_has_an_icon(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/x-icon")
    assert answer.getvalue()[:4] == b"\0\0\1\0"
