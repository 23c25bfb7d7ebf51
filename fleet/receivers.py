"""A vehicle that came in is looked up, unless the form did it: its MOT date is wanted for reminders."""

from __future__ import annotations

from typing import Any

import structlog
from django.db import transaction
from django.dispatch import receiver

from fleet.models import Vehicle
from fleet.signals import vehicle_changed
from garages.queue import QueueUnreachable, hand_over

log = structlog.get_logger(__name__)


@receiver(vehicle_changed)
def _vehicle_changed(vehicle: Vehicle, created: bool, **_kwargs: Any) -> None:
    garage_pk = vehicle.garage_id
    if created and vehicle.registration and garage_pk is not None:
        transaction.on_commit(lambda: _check(garage_pk, vehicle.pk))


def _check(garage_pk: int, vehicle_pk: int) -> None:
    from fleet.tasks import check_vehicle  # which uses the services that send the signal

    try:
        hand_over(check_vehicle, garage_pk, vehicle_pk)
    except QueueUnreachable:
        log.warning("vehicle.queue_unreachable")
