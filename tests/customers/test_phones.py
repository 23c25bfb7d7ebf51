"""Numbers as typed, stored, shown, begun."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from customers import phones
from customers.phones import Phone


@pytest.mark.parametrize(
    ("text", "region", "phone"),
    [
        ("07700 900123", "GB", Phone("+447700900123", "07700 900123", is_odd=False)),
        ("+44 (0)7700 900123", "FR", Phone("+447700900123", "+44 (0)7700 900123", is_odd=False)),
        (" 020  7946 0123 ", "GB", Phone("+442079460123", "020 7946 0123", is_odd=False)),
        ("02 61 91 12 34", "FR", Phone("+33261911234", "02 61 91 12 34", is_odd=False)),
        ("(212) 555-0123", "US", Phone("+12125550123", "(212) 555-0123", is_odd=False)),
        ("06 12 34 56 78", "GB", Phone("+44612345678", "06 12 34 56 78", is_odd=True)),
        ("555-0123", "US", Phone("", "555-0123", is_odd=True)),
        ("ask his wife", "GB", Phone("", "ask his wife", is_odd=True)),
        ("077009001234567890", "GB", Phone("", "077009001234567890", is_odd=True)),
        ("07700 900123", "", Phone("", "07700 900123", is_odd=True)),
        ("", "GB", Phone("", "", is_odd=False)),
    ],
)
def test_parse(text: str, region: str, phone: Phone) -> None:
    assert phones.parse(text, region) == phone


@pytest.mark.parametrize(
    ("e164", "region", "shown"),
    [
        ("+447700900123", "GB", "07700 900123"),
        ("+447700900123", "FR", "+44 7700 900123"),
        ("+33612345678", "FR", "06 12 34 56 78"),
        ("+12125550123", "US", "(212) 555-0123"),
        ("", "GB", ""),
        ("4711", "GB", "4711"),
    ],
)
def test_national(e164: str, region: str, shown: str) -> None:
    assert phones.national(e164, region) == shown


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_national_as_the_library_reads_it(region: str) -> None:
    for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE):
        number = phonenumbers.example_number_for_type(region, kind)
        if number is not None:
            e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
            shown = phonenumbers.format_number(phonenumbers.parse(e164), PhoneNumberFormat.NATIONAL)
            assert phones.national(e164, region) == shown


@given(st.integers(0, 999), st.sampled_from(["07700 900{}", "+44 7700 900{}", "0044(0)7700-900-{}", "07700900{}"]))
def test_every_writing_is_the_same_number(end: int, writing: str) -> None:
    phone = phones.parse(writing.format(f"{end:03}"), "GB")
    assert phone.e164 == f"+447700900{end:03}"
    assert phones.parse(phones.national(phone.e164, "GB"), "GB").e164 == phone.e164
    assert phones.parse(phones.national(phone.e164, "FR"), "FR").e164 == phone.e164


@given(st.text(max_size=30), st.sampled_from(["GB", "FR", "US", "XX", ""]))
def test_parse_never_raises_and_keeps_what_was_typed(text: str, region: str) -> None:
    phone = phones.parse(text, region)
    assert phone.typed == " ".join(text.split())
    assert not phone.e164 or (phone.e164[0] == "+" and phone.e164[1:].isdigit())


@given(
    st.integers(0, 999), st.integers(3, 13), st.sampled_from(["07700900", "+447700900", "00447700900", "+4407700900"])
)
def test_every_beginning_of_a_writing_finds_the_number(end: int, length: int, writing: str) -> None:
    """Whatever part of it is typed so far, one of the readings begins the stored digits."""
    begun = f"{writing}{end:03}"[:length]
    assume(len(phones.digits(begun)) >= 3)
    assume(begun not in {"004", "0044", "+440"})  # "004" may still be a national number
    assert any(f"447700900{end:03}".startswith(reading) for reading in phones.beginnings(begun, "GB")), begun


@pytest.mark.parametrize(
    ("text", "region", "readings"),
    [
        ("07700", "GB", ["447700", "07700"]),
        ("7700", "GB", ["447700", "7700"]),
        ("+33 6", "GB", ["336"]),
        ("0033 6", "GB", ["336", "00336"]),
        ("+44 (0)77", "GB", ["4477"]),
        ("1 212", "US", ["1212"]),
        ("212", "US", ["1212", "212"]),
        ("011 44 7", "US", ["447", "011447"]),
        ("02 12", "IT", ["390212", "0212"]),
        ("0212", "", ["0212"]),
        ("abc", "GB", []),
    ],
)
def test_beginnings(text: str, region: str, readings: list[str]) -> None:
    assert phones.beginnings(text, region) == readings


@pytest.mark.parametrize(
    ("text", "is_phone"),
    [("077", True), ("+44 (0)20-7946", True), ("07", False), ("AB12", False), ("12 main st", False), ("", False)],
)
def test_looks_like_phone(text: str, is_phone: bool) -> None:
    assert phones.looks_like_phone(text) is is_phone


@given(st.text("0123456789", min_size=1, max_size=4), st.text("0123456789", max_size=6))
def test_what_begins_so_is_a_range(begun: str, number: str) -> None:
    assert (begun <= number < phones.beyond(begun)) == number.startswith(begun)
    assert begun <= begun + number < phones.beyond(begun)
