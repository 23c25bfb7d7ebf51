"""How to reach the customer of a request, with the words ready: links their own programs open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.utils import translation
from django.utils.translation import gettext as _

from garages import formats
from garages.models import Garage


@dataclass(frozen=True)
class ContactWays:
    """The message, and links that hold it; a link is blank where the customer has no such address."""

    message: str
    call: str
    text: str
    email: str


def contact_ways(booking: Any, garage: Garage) -> ContactWays:
    """In the customer's language, with the garage's time and its zone named (ruling 12)."""
    customer = booking.customer
    with translation.override(customer.language or garage.language):
        local = booking.starts_at.astimezone(garage.zone)
        facts = {
            "name": customer.contact_name or customer.name,
            "service": " + ".join(line["name"] for line in booking.line_list),
            "when": formats.moment(local, formats.locale_of(garage)),
            "zone": local.tzname(),
            "garage": garage.name,
            "phone": garage.phone,
        }
        subject = _("%(garage)s: your request") % facts
        message = (
            _(
                "Hello %(name)s, thank you for asking for %(service)s on %(when)s (%(zone)s)."
                " When can we talk about it? %(garage)s, %(phone)s"
            )
            % facts
        )
    phone = str(customer.phone)
    email = quote(customer.email, safe="@")
    return ContactWays(
        message=message,
        call=f"tel:{phone}" if phone else "",
        text=f"sms:{phone}?{_query(body=message)}" if phone else "",
        email=f"mailto:{email}?{_query(subject=subject, body=message)}" if email else "",
    )


def _query(**parts: str) -> str:
    """Mail programs read a plus as a plus."""
    return urlencode(parts, quote_via=quote)
