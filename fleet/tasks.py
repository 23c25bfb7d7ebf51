"""What a worker does for vehicles."""

from __future__ import annotations

from typing import Final

from celery import shared_task
from django.db import transaction

from fleet.models import Vehicle
from fleet.register import has_register, keep
from garages.queue import hand_over
from garages.tenancy.context import tenant
from integrations.vehicles.answers import ask

WAITS: Final = 5
WAIT_SECONDS: Final = 3


@shared_task
def check_vehicle(garage_pk: int, vehicle_pk: int, waited: int = 0) -> None:
    """Keep what the registers say of a vehicle. Comes back while the answer is on its way, a few times."""
    with tenant(garage_pk), transaction.atomic():
        vehicle = Vehicle.objects.select_related("garage").filter(pk=vehicle_pk).first()
        if vehicle is None or not vehicle.registration or not has_register(vehicle.garage):
            return
        row = ask(vehicle.registration)
        if row.state:
            keep(vehicle, row)
            return
    if waited < WAITS:
        hand_over(check_vehicle, garage_pk, vehicle_pk, waited + 1, countdown=WAIT_SECONDS)
