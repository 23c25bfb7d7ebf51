"""Registration marks: canonical, shown, warned about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet import plates

# canonical, as written, country
MARKS = [
    ("BK14WUT", "BK14 WUT", "GB"),
    ("AB51CDE", "AB51 CDE", "GB"),
    ("AA02ZZZ", "AA02 ZZZ", "GB"),
    ("A1ABC", "A1 ABC", "GB"),
    ("P123ABC", "P123 ABC", "GB"),
    ("ABC123A", "ABC 123A", "GB"),
    ("Q123ABC", "Q123 ABC", "GB"),
    ("ABZ1234", "ABZ 1234", "GB"),
    ("OUI7", "OUI 7", "GB"),
    ("1234AZ", "1234 AZ", "GB"),
    ("A1", "A 1", "GB"),
    ("ABC123", "ABC 123", "GB"),
    ("101D234", "101 D 234", "GB"),
    ("GJ482TK", "GJ-482-TK", "FR"),
    ("123ABC75", "123 ABC 75", "FR"),
    ("12AB2A", "12 AB 2A", "FR"),
    ("1234BCD", "1234 BCD", "ES"),
    ("AB123CD", "AB 123 CD", "IT"),
    ("1ABC234", "1-ABC-234", "BE"),
    ("AA12BB", "AA-12-BB", "PT"),
    ("131D12345", "131-D-12345", "IE"),
    ("7ABC123", "7ABC123", "US"),
]


@pytest.mark.parametrize(("mark", "written", "country"), MARKS)
def test_display_and_back(mark: str, written: str, country: str) -> None:
    assert plates.display(mark, country) == written
    assert plates.canonical(written) == mark
    assert plates.oddity(mark, country) is None


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("bk14 wut", "BK14WUT"),
        ("  b.k-1\u00a04wut", "BK14WUT"),
        ("ｂｋ14 wut", "BK14WUT"),
        ("mü-x 12", "MUX12"),
        ("—", ""),
    ],
)
def test_canonical(text: str, mark: str) -> None:
    assert plates.canonical(text) == mark


@given(st.text(max_size=40))
def test_canonical_is_capitals_and_digits_and_stays(text: str) -> None:
    mark = plates.canonical(text)
    assert set(mark) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    assert plates.canonical(mark) == mark


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", max_size=10), st.sampled_from(["GB", "FR", "ES", "IT", "US"]))
def test_display_never_changes_the_mark(mark: str, country: str) -> None:
    assert plates.canonical(plates.display(mark, country)) == mark
    warning = plates.oddity(mark, country)
    assert (warning is None) == (mark == "" or plates.is_usual(mark, country))


@pytest.mark.parametrize(
    ("mark", "warning"),
    [
        ("PO1OLOL", "Not a usual registration. Perhaps PO10 LOL?"),
        ("8K14WUT", "Not a usual registration. Perhaps BK14 WUT?"),
        ("BK50WUT", "Not a usual registration here. It is kept as typed."),
        ("QQ14WUT", "Not a usual registration here. It is kept as typed."),
        ("1ABC234", "Not a usual registration here. It is kept as typed."),
        ("ABCDEFGHIJ", "Not a usual registration here. It is kept as typed."),
    ],
)
def test_oddity(mark: str, warning: str) -> None:
    assert plates.oddity(mark, "GB") == warning


def test_look_alikes_are_proposals_both_ways() -> None:
    """A mark and its twin look the same on a plate: the usual one is proposed, never put in its place."""
    assert plates.look_alikes("PO1OLOL", "GB") == ["PO10LOL"]
    assert plates.look_alikes("A8C123A", "GB") == ["ABC123A"]


def test_countries_without_known_shapes_warn_by_length_only() -> None:
    assert plates.oddity("MKX1234", "DE") is None
    assert plates.oddity("M", "DE") == "Not a usual registration here. It is kept as typed."
