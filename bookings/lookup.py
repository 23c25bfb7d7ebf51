"""Who is calling: customers by the digits of their number, with what the desk wants to see of them."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from bookings.selectors.callers import Caller, asked_for, people
from customers.enums import Kind
from customers.phones import country_code
from customers.selectors import by_phone, keys_of, matching
from fleet.models import Vehicle
from fleet.plates import canonical


def matches(typed: str, region: str) -> list[Caller]:
    """The customers whose number begins or ends with what was typed."""
    return asked_for(people(by_phone(typed, region=region)), typed, region)


def companies(typed: str) -> list[Caller]:
    """The businesses whose name contains what was typed, from two letters on."""
    return people(keys_of(matching(typed).filter(kind=Kind.BUSINESS)[:8]))


def vehicle_with(plate: str) -> Vehicle | None:
    """The garage's vehicle with this plate, with its owner; None for a plate nobody has, or none at all."""
    registration = canonical(plate)
    return (
        Vehicle.objects.select_related("customer").filter(registration=registration).first() if registration else None
    )


@lru_cache(maxsize=512)
def dialling_options(home: str, chosen: str) -> SafeString:
    """The options of the country code: every one there is, the home region's first. Where several regions share a
    code the main one stands for all. Kept ready drawn: they are two hundred and the same on every page."""
    main = {code: regions[0] for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()}
    home_code = country_code(home)
    others = sorted((code, region) for code, region in main.items() if code != home_code and region != "001")
    return format_html_join(
        "",
        '<option value="{}"{}>+{}</option>',
        (
            (region, " selected" if region == (chosen or home) else "", code)
            for code, region in [(home_code, home), *others]
        ),
    )
