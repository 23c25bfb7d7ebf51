"""What a booking has that went out of use since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bookings.models import Booking, BookingLine
from garages.models import Service
from garages.setup import ServiceInfo, Setup, VehicleTypeInfo


def setup_for(booking: Booking, setup: Setup) -> Setup:
    """The setup, with the vehicle type and the services of this booking among those in use, named as they are on it:
    what was agreed can be kept, and nobody else can choose it. No query where all of it is in use."""
    known = {service.pk for service in setup.services}
    gone = [line for line in booking.lines.all() if line.service_id not in known]
    kind = booking.vehicle_type if setup.vehicle_type(booking.vehicle_type_id) is None else None
    if not gone and kind is None:
        return setup
    kinds = [VehicleTypeInfo(kind.pk, str(kind.public_id), kind.name)] if kind else []
    return replace(
        setup,
        vehicle_types=[*setup.vehicle_types, *kinds],
        services=[*setup.services, *_services(gone)],
    )


def _services(lines: Sequence[BookingLine]) -> list[ServiceInfo]:
    services = Service.objects.prefetch_related("prices").in_bulk([line.service_id for line in lines])
    return [_info(services[line.service_id], line.name) for line in lines]


def _info(service: Service, name: str) -> ServiceInfo:
    return ServiceInfo(
        pk=service.pk,
        public_id=str(service.public_id),
        name=name,
        category=service.category,
        minutes=service.minutes,
        buffer_before=service.buffer_before,
        buffer_after=service.buffer_after,
        bay_kind=service.bay_kind,
        skill_id=service.skill_id,
        base_price=service.price,
        is_request_only=service.is_request_only,
        is_extra=service.is_extra,
        orders_confirmed=service.orders_confirmed,
        code=service.code,
        times_booked=service.times_booked,
        own_prices={cell.vehicle_type_id: cell.price for cell in service.prices.all()},
    )
