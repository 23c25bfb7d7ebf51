"""Further times of a demo garage's bookings: somebody helps, and a part is done when its parts are there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bookings.availability import further_times
from bookings.enums import Awaiting, Status
from bookings.errors import BookingError
from bookings.jobs import Job
from bookings.models import Allocation, Booking
from bookings.services.capacity import allot, promise
from bookings.slots import Demand
from garages.models import Garage, Technician
from garages.setup import Setup, load_setup

_HALF_HOUR: Final = timedelta(minutes=30)
_HELPED: Final = 3


def write_further_times(garage: Garage, now: datetime) -> None:
    """On the next visits somebody else is free for; and on the first car in the workshop that waits for parts."""
    setup = load_setup(garage)
    helped = 0
    coming = Booking.objects.filter(status=Status.CONFIRMED, starts_at__gt=now, technician__isnull=False)
    for booking in coming.order_by("starts_at", "pk")[:20]:
        helped += _helped(booking, setup)
        if helped == _HELPED:
            break
    waits = Booking.objects.filter(status=Status.IN_SERVICE, awaiting=Awaiting.PARTS, technician__isnull=False).first()
    if waits is not None:
        job = Job(Demand(2 * _HALF_HOUR), technician=waits.technician_id, in_bays=())
        for offer in further_times(setup, garage.today() + timedelta(days=1), job, most=1):
            part = Allocation(booking=waits, technician=waits.technician, note=str(Awaiting.PARTS.label))
            allot(part, setup=setup, starts_at=offer.start, work=job.demand.work)
            if promise(waits):
                waits.save()


def _helped(booking: Booking, setup: Setup) -> bool:
    for other in Technician.objects.filter(is_active=True).exclude(bookings=booking):
        part = Allocation(booking=booking, technician=other)
        try:
            allot(part, setup=setup, starts_at=booking.starts_at, work=_HALF_HOUR)
        except BookingError:
            continue
        return True
    return False
