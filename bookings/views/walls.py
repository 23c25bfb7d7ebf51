"""The planner away from the desk: the screen on the workshop's wall, and the day on paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from bookings.days import read_day
from bookings.enums import HOLDS_CAPACITY, Status
from bookings.models import Booking
from bookings.selectors.further import further_times_in
from bookings.selectors.my_day import Job, Part, jobs_of, parts_of
from bookings.selectors.planner import bookings_in
from bookings.slots import day_range
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.rendering import render_page
from garages.setup import Away, load_setup

_NEXT_SHOWN = 3


@dataclass
class WallBay:
    """A bay on the wall: what is worked on now, what comes, who helps and what is gone on with (those not over yet),
    and why it is out of service, if it is."""

    name: str
    out: Away | None = None
    jobs: list[Job] = field(default_factory=list)
    coming: list[Booking] = field(default_factory=list)
    further: list[Part] = field(default_factory=list)

    @property
    def next_ones(self) -> list[Booking]:
        return self.coming[:_NEXT_SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.coming) - _NEXT_SHOWN)


@staff(Role.TECHNICIAN)
@require_GET
def wall(request: StaffRequest, garage: str) -> HttpResponse:
    """All bays in type that can be read across the workshop, without anything to press (P-17, ROLE-6)."""
    now = timezone.now()
    setup = load_setup(request.garage)
    whole = day_range(request.garage.today(), request.garage.zone)
    bays = {bay.pk: WallBay(bay.name, bay.outage_at(now)) for bay in setup.bays}
    for job in jobs_of(Booking.objects.filter(status=Status.IN_SERVICE, bay__in=bays)):
        bays[job.booking.bay_id].jobs.append(job)
    for booking in bookings_in(whole):
        if booking.bay_id in bays and booking.status in (Status.PENDING, Status.CONFIRMED):
            bays[booking.bay_id].coming.append(booking)
    for part in parts_of(further_times_in(whole).filter(holds=True, done_at=None, ends_at__gt=now)):
        bay = part.time.bay_id or part.time.booking.bay_id
        if bay in bays:
            bays[bay].further.append(part)
    context = {"bays": list(bays.values()), "now": now, "garage": request.garage, "theme": _theme(request)}
    return render_page(request, "bookings/wall.html", context, part="wall")


def _theme(request: StaffRequest) -> str:
    """Dark, unless the address says otherwise: walls are far from windows."""
    return "light" if request.GET.get("theme") == "light" else "dark"


@staff(Role.RECEPTIONIST)
@require_GET
def sheet(request: StaffRequest, garage: str) -> HttpResponse:
    """The day on paper: what is worked with when the network is gone."""
    day = read_day(request.GET.get("day", "")) or request.garage.today()
    rows = [
        one
        for one in bookings_in(day_range(day, request.garage.zone))
        if one.status in (*HOLDS_CAPACITY, Status.COMPLETED)
    ]
    context = {
        "day": day,
        "rows": rows,
        "further": further_times_in(day_range(day, request.garage.zone)),
        "garage": request.garage,
        "printed_at": timezone.now(),
        "previous": day - timedelta(days=1),
        "next": day + timedelta(days=1),
    }
    return render(request, "bookings/sheet.html", context)
