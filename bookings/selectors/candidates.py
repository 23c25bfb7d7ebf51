"""What is known of the technicians who could do a job."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import Count, F, Q, Sum

from bookings.enums import Status
from bookings.hours import is_there
from bookings.models import Allocation, Booking, BookingLine
from bookings.ranking import Candidate, Ranked, ranked
from bookings.slots import day_range
from garages.models import Garage, Technician
from garages.setup import Setup


def ranking_for(booking: Booking, setup: Setup) -> list[Ranked]:
    """The garage's technicians, best for this booking first. Five queries, however many they are."""
    needed = dict(
        BookingLine.objects.filter(booking=booking, service__skill__isnull=False)
        .order_by("service__skill__name")
        .values_list("service__skill_id", "service__skill__name")
    )
    visits = _visits(booking)
    days = _days(booking, setup.garage)
    team = Technician.objects.filter(is_active=True).annotate(
        skill_keys=ArrayAgg("skill_links__skill_id", filter=Q(skill_links__isnull=False), default=[])
    )
    return ranked(
        [
            Candidate(
                public_id=str(person.public_id),
                name=person.name,
                skills=frozenset(person.skill_keys),
                load=days.get(person.pk, (timedelta(), False))[0],
                visits=visits.get(person.pk, 0),
                is_busy=days.get(person.pk, (timedelta(), False))[1],
                is_away=not is_there(setup, person.pk, booking.starts_at, booking.ends_at),
            )
            for person in team
        ],
        needed,
    )


def _visits(booking: Booking) -> dict[int | None, int]:
    """How often each technician completed work on this car."""
    if booking.vehicle_id is None:
        return {}
    done = Booking.objects.filter(vehicle=booking.vehicle_id, status=Status.COMPLETED, technician__isnull=False)
    return dict(done.order_by().values_list("technician").annotate(number=Count("pk")))


def _days(booking: Booking, garage: Garage) -> dict[int | None, tuple[timedelta, bool]]:
    """The other work of each technician that day, and whether some of it is at the booking's time."""
    day = day_range(booking.starts_at.astimezone(garage.zone).date(), garage.zone)
    own = Booking.objects.holding_capacity().filter(held_from__lt=day.end, held_until__gt=day.start)
    jobs = own.filter(technician__isnull=False).exclude(pk=booking.pk)
    further = Allocation.objects.filter(holds=True, starts_at__lt=day.end, ends_at__gt=day.start)
    at_its_time = (
        (jobs, Q(held_from__lt=booking.held_until, held_until__gt=booking.held_from)),
        (further, Q(starts_at__lt=booking.held_until, ends_at__gt=booking.held_from)),
    )
    days: dict[int | None, tuple[timedelta, bool]] = {}
    for taken, meets in at_its_time:
        loads = taken.order_by().values_list("technician")
        for technician, load, busy in loads.annotate(load=Sum(F("ends_at") - F("starts_at")), busy=BoolOr(meets)):
            known, was_busy = days.get(technician, (timedelta(), False))
            days[technician] = (known + load, was_busy or busy)
    return days
