"""Public holidays of countries and regions."""

from __future__ import annotations

from datetime import date

from garages.public_holidays import public_holidays, regions_of


def test_holidays_are_named_in_the_garages_language() -> None:
    assert public_holidays("FR", "", 2026, "fr")[0] == (date(2026, 1, 1), "Jour de l'an")
    assert public_holidays("FR", "", 2026, "en")[0] == (date(2026, 1, 1), "New Year's Day")


def test_holidays_of_a_region_are_its_own() -> None:
    scotland = {day for day, _name in public_holidays("GB", "SCT", 2026, "en")}
    england = {day for day, _name in public_holidays("GB", "ENG", 2026, "en")}
    assert date(2026, 1, 2) in scotland - england
    assert date(2026, 4, 6) in england - scotland


def test_unknown_country_or_region_has_none() -> None:
    assert public_holidays("XX", "", 2026, "en") == []
    assert public_holidays("GB", "CA", 2026, "en") == []
    assert regions_of("XX") == []


def test_regions_are_listed_by_name() -> None:
    assert regions_of("GB") == [("ENG", "England"), ("NIR", "Northern Ireland"), ("SCT", "Scotland"), ("WLS", "Wales")]
