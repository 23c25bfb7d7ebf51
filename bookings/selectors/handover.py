"""What happened to a garage's bookings in a stretch of time: the log one shift leaves to the next (LEAP-5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps

from bookings.models import Booking, HandoverNote
from bookings.selectors.history import PARTS, History, read_acts, title_of
from bookings.slots import Range, day_range
from garages.models import Garage, User

# Rows of history read at most: some hundred acts, more than anybody reads at the start of a shift.
MOST_ROWS: Final = 600
NOTES: Final = 10
# Who was away for longer reads the days one by one.
AWAY: Final = timedelta(days=14)


@dataclass(frozen=True)
class Entry:
    """One act on one booking, which carries its customer."""

    act: History
    booking: Booking


@dataclass(frozen=True)
class Log:
    """The newest first; `is_cut` says that there was more before these."""

    entries: list[Entry]
    is_cut: bool

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How often what was done, the most frequent first."""
        return [(title_of(kind), times) for kind, times in Counter(one.act.kind for one in self.entries).most_common()]


def log_of(garage: Garage, when: Range) -> Log:
    """The acts on any booking whose transaction began in that time. A constant number of queries."""
    rows = _rows("BookingEvent", garage).filter(pgh_created_at__gte=when.start, pgh_created_at__lt=when.end)
    events = list(rows.order_by("-pgh_created_at", "-pgh_id")[:MOST_ROWS])
    keys = {event.pgh_obj_id for event in events}
    moments = {event.pgh_created_at for event in events}
    before, parts = _last_before(events, "BookingEvent", garage), []
    for model in PARTS:
        own = list(_rows(model, garage).filter(booking_id__in=keys, pgh_created_at__in=moments))
        before += _last_before(own, model, garage)
        parts += own
    acts = read_acts(events, parts, garage, before=before)
    bookings = Booking.objects.select_related("customer").in_bulk(keys)
    entries = [Entry(act, bookings[key]) for key, act in acts if key in bookings]
    return Log(entries[::-1], is_cut=len(events) == MOST_ROWS)


def left_at(user: User, garage: Garage) -> datetime | None:
    """When somebody last did anything to a booking before today; None when that is longer ago than two weeks."""
    today = day_range(garage.today(), garage.zone).start
    own = _rows("BookingEvent", garage).filter(pgh_context__user=user.pk, pgh_created_at__gte=today - AWAY)
    newest = own.filter(pgh_created_at__lt=today).order_by("-pgh_created_at").values_list("pgh_created_at", flat=True)
    return newest.first()


def notes_for(when: Range) -> list[HandoverNote]:
    """The notes of that time; where nobody wrote any, the last one before it."""
    latest = list(HandoverNote.objects.select_related("written_by").filter(written_at__lt=when.end)[:NOTES])
    return [note for note in latest if note.written_at >= when.start] or latest[:1]


def _last_before(events: Iterable[Any], model: str, garage: Garage) -> list[Any]:
    """Of each thing the rows are about, the row from before all of them."""
    keys = {event.pgh_obj_id for event in events}
    first = min((event.pgh_id for event in events), default=0)
    known = _rows(model, garage).filter(pgh_obj_id__in=keys, pgh_id__lt=first)
    return list(known.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id"))


def _rows(model: str, garage: Garage) -> Any:
    found: Any = apps.get_model("bookings", model)
    return found.objects.filter(garage_id=garage.pk)
