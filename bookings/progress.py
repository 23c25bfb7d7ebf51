"""How far a booking has come, for the steps at the top of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.enums import Status
from bookings.models import Booking
from bookings.selectors.history import History


@dataclass(frozen=True)
class Step:
    """`state` is done, current, or blank for what is still to come."""

    label: str | Promise
    at: datetime | None
    state: str


def steps_of(booking: Booking, history: Sequence[History]) -> list[Step]:
    """From booked to completed. A booking that ended otherwise shows what was reached, and its end."""
    confirmed_at = next((act.at for act in history if act.status == Status.CONFIRMED), None)
    reached = [
        (_("Booked"), booking.created_at),
        (_("Confirmed"), confirmed_at),
        (_("Checked in"), booking.arrived_at),
        (_("In service"), booking.started_at),
        (_("Completed"), booking.completed_at),
    ]
    if booking.status in (Status.CANCELLED, Status.NO_SHOW, Status.DECLINED):
        ended = next((act.at for act in history if act.status == booking.status), None)
        done = [Step(label, at, "done") for label, at in reached if at is not None]
        return [*done, Step(Status(booking.status).label, ended, "current")]
    current = {
        Status.REQUESTED: -1,
        Status.PENDING: 0,
        Status.CONFIRMED: 2 if booking.arrived_at else 1,
        Status.IN_SERVICE: 3,
        Status.COMPLETED: 4,
    }[Status(booking.status)]
    return [
        Step(label, at, "done" if number < current else "current" if number == current else "")
        for number, (label, at) in enumerate(reached)
    ]
