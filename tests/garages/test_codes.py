"""The two letters of a service."""

from __future__ import annotations

from string import ascii_uppercase

import pytest

from garages.codes import new_code, new_codes


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Full service", "FS"),
        ("Diagnostics", "DI"),
        ("Révision annuelle", "RA"),
        ("Contrôle technique", "CT"),
        ("Tyres, pair fitted", "TP"),
        ("4x4 check", "XC"),
        ("A/C recharge", "AC"),
        ("X", "XA"),
        ("24/7", "AA"),
    ],
)
def test_new_code_is_how_people_shorten_the_name(name: str, code: str) -> None:
    assert new_code(name, set()) == code


def test_new_codes_favour_the_earlier_name() -> None:
    assert new_codes(["Full service", "Fuel system", "Front shocks"]) == {
        "Full service": "FS",
        "Fuel system": "FU",
        "Front shocks": "FR",
    }


def test_new_code_keeps_off_those_that_are_taken() -> None:
    assert new_code("Full service", {"FS"}) == "FU"
    everything = {first + second for first in ascii_uppercase for second in ascii_uppercase}
    assert new_code("Full service", everything) == ""
    assert new_code("Full service", everything - {"QX"}) == "QX"
