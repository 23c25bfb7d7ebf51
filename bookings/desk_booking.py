"""From the desk's form to a booking: the person, the car, then the slot."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from bookings.availability import days
from bookings.draft import read_draft
from bookings.errors import NotOpen
from bookings.forms import BookingForm
from bookings.jobs import Job
from bookings.models import Booking, WaitingEntry
from bookings.services import create_booking
from bookings.services.typed import take_over
from bookings.services.waiting import join
from bookings.typed import Field
from customers.models import Customer
from customers.services import identify, learn
from fleet.models import Vehicle
from fleet.services import identify_vehicle
from garages.models import Membership, VehicleType


def book(form: BookingForm, *, by: Membership) -> Booking:
    """Book what a valid form says. Raises DomainError, with the form field it belongs to, and then nothing is kept
    (the caller's transaction rolls back)."""
    data = form.cleaned_data
    starts_at = form.starts_at or _first_start(form)
    customer = customer_of(form)
    booking = create_booking(
        setup=form.setup,
        customer=customer,
        vehicle=form.chosen_vehicle(customer) or _identified_vehicle(form, customer),
        vehicle_type=data["vehicle_type"],
        services=data["service"],
        starts_at=starts_at,
        by=by,
        confirmed=data["confirmed"],
        workshop_notes=data["workshop_notes"],
        internal_notes=data["internal_notes"],
        priority=form.priority,
        drop_off=data["drop_off"],
        typed_name=form.typed_name,
        typed_phone=form.typed_phone,
        typed_email=data["email"],
        hold=data["hold"],
        overbook_reason=data["overbook_reason"],
        courtesy_car=data["courtesy_car"],
    )
    for field in data["take_over"]:
        take_over(booking, Field(field))
    return booking


def wait(form: BookingForm, *, day: date | None) -> WaitingEntry:
    """Put the person of a valid form on the waiting list for that day; None is any day."""
    customer = customer_of(form)
    return join(
        customer=customer,
        vehicle=form.chosen_vehicle(customer) or _identified_vehicle(form, customer),
        vehicle_type=form.cleaned_data["vehicle_type"],
        services=form.cleaned_data["service"],
        day=day,
        priority=form.priority,
    )


def _first_start(form: BookingForm) -> datetime:
    """The date alone is enough: the time fills itself (ruling 1). A date that nobody chose is no wish: the first start
    there is."""
    data = form.cleaned_data
    draft, _values = read_draft(form.data, form.setup)
    if draft.is_untouched and draft.offer is not None:
        return draft.offer.start
    day = days(form.setup, [data["date"]], Job.of(data["service"]), drop_off=data["drop_off"])[0]
    if day.offers:
        return day.offers[0].start
    if day.is_closed:
        reason = day.closed_because or _("no opening hours")
        raise NotOpen(_("Closed on that day: %(reason)s.") % {"reason": reason}, field="date")
    raise NotOpen(_("Nothing is free on that day for this work. Choose another day."), field="date")


def customer_of(form: BookingForm) -> Customer:
    """Whoever was chosen, with what was typed of them and not known yet; else whoever the words mean."""
    chosen, data = form.chosen_customer(), form.cleaned_data
    if chosen is None:
        return _identified(form)
    region = data["phone_region"] or form.setup.garage.phone_region
    return learn(chosen, email=data["email"], phone_typed=data["phone"], region=region)


def _identified(form: BookingForm) -> Customer:
    data = form.cleaned_data
    customer, _new = identify(
        kind=data["kind"],
        company_name=data["company_name"],
        first_name=data["first_name"],
        last_name=data["last_name"],
        phone_typed=data["phone"],
        email=data["email"],
        region=data["phone_region"] or form.setup.garage.phone_region,
        new_person=data["new_person"],
    )
    return customer


def _identified_vehicle(form: BookingForm, customer: Customer) -> Vehicle | None:
    data = form.cleaned_data
    kind = data["vehicle_type"]
    return identify_vehicle(
        customer=customer,
        registration_typed=data["registration"],
        make=data["make"],
        model=data["model"],
        vehicle_type=VehicleType(pk=kind.pk, name=kind.name) if kind else None,
    )
