"""VINs warn."""

from __future__ import annotations

import pytest

from fleet import vins


@pytest.mark.parametrize(
    ("vin", "warning"),
    [
        ("", None),
        ("WBA8E5C54GK123456", None),
        ("1M8GDM9AXKP042788", None),
        ("11111111111111111", None),
        ("1M8GDM9A0KP042788", "One character of this VIN is wrong: its check digit does not fit."),
        ("WBA8E5C54GK12345", "A VIN has 17 characters; this one has 16."),
        ("WBAOE5C54GK123456", "A VIN has no I, O or Q: check for 1 and 0."),
    ],
)
def test_oddity(vin: str, warning: str | None) -> None:
    assert vins.oddity(vin) == warning


def test_canonical() -> None:
    assert vins.canonical(" wba-8e5 c54gk 123456") == "WBA8E5C54GK123456"
