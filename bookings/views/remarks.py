"""A second look at what is typed into the booking form: odd numbers and plates, and people who are known already.

Remarks only: whatever looks odd is saved all the same (COMP-31, COMP-33). They are POSTs that change nothing: names and
numbers do not belong into an address.
"""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.lookup import vehicle_with
from bookings.services import typed
from bookings.typed import Field, another_email, another_phone
from bookings.views.finding import booking_or_404
from customers import phones
from customers.duplicates import Likeness
from customers.models import Customer
from customers.names import split_name
from customers.selectors import look_alikes
from fleet import plates
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.rows import named
from garages.words import words_of

ALIKE_SHOWN: Final = 3


@staff(Role.RECEPTIONIST)
@require_POST
def check(request: StaffRequest, garage: str) -> HttpResponse:
    """What is odd about a number or plate, and whose car the plate is when it is not the chosen customer's."""
    phone, plate = words_of(request.POST, "phone"), words_of(request.POST, "registration")
    chosen = request.POST.get("customer", "")
    region = request.POST.get("phone_region") or request.garage.phone_region
    vehicle = vehicle_with(plate)
    is_theirs = vehicle is not None and vehicle.customer is not None and str(vehicle.customer.public_id) == chosen
    context = {
        "oddity": phones.oddity(phone, region)
        if phone
        else plates.oddity(plates.canonical(plate), request.garage.country),
        "vehicle": None if is_theirs else vehicle,
        "chosen": chosen,
        "garage": request.garage,
    }
    return render(request, "bookings/_check.html", context)


@staff(Role.RECEPTIONIST)
@require_POST
def alike(request: StaffRequest, garage: str) -> HttpResponse:
    """Who the person being taken down may be: known under almost this name, or others on this number (LEAP-8)."""
    found: list[tuple[Customer, Likeness]] = []
    if not request.POST.get("customer"):
        first, last = words_of(request.POST, "first_name"), words_of(request.POST, "last_name")
        if first and not last:
            first, last = split_name(first)
        found = look_alikes(
            region=request.POST.get("phone_region") or request.garage.phone_region,
            phone=words_of(request.POST, "phone"),
            first_name=first,
            last_name=last,
            company_name=words_of(request.POST, "company_name"),
        )
    return render(request, "bookings/_alike.html", {"found": found[:ALIKE_SHOWN], "garage": request.garage})


@staff(Role.RECEPTIONIST)
@require_POST
def differs(request: StaffRequest, garage: str) -> HttpResponse:
    """What is typed of the chosen customer and is known otherwise: it can be taken over with the booking (COMP-6)."""
    customer = named(Customer.objects.all(), request.POST.get("customer"))
    differing = []
    if customer is not None and customer.phone_digits and another_phone(words_of(request.POST, "phone"), customer):
        differing.append(Field.PHONE)
    if customer is not None and customer.email and another_email(words_of(request.POST, "email"), customer):
        differing.append(Field.EMAIL)
    chosen = request.POST.getlist("take_over")
    context = {"differing": differing, "chosen": chosen, "customer": customer, "garage": request.garage}
    return render(request, "bookings/_differs.html", context)


@staff(Role.RECEPTIONIST)
@require_POST
def take_over(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """From now on the customer has what was typed for this booking."""
    booking = booking_or_404(request, reference)
    field = request.POST.get("field", "")
    if field not in list(Field):
        return HttpResponseBadRequest()
    customer = typed.take_over(booking, Field(field))
    messages.success(request, _("Saved: %(name)s") % {"name": customer.name})
    return redirect("bookings:detail", garage=request.garage.slug, reference=booking.reference)
