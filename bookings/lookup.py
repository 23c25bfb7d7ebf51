"""Who is calling: customers by the digits of their number, with what the desk wants to see of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import phonenumbers
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from customers.enums import Kind
from customers.models import Customer
from customers.phones import country_code
from customers.selectors import by_phone, matching
from fleet.models import Vehicle
from fleet.plates import canonical


@dataclass(frozen=True)
class Match:
    """A customer the number may belong to. `last_here` is the start of their last booking, if they had one."""

    customer: Customer
    vehicles: int
    last_here: datetime | None

    @property
    def is_expected(self) -> bool:
        return self.last_here is not None and self.last_here > timezone.now()


def matches(typed: str, region: str) -> list[Match]:
    """The customers whose number begins or ends with what was typed: two queries, however many."""
    return _with_facts(by_phone(typed, region=region))


def companies(typed: str) -> list[Match]:
    """The businesses whose name contains what was typed, from two letters on."""
    return _with_facts(list(matching(typed).filter(kind=Kind.BUSINESS)[:8]))


def vehicle_with(plate: str) -> Vehicle | None:
    """The garage's vehicle with this plate, with its owner; None for a plate nobody has, or none at all."""
    registration = canonical(plate)
    return (
        Vehicle.objects.select_related("customer").filter(registration=registration).first() if registration else None
    )


def _with_facts(customers: list[Customer]) -> list[Match]:
    facts = {
        row["customer"]: (row["number"], row["last"])
        for row in Vehicle.objects.filter(customer__in=customers)
        .values("customer")
        .annotate(number=Count("pk"), last=Max("used_at"))
        .order_by()
    }
    return [Match(customer, *facts.get(customer.pk, (0, None))) for customer in customers]


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
