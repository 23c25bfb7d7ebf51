"""Money, dates and times as people of a place write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

import pytest
from django.utils import translation

from garages import formats


@dataclass
class Place:
    country: str
    language: str


UK, FRANCE, SPAIN, STATES = Place("GB", "en"), Place("FR", "fr"), Place("ES", "es"), Place("US", "en")


@pytest.mark.parametrize(
    ("place", "language", "code"),
    [
        (UK, "", "en_GB"),
        (FRANCE, "fr", "fr_FR"),
        (FRANCE, "en", "en_GB"),  # nobody writes dates as in France's English
        (UK, "fr", "fr"),
        (STATES, "es", "es_US"),
        (STATES, "en-us", "en_US"),
    ],
)
def test_locale_is_the_language_in_the_garages_country(place: Place, language: str, code: str) -> None:
    with translation.override(None):
        assert str(formats.locale_of(place, language)) == code


def test_active_language_wins_over_the_garages_first() -> None:
    with translation.override("fr"):
        assert str(formats.locale_of(UK)) == "fr"


@pytest.mark.parametrize(
    ("minor", "currency", "place", "text"),
    [
        (19_900, "GBP", UK, "£199.00"),
        (123_450, "EUR", FRANCE, "1 234,50 €"),
        (123_450, "USD", STATES, "$1,234.50"),
        (1_234, "JPY", UK, "JP¥1,234"),
        (1_234, "KWD", UK, "KWD1.234"),
        (0, "EUR", SPAIN, "0,00 €"),
    ],
)
def test_money_knows_the_decimals_of_the_currency(minor: int, currency: str, place: Place, text: str) -> None:
    shown = formats.money(minor, currency, formats.locale_of(place, place.language))
    assert " ".join(shown.split()) == text


@pytest.mark.parametrize(
    ("text", "gb", "fr", "es"),
    [
        ("199", 19_900, 19_900, 19_900),
        ("199.00", 19_900, 19_900, 19_900),
        ("199,00", 19_900, 19_900, 19_900),
        ("1,234.50", 123_450, 123_450, 123_450),
        ("1.234,50", 123_450, 123_450, 123_450),
        ("1 234,5", 123_450, 123_450, 123_450),
        ("1 234,50", 123_450, 123_450, 123_450),
        ("1,234", 123_400, None, None),  # a group in English, three decimals elsewhere
        ("1.234", None, 123_400, 123_400),
        (".5", 50, 50, 50),
        ("12,3,4", None, None, None),
        ("-5", None, None, None),
        ("12 pounds", None, None, None),
        ("99999999999", None, None, None),
    ],
)
def test_amounts_are_read_as_typed(text: str, gb: int | None, fr: int | None, es: int | None) -> None:
    for place, currency, expected in ((UK, "GBP", gb), (FRANCE, "EUR", fr), (SPAIN, "EUR", es)):
        locale = formats.locale_of(place, place.language)
        if expected is None:
            with pytest.raises(formats.AmountError):
                formats.parse_money(text, currency, locale)
        else:
            assert formats.parse_money(text, currency, locale) == expected


@pytest.mark.parametrize("place", [UK, FRANCE, SPAIN, STATES])
@pytest.mark.parametrize("currency", ["GBP", "EUR", "USD", "JPY", "KWD"])
@pytest.mark.parametrize("minor", [0, 1, 99, 100, 5_485, 123_456_789])
def test_what_is_shown_can_be_typed_again(place: Place, currency: str, minor: int) -> None:
    locale = formats.locale_of(place, place.language)
    for text in (formats.amount(minor, currency, locale), formats.money(minor, currency, locale)):
        assert formats.parse_money(text, currency, locale) == minor


def test_currency_without_decimals_takes_none() -> None:
    locale = formats.locale_of(UK, "en")
    assert formats.parse_money("1200", "JPY", locale) == 1_200
    with pytest.raises(formats.AmountError, match="no decimals"):
        formats.parse_money("12.5", "JPY", locale)


@pytest.mark.parametrize(
    ("place", "day", "long", "clock", "moment"),
    [
        (UK, "Tue 9 June", "Tuesday 9 June 2026", "08:05", "Tue 9 June, 08:05"),
        (FRANCE, "mar. 9 juin", "mardi 9 juin 2026", "8 h 05", "mar. 9 juin, 8 h 05"),
        (SPAIN, "mar 9 de junio", "martes 9 de junio de 2026", "8:05", "mar 9 de junio, 8:05"),
        (STATES, "Tue, June 9", "Tuesday, June 9, 2026", "8:05 AM", "Tue, June 9, 8:05 AM"),
    ],
)
def test_dates_and_times_are_said_as_in_the_place(place: Place, day: str, long: str, clock: str, moment: str) -> None:
    locale = formats.locale_of(place, place.language)
    said = (
        formats.day(date(2026, 6, 9), locale),
        formats.day(date(2026, 6, 9), locale, long=True, year=True),
        formats.clock(time(8, 5), locale),
        formats.moment(datetime(2026, 6, 9, 8, 5), locale),
    )
    assert tuple(" ".join(text.split()) for text in said) == (day, long, clock, moment)


@pytest.mark.parametrize(("minutes", "text"), [(5, "5 min"), (60, "1 h"), (150, "2 h 30"), (65, "1 h 05")])
def test_lengths_of_time(minutes: int, text: str) -> None:
    assert formats.minutes(minutes) == text
