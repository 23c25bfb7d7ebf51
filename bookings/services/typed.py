"""Taking over what was typed at the desk of a customer who was known otherwise."""

from __future__ import annotations

from bookings.models import Booking
from bookings.typed import Field, differences
from customers.models import Customer
from customers.names import split_name
from customers.services import CustomerFields, update_customer


def take_over(booking: Booking, field: Field) -> Customer:
    """From now on the customer has what was typed. What it was before stands in the customer's history. Nothing that
    differs changes nothing."""
    customer = booking.customer
    typed = next((one.typed for one in differences(booking) if one.field == field), None)
    if typed is None:
        return customer
    news = CustomerFields()
    if field == Field.EMAIL:
        news["email"] = typed
    elif field == Field.PHONE:
        news["phone_typed"] = typed
    elif customer.is_business:
        news["company_name"] = typed
    else:
        news["first_name"], news["last_name"] = split_name(typed)
    return update_customer(customer, region=booking.garage.phone_region, **news)
