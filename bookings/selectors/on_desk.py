"""Which bookings stand on the desk: those of a day, and today whatever still needs somebody. Written out, because it is
the page people look at all day, and every booking made asks for its counts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.utils import timezone

from bookings.enums import OrderState, Status
from bookings.selectors.rows import Row, rows_of
from bookings.slots import day_range
from garages.models import Garage, Membership
from garages.rows import prepared

WAITING, IN_WORKSHOP, COMING, FINISHED = range(4)
GROUPS: Final[dict[str, int]] = {
    Status.REQUESTED: WAITING,
    Status.PENDING: WAITING,
    Status.IN_SERVICE: IN_WORKSHOP,
    Status.CONFIRMED: COMING,
}

# Requests whose time has passed have expired and leave the desk (REQ-14).
_UNANSWERED: Final = "(status = 'pending' or status = 'requested' and starts_at >= %(now)s)"
_STANDS: Final = "(status <> 'requested' or starts_at >= %(now)s)"
_OF_THE_DAY: Final = f"""
starts_at >= %(first)s and starts_at < %(last)s and {_STANDS} or reference = %(pinned)s and {_STANDS}
"""
_OF_TODAY: Final = f"{_OF_THE_DAY} or status = 'in_service' or {_UNANSWERED}"

_ORDERED: Final = "select 'received', count(*) from bookings_order where garage_id = %(garage)s and state = 'received'"
_OPEN: Final = f"""
select status, count(*) from bookings_booking
where garage_id = %(garage)s and (status = 'in_service' or {_UNANSWERED}) group by status
union all {_ORDERED}
"""
_COUNTS: Final = f"""
select status, count(*) from bookings_booking where garage_id = %(garage)s and ({{in_view}}) group by status
union all {_ORDERED}
union all
select 'queued', count(*) from bookings_queueentry
where garage_id = %(garage)s and membership_id = %(queue_of)s and batch_id is null
"""
_ALL_UNANSWERED: Final = f"""
union all
select 'all ' || status, count(*) from bookings_booking where garage_id = %(garage)s and {_UNANSWERED} group by status
"""
_CHOSEN: Final = """
select id from bookings_booking
where garage_id = %(garage)s and ({in_view}) and (%(status)s = '' or status = %(status)s)
order by case status {groups} else {finished} end, reference <> %(pinned)s, starts_at, id
limit %(size)s offset %(skip)s
"""


class Counts(NamedTuple):
    """Bookings by status in the view; those of the whole garage that wait for an answer, and the orders that do; the
    vehicles in the queue."""

    in_view: dict[str, int]
    unanswered: dict[str, int]
    queued: int


class OnDesk:
    """The desk of one day. `pinned` is the reference of a booking that stands there whatever its day."""

    def __init__(self, garage: Garage, day: date, now: datetime, pinned: str) -> None:
        hours = day_range(day, garage.zone)
        self._is_today = day == garage.today()
        self._in_view = _OF_TODAY if self._is_today else _OF_THE_DAY
        self._facts: dict[str, Any] = {
            "garage": garage.pk,
            "first": hours.start,
            "last": hours.end,
            "now": now,
            "pinned": pinned,
        }

    def counts(self, queue_of: Membership | None) -> Counts:
        """One query. The queue counted is that of `queue_of`. All that is unanswered stands in today's view: there it
        is not counted again."""
        sql = _COUNTS.format(in_view=self._in_view) + ("" if self._is_today else _ALL_UNANSWERED)
        with prepared() as cursor:
            cursor.execute(sql, self._facts | {"queue_of": queue_of.pk if queue_of else None})
            counts = dict(cursor.fetchall())
        unanswered: dict[str, int] = {
            status: counts.get(status, 0) if self._is_today else counts.pop(f"all {status}", 0)
            for status in (Status.PENDING, Status.REQUESTED)
        }
        unanswered[OrderState.RECEIVED] = counts.pop("received")
        queued = counts.pop("queued")
        return Counts(counts, unanswered, queued)

    def rows(self, status: str, *, size: int, skip: int) -> list[Row]:
        """Those of one status, or of all, group by group: one query."""
        groups = " ".join(f"when '{name}' then {group}" for name, group in GROUPS.items())
        chosen = _CHOSEN.format(in_view=self._in_view, groups=groups, finished=FINISHED)
        return rows_of(chosen, self._facts | {"status": status, "size": size, "skip": skip})


def open_counts(garage: Garage) -> dict[str, int]:
    """How many bookings of the garage in scope wait for an answer or are in the workshop, by status, and how many
    orders wait for one: one query."""
    with prepared() as cursor:
        cursor.execute(_OPEN, {"garage": garage.pk, "now": timezone.now()})
        return dict(cursor.fetchall())
