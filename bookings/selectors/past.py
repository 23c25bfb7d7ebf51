"""What a booking was before its last change, read from the history's rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps

from bookings.models import Booking
from bookings.selectors.history import FIELDS, kind_of


@dataclass(frozen=True)
class LastChange:
    """The act that made the booking's present version, and when it began.

    `before` is the booking's history row from before it, None when the act made the booking; `lines` holds, for each
    line it touched, the line's history row from before, None where there was no such line; `times` the same for further
    times. `kind` is a word of bookings.selectors.history.
    """

    kind: str
    at: datetime
    before: Any | None
    lines: dict[int, Any | None]
    times: dict[int, Any | None]
    by_customer: bool


def last_change(booking: Booking) -> LastChange | None:
    """None when the history does not reach back that far. Three queries.

    Rows are read in the order they were written: the moments they carry are those at which transactions began.
    """
    rows: Any = apps.get_model("bookings", "BookingEvent").objects
    events = list(rows.filter(garage_id=booking.garage_id, pgh_obj_id=booking.pk).order_by("-pgh_id"))
    moments = {event.pgh_created_at for event in events if event.version == booking.version}
    # One act may make several versions in one transaction, and a merge of customers touches a version it did not make.
    latest = [event for event in events if event.pgh_created_at in moments]
    if not latest:
        return None
    before = next((event for event in events if event.pgh_id < latest[-1].pgh_id), None)
    by_customer = any((event.pgh_context or {}).get("customer") for event in latest)
    if before is None:
        is_new = latest[-1].pgh_label == "insert"
        return LastChange("created", latest[-1].pgh_created_at, None, {}, {}, by_customer) if is_new else None
    lines, times = (_before(model, booking, moments) for model in ("BookingLineEvent", "AllocationEvent"))
    if lines is None or times is None:
        return None
    return LastChange(_kind(before, latest), latest[-1].pgh_created_at, before, lines, times, by_customer)


def _kind(before: Any, latest: list[Any]) -> str:
    if any((event.pgh_context or {}).get("undid") for event in latest):
        return "undone"
    names = {name for name in FIELDS if getattr(before, name) != getattr(latest[0], name)}
    return kind_of(created=False, status=latest[0].status if "status" in names else "", names=names)


def _before(model: str, booking: Booking, moments: Iterable[Any]) -> dict[int, Any | None] | None:
    """The touched parts of the booking as they were; None when one of them has no row from before."""
    rows: Any = apps.get_model("bookings", model).objects
    known: dict[int, Any] = {}
    touched: dict[int, Any | None] = {}
    for event in rows.filter(garage_id=booking.garage_id, booking_id=booking.pk).order_by("pgh_id"):
        key = event.pgh_obj_id
        if event.pgh_created_at in moments and key not in touched:
            was = {"insert": None, "delete": event}.get(event.pgh_label, known.get(key))
            if was is None and event.pgh_label == "update":
                return None
            touched[key] = was
        known[key] = event
    return touched
