"""Apps import from lower floors only: never sideways, never up. Imports inside functions count too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent

FLOORS: Final[dict[str, int]] = {
    "garages": 0,
    "customers": 1,
    "integrations": 1,
    "fleet": 2,
    "bookings": 3,
    "billing": 4,
    "notifications": 5,
    "reports": 5,
    "garage_desk": 6,
    "bench": 7,  # measures the product from outside
    "tests": 8,
}


def _imports(source: str) -> Iterator[tuple[int, str]]:
    """Line and top-level package of every import of a module, wherever it stands. Ours are absolute."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." if node.level else (node.module or "").partition(".")[0]


def _against_the_floors(app: str, source: str) -> list[tuple[int, str]]:
    """The imports an app may not make: of a floor as high or higher, or relative, which hides where they lead."""
    return [
        (line, package)
        for line, package in _imports(source)
        if package == "." or (package in FLOORS and package != app and FLOORS[package] >= FLOORS[app])
    ]


def test_every_app_stands_on_a_floor() -> None:
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} - FLOORS.keys() == set()


def test_apps_import_from_lower_floors_only() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {package}"
        for app in FLOORS
        for path in sorted((ROOT / app).rglob("*.py"))
        for line, package in _against_the_floors(app, path.read_text())
    ]
    assert wrong == []


def test_the_walk_sees_arrows_up_sideways_and_inside_functions() -> None:
    source = """
import bookings.models
from integrations import dvla
from garages.models import Garage
from . import forms

def late():
    from garage_desk.settings import DEBUG
"""
    assert _against_the_floors("customers", source) == [
        (2, "bookings"),
        (3, "integrations"),
        (5, "."),
        (8, "garage_desk"),
    ]
