"""Changing a booking that was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bookings.enums import OPEN, DropOff, OrderState, Priority
from bookings.errors import BookingError, ChangedMeanwhile, RequestExpired
from bookings.jobs import Job
from bookings.models import Booking, BookingLine
from bookings.services.capacity import place, refuse_overbooking
from bookings.services.create import new_line, search_text
from bookings.services.last_use import note_last_use
from bookings.services.orders import follow_lines
from bookings.services.refusing import save_held
from bookings.services.staying import refuse_absent, refuse_drop_off
from bookings.services.wishes import hold_wish, wish_for
from bookings.signals import Change, booking_changed
from fleet.models import Vehicle
from garages.enums import Role
from garages.models import Membership, Technician
from garages.setup import CourtesyCarInfo, ServiceInfo, Setup, VehicleTypeInfo


@transaction.atomic
def edit_booking(
    booking: Booking,
    *,
    version: int,
    setup: Setup,
    by: Membership,
    vehicle: Vehicle | None,
    vehicle_type: VehicleTypeInfo | None,
    services: Sequence[ServiceInfo],
    starts_at: datetime,
    technician: Technician | None,
    workshop_notes: str,
    internal_notes: str,
    priority: Priority,
    drop_off: DropOff,
    prices: Mapping[int, int] | None = None,
    overbook_reason: str = "",
    courtesy_car: CourtesyCarInfo | None = None,
) -> Booking:
    """Change everything the desk may change, in one act.

    `version` is the one the editor saw: raises ChangedMeanwhile when somebody saved since. Lines of services that stay
    keep their agreed price unless the vehicle type changes; `prices` (service key -> minor units) overrules, and needs
    a manager (BOOK-3). Moving takes capacity anew: raises NotOpen or SlotTaken, and then nothing is kept. With
    `overbook_reason`, from those who may overbook, it shares what is taken; where it stays it keeps the reason it has.
    """
    booking = Booking.objects.select_for_update(of=("self",)).select_related("customer").get(pk=booking.pk)
    if booking.version != version:
        raise ChangedMeanwhile
    refuse_overbooking(by, overbook_reason)
    lines = list(booking.lines.all())
    new_lines = _lines(booking, lines, services, vehicle_type, prices or {}, by)
    moved = booking.starts_at != starts_at
    rearranged = moved or [line.service_id for line in lines] != [service.pk for service in services]
    if moved and booking.is_expired:
        raise RequestExpired
    if rearranged and booking.status not in OPEN:
        raise BookingError(_("This booking is over: only its notes can be changed. Reopen it first."))

    left, booking.vehicle = booking.vehicle_id, vehicle
    booking.vehicle_type_id = vehicle_type.pk if vehicle_type else None
    reassigned = booking.technician_id != (technician.pk if technician else None)
    booking.technician = technician
    booking.workshop_notes, booking.internal_notes = workshop_notes, internal_notes
    left_otherwise = booking.drop_off != drop_off
    if courtesy_car is not None and courtesy_car.pk != booking.courtesy_car_id:
        booking.courtesy_car_id, left_otherwise = courtesy_car.pk, True
    booking.priority, booking.drop_off = priority, drop_off
    booking.search_text = search_text(booking, [line.name for line in new_lines], vehicle_type)
    booking.version += 1
    reason = overbook_reason or ("" if moved else booking.overbook_reason)
    if booking.holds_capacity:
        booking.overbook_reason = reason
        if left_otherwise and not moved:
            refuse_drop_off(booking, setup)
    if not booking.holds_capacity:
        if rearranged:
            wish_for(booking, new_lines, starts_at)
            hold_wish(booking, setup=setup, job=Job.of(services))
        booking.save()
    elif rearranged:
        job = replace(Job.of(services), technician=technician.pk if technician else None)
        place(booking, setup=setup, job=job, starts_at=starts_at, may_be_past=not moved, overbook_reason=reason)
    else:
        if reassigned:
            refuse_absent(booking, setup)
        save_held(booking)
    _replace_lines(booking, lines, new_lines, by)
    if left != booking.vehicle_id:
        note_last_use(left)
    booking_changed.send(sender=Booking, booking=booking, change=Change.MOVED if moved else Change.EDITED, by=by)
    return booking


def _lines(
    booking: Booking,
    lines: Sequence[BookingLine],
    services: Sequence[ServiceInfo],
    vehicle_type: VehicleTypeInfo | None,
    prices: Mapping[int, int],
    by: Membership,
) -> list[BookingLine]:
    agreed = {line.service_id: line for line in lines}
    same_type = booking.vehicle_type_id == (vehicle_type.pk if vehicle_type else None)
    result = []
    for position, service in enumerate(services):
        line = new_line(booking, service, vehicle_type, position)
        kept = agreed.get(service.pk)
        if kept is not None and same_type:
            line.name, line.minutes, line.price = kept.name, kept.minutes, kept.price
        wanted = prices.get(service.pk, line.price)
        if wanted != line.price:
            if not by.at_least(Role.MANAGER):
                raise BookingError(_("Changing a price needs a manager."), field="service")
            line.price = wanted
        result.append(line)
    if not result:
        raise BookingError(_("Choose a service."), field="service")
    return result


def _replace_lines(booking: Booking, old: Sequence[BookingLine], new: Sequence[BookingLine], by: Membership) -> None:
    """Write only what differs, so that the history shows real changes and nothing else; orders of extras follow."""
    by_service = {line.service_id: line for line in old}
    for line in new:
        kept = by_service.pop(line.service_id, None)
        if kept is None:
            line.save()
        elif (kept.position, kept.price, kept.minutes) != (line.position, line.price, line.minutes):
            kept.position, kept.price, kept.minutes, kept.name = line.position, line.price, line.minutes, line.name
            kept.save()
    for gone in by_service.values():
        gone.delete()
    if {line.service_id for line in old} != {line.service_id for line in new}:
        follow_lines(booking, gone=OrderState.CANCELLED, by=by)
