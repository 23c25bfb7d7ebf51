"""What a booking has that went out of use since."""

from __future__ import annotations

from dataclasses import replace

from bookings.models import Booking
from garages.setup import Setup, VehicleTypeInfo


def setup_for(booking: Booking, setup: Setup) -> Setup:
    """The setup, with the vehicle type and the services of this booking among those in use, named as they are on it:
    what was agreed can be kept, and nobody else can choose it."""
    names = {line.service_id: line.name for line in booking.lines.all()}
    gone = [service for service in setup.retired if service.pk in names]
    kind = booking.vehicle_type if setup.vehicle_type(booking.vehicle_type_id) is None else None
    if not gone and kind is None:
        return setup
    kinds = [VehicleTypeInfo(kind.pk, str(kind.public_id), kind.name)] if kind else []
    services = [replace(service, name=names[service.pk]) for service in gone]
    return replace(
        setup,
        vehicle_types=[*setup.vehicle_types, *kinds],
        services=[*setup.services, *services],
    )
