"""How long a service really takes: the median of own finished jobs, by vehicle type (LEAP-4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from bookings.enums import Status
from bookings.models import Booking, WorkSpan
from bookings.selectors.durations import Learned, learned_durations
from garages.models import Garage, Service, Technician, VehicleType
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.factories.bookings import make_booking


def _finished(
    garage: Garage, minutes: int, *, kind: str = "Saloon", services: tuple[str, ...] = ("Brake check",)
) -> None:
    """A job finished yesterday, worked on in two stretches."""
    booking = make_booking(garage, services=list(services))
    start = timezone.now() - timedelta(days=1)
    facts = {"starts_at": start, "held_from": start, "status": Status.COMPLETED}
    Booking.objects.filter(pk=booking.pk).update(vehicle_type=VehicleType.objects.get(name=kind), **facts)
    sam, half = Technician.objects.get(name="Sam Okoro"), timedelta(minutes=minutes) / 2
    for begin in (start, start + timedelta(hours=3)):
        WorkSpan.objects.create(booking=booking, technician=sam, started_at=begin, ended_at=begin + half)


@pytest.fixture
def jobs(inside: Garage) -> Service:
    """Five saloons, one of them stuck for hours; two vans; one visit with another service beside."""
    for minutes in (38, 40, 41, 45, 400):
        _finished(inside, minutes)
    for minutes in (80, 90):
        _finished(inside, minutes, kind="Van")
    _finished(inside, 500, services=("Brake check", "Full service"))
    return Service.objects.get(name="Brake check")


def test_the_median_of_own_jobs_is_learned(inside: Garage, jobs: Service) -> None:
    """Of seven the fourth, of the five saloons the third; two vans are too few."""
    assert learned_durations(jobs, load_setup(inside)) == [Learned("", 7, 45), Learned("Saloon", 5, 45)]
    assert learned_durations(Service.objects.get(name="MOT test"), load_setup(inside)) == []


def test_a_manager_reads_it_and_takes_it_over(garage: Garage, manager_client: Client) -> None:
    with tenant(garage.pk), transaction.atomic():
        for minutes in range(41, 46):
            _finished(garage, minutes)
        service = Service.objects.get(name="Brake check")
    address = f"/g/here/settings/services/{service.public_id}/"
    part = manager_client.get(f"{address}durations/").content.decode()
    assert ("45 min, the middle of 5 finished jobs" in part, f"{address}?minutes=45" in part) == (True, True)
    page = manager_client.get(address, {"minutes": "45"}).content.decode()
    assert 'name="minutes" value="45"' in page
    with tenant(garage.pk):
        assert Service.objects.get(pk=service.pk).minutes == 30
