"""A vehicle in a message."""

from __future__ import annotations

from fleet import plates
from fleet.models import Vehicle
from garages.models import Garage


def named(vehicle: Vehicle | None, garage: Garage) -> str:
    """Its plate as the country writes it, make and model; "" of none."""
    if vehicle is None:
        return ""
    plate = plates.shown(vehicle.registration, vehicle.registration_typed, garage.country)
    return " ".join(filter(None, [plate, vehicle.description]))
