"""The closed lists of bookings."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a booking stands. "Expired" is not here: it is a request whose time has passed, and computed."""

    REQUESTED = "requested", _("Requested")
    PENDING = "pending", _("Pending")
    CONFIRMED = "confirmed", _("Confirmed")
    IN_SERVICE = "in_service", _("In service")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")
    NO_SHOW = "no_show", _("No-show")
    DECLINED = "declined", _("Declined")


# The one table of legal moves (ruling 5): from -> to.
MOVES: Final[dict[Status, frozenset[Status]]] = {
    Status.REQUESTED: frozenset({Status.PENDING, Status.CONFIRMED, Status.DECLINED, Status.CANCELLED}),
    Status.PENDING: frozenset({Status.CONFIRMED, Status.DECLINED, Status.CANCELLED, Status.NO_SHOW}),
    Status.CONFIRMED: frozenset({Status.IN_SERVICE, Status.CANCELLED, Status.NO_SHOW}),
    Status.IN_SERVICE: frozenset({Status.COMPLETED, Status.CANCELLED}),
    Status.COMPLETED: frozenset({Status.IN_SERVICE}),
    Status.CANCELLED: frozenset({Status.PENDING}),
    Status.NO_SHOW: frozenset({Status.PENDING}),
    Status.DECLINED: frozenset({Status.REQUESTED}),
}

# While a booking stands here, its bay and technician are taken (ruling 4: pending holds, a request does not).
HOLDS_CAPACITY: Final = (Status.PENDING, Status.CONFIRMED, Status.IN_SERVICE)

# What can still be rearranged. The notes of any booking can be changed, whatever became of it.
OPEN: Final = (Status.REQUESTED, *HOLDS_CAPACITY)


class Source(models.TextChoices):
    """Through which channel a booking came; kept for ever (BOOK-5)."""

    RECEPTION = "reception", _("reception")
    ONLINE = "online", _("online")


class DropOff(models.TextChoices):
    """How the customer leaves the car (P-7)."""

    DROP = "drop", _("Drops off")
    WAIT = "wait", _("Waits here")
    SHUTTLE = "shuttle", _("Shuttle")
    COURTESY = "courtesy", _("Courtesy car")


class Awaiting(models.TextChoices):
    """What work stands still for."""

    PARTS = "parts", _("Parts")
    AUTHORISATION = "authorisation", _("Authorisation")


class PauseReason(models.TextChoices):
    """Why work stands still. What is awaited is also marked on the booking."""

    PARTS = Awaiting.PARTS.value, _("Waiting for parts")
    AUTHORISATION = Awaiting.AUTHORISATION.value, _("Waiting for authorisation")
    OTHER = "other", _("Something else")


class Priority(models.IntegerChoices):
    NORMAL = 0, _("Normal")
    URGENT = 1, _("Urgent")


class DeskPath(models.TextChoices):
    """What a booking at the desk began with (LEAP-15)."""

    ONE_BOX = "onebox", _("one box")
    PHONE = "phone", _("phone number")
    PROFILE = "profile", _("profile")
    TYPED = "typed", _("typed in")


class OrderState(models.TextChoices):
    """Where an extra that was ordered stands."""

    RECEIVED = "received", _("Received")
    CONFIRMED = "confirmed", _("Confirmed")
    CANCELLED = "cancelled", _("Cancelled")


class Waiting(models.TextChoices):
    """Where somebody on the waiting list stands."""

    WAITING = "waiting", _("Waiting")
    OFFERED = "offered", _("Offered a time")
    BOOKED = "booked", _("Booked")
    LEFT = "left", _("Left the list")
