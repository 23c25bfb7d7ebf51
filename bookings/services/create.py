"""Making bookings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from bookings.enums import DropOff, Priority, Source, Status
from bookings.errors import BookingError
from bookings.jobs import Job
from bookings.models import Batch, Booking, BookingLine
from bookings.references import new_reference
from bookings.search import search_text_for
from bookings.services.capacity import place, refuse_overbooking
from bookings.services.status import may_confirm
from bookings.signals import Change, booking_changed
from customers.models import Customer
from fleet.models import Vehicle
from garages.acts import act
from garages.models import Garage, Membership, VehicleType
from garages.rows import insert, prepared
from garages.setup import CourtesyCarInfo, ServiceInfo, Setup, VehicleTypeInfo
from garages.tenancy.context import current_garage_id


@act
def create_booking(
    *,
    setup: Setup,
    customer: Customer,
    vehicle: Vehicle | None,
    vehicle_type: VehicleTypeInfo | None,
    services: Sequence[ServiceInfo],
    starts_at: datetime,
    by: Membership | None,
    source: Source = Source.RECEPTION,
    confirmed: bool = False,
    workshop_notes: str = "",
    internal_notes: str = "",
    priority: Priority = Priority.NORMAL,
    drop_off: DropOff = DropOff.DROP,
    typed_name: str = "",
    typed_phone: str = "",
    typed_email: str = "",
    hold: UUID | None = None,
    overbook_reason: str = "",
    courtesy_car: CourtesyCarInfo | None = None,
    batch: Batch | None = None,
) -> Booking:
    """Book `services`, one after the other, from `starts_at` (aware) on, at today's prices.

    It starts as the garage's settings say of its source (ruling 3, WEB-2); `confirmed` asks for Confirmed at once,
    which needs the right to confirm. `hold` is the token of the hold that kept the time, `batch` what it is made
    together with: they are told of as one. With `overbook_reason`, from those who may overbook, it shares a bay or
    technician that is taken. Raises NotOpen, SlotTaken, or BookingError, and then nothing is kept.
    """
    if not services:
        raise BookingError(_("Choose a service."), field="service")
    if confirmed and (by is None or not may_confirm(by)):
        raise BookingError(_("Your role may not confirm bookings."))
    refuse_overbooking(by, overbook_reason)
    booking = Booking(
        garage=setup.garage,
        reference=unused_reference(),
        status=Status.CONFIRMED if confirmed else first_status(setup.garage, source, services),
        source=source,
        priority=priority,
        drop_off=drop_off,
        courtesy_car_id=courtesy_car.pk if courtesy_car else None,
        customer=customer,
        vehicle=vehicle,
        vehicle_type_id=vehicle_type.pk if vehicle_type else None,
        workshop_notes=workshop_notes,
        internal_notes=internal_notes,
        typed_name=typed_name,
        typed_phone=typed_phone,
        typed_email=typed_email,
        created_by=by.user if by else None,
    )
    booking.search_text = search_text(booking, [service.name for service in services], vehicle_type)
    job = Job.of(services)
    place(booking, setup=setup, job=job, starts_at=starts_at, hold=hold, overbook_reason=overbook_reason)
    insert([new_line(booking, service, vehicle_type, position) for position, service in enumerate(services)])
    booking_changed.send(sender=Booking, booking=booking, change=Change.CREATED, by=by, batch=batch)
    return booking


def first_status(garage: Garage, source: Source, services: Sequence[ServiceInfo]) -> Status:
    """How a booking starts where nobody confirms it: by who makes it, the team or a customer. What customers may only
    ask for is never confirmed by itself."""
    if source == Source.ONLINE:
        by_itself = garage.online_confirmed and not any(service.is_request_only for service in services)
        return Status.CONFIRMED if by_itself else Status.PENDING
    return Status(garage.staff_bookings_start)


def new_line(
    booking: Booking, service: ServiceInfo, vehicle_type: VehicleTypeInfo | None, position: int
) -> BookingLine:
    """A line at today's name, minutes and price."""
    return BookingLine(
        garage_id=booking.garage_id,
        booking=booking,
        service_id=service.pk,
        name=service.name,
        minutes=service.minutes,
        price=service.price_for(vehicle_type),
        position=position,
    )


def search_text(booking: Booking, services: Sequence[str], vehicle_type: VehicleTypeInfo | VehicleType | None) -> str:
    """What the booking is found by; see bookings.search."""
    customer, vehicle = booking.customer, booking.vehicle
    names = [customer.company_name, customer.contact_name]
    if booking.typed_name not in names:
        names.append(booking.typed_name)
    return search_text_for(
        reference=booking.reference,
        customer_names=names,
        phone_digits="".join(sign for sign in str(customer.phone or customer.phone_typed) if sign.isdigit()),
        registration=vehicle.registration if vehicle else "",
        car=vehicle.description if vehicle else "",
        vehicle_type=vehicle_type.name if vehicle_type else "",
        services=services,
    )


_TAKEN: Final = "select from bookings_booking where garage_id = %s and reference = %s"


def unused_reference() -> str:
    """A reference that is free in this garage. The unique constraint remains the last word."""
    for _attempt in range(20):
        reference = new_reference()
        with prepared() as cursor:
            cursor.execute(_TAKEN, [current_garage_id(), reference])
            if not cursor.fetchall():
                return reference
    raise IntegrityError("no free booking reference after 20 tries")
