"""How long before its start a customer may cancel or move a booking without calling (COMP-27). The desk may at any
time, and is told when the notice is short."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.enums import Status
from bookings.models import Booking
from garages import formats
from garages.models import Garage


class Step(StrEnum):
    """What a customer may want of a booking; each has a notice of its own."""

    CANCEL = "cancel"
    MOVE = "move"


def refusal(booking: Booking, step: Step, garage: Garage) -> str | None:
    """Why the customer cannot take this step alone any more, in words for them; None while they can."""
    if booking.status not in (Status.REQUESTED, Status.PENDING, Status.CONFIRMED) or booking.arrived_at is not None:
        return _("This booking cannot be changed any more.")
    if timezone.now() <= latest(booking, step, garage):
        return None
    if garage.phone:
        return _("It is too late to change this here. Call us: %(phone)s") % {"phone": garage.phone}
    return _("It is too late to change this here. Call us.")


def short_notice(booking: Booking, step: Step, garage: Garage) -> str:
    """What the desk is told when the customer would have had to call; blank where the notice is long enough."""
    minutes = _notice(step, garage)
    if not minutes or timezone.now() <= latest(booking, step, garage):
        return ""
    return _("Short notice: the booking rules ask for %(length)s.") % {"length": formats.minutes(minutes)}


def latest(booking: Booking, step: Step, garage: Garage) -> datetime:
    """Until when the customer can take the step alone."""
    return booking.starts_at - timedelta(minutes=_notice(step, garage))


def _notice(step: Step, garage: Garage) -> int:
    return garage.notice_to_cancel if step == Step.CANCEL else garage.notice_to_move
