"""Who books online: the customer the garage knows, or one of their own until the desk says that they are the same
(COMP-32)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.lookup import vehicle_with
from bookings.models import Booking, Merge
from bookings.selectors.same_people import same_people
from bookings.services.merge import MergeError, merge
from customers import phones
from customers.enums import Kind
from customers.models import Customer
from customers.names import fold
from customers.selectors import with_number
from customers.services import create_customer
from garages.acts import act
from garages.models import Membership


@act
def customer_online(
    *,
    first_name: str,
    last_name: str,
    phone_typed: str,
    region: str,
    registration: str = "",
    email: str = "",
    language: str = "",
) -> Customer:
    """The private customer whose number (in E.164) and surname these are, or who owns the vehicle with this plate and
    has this surname, when there is exactly one and the first names do not contradict each other; else a new customer.

    Whoever is found stays as they are: nobody online may change what the garage knows of them. Raises NameMissing.
    """
    typed = Customer(first_name=" ".join(first_name.split()), last_name=" ".join(last_name.split()))
    phone = phones.parse(phone_typed, region)
    known = with_number(phone.e164, region) if phone.e164 else []
    owner = vehicle.customer if (vehicle := vehicle_with(registration)) else None
    for candidates in (known, [owner] if owner else []):
        meant = [one for one in candidates if _is_meant(typed, one)]
        if len(meant) == 1:
            return meant[0]
    return create_customer(
        region=region,
        kind=Kind.INDIVIDUAL,
        first_name=first_name,
        last_name=last_name,
        phone_typed=phone_typed,
        email=email,
        language=language,
    )


@transaction.atomic
def link(booking: Booking, known: Customer, *, by: Membership) -> Merge:
    """The customer of an online booking is `known`, whose record stays as it is: what was typed online stays on the
    booking. It is a merge, undone like any other. Raises MergeError for anybody but the one suggested."""
    if same_people([booking]).get(booking.pk) != known:
        raise MergeError(_("This suggestion is out of date. Look at the booking again."))
    return merge(known, booking.customer, chosen={}, reason=_("Booked online"), by=by)


def _is_meant(typed: Customer, known: Customer) -> bool:
    """Equal surnames, and first names that may be one: a family that shares a number or a car is several people."""
    if known.is_business or not typed.last_name or fold(typed.last_name) != fold(known.last_name):
        return False
    first, other = (fold(name).rstrip(".") for name in (typed.first_name, known.first_name))
    return first.startswith(other) or other.startswith(first)
