"""A garage's hours as the ledger counts them: when it is open, when its technicians are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from bookings.enums import DropOff
from bookings.ledger import Worker
from bookings.slots import Offer, Range, moment
from bookings.stretches import Stretch, Stretches
from garages.setup import Setup


def minute(at: datetime) -> int:
    return int(at.timestamp()) // 60


def moment_of(at: int) -> datetime:
    return datetime.fromtimestamp(at * 60, UTC)


def whole_minutes(length: timedelta) -> int:
    return -(-length // timedelta(minutes=1))


def opening_ranges(setup: Setup, day: date) -> list[Range]:
    """The opening spans of a date as moments in UTC. What the clocks leave nothing of is left out."""
    zone = setup.garage.zone
    ranges = [Range(moment(day, opens, zone), moment(day, closes, zone)) for opens, closes in setup.hours_on(day)]
    return [range_ for range_ in ranges if range_.length]


def spans_on(setup: Setup, day: date) -> list[Stretch]:
    return [(minute(span.start), minute(span.end)) for span in opening_ranges(setup, day)]


def longest_day(setup: Setup) -> int:
    """The most minutes the garage works on any day of the week."""
    return max(
        (
            sum((closes.hour - opens.hour) * 60 + closes.minute - opens.minute for opens, closes in spans)
            for spans in setup.hours.values()
        ),
        default=0,
    )


def crew(setup: Setup, spans: Mapping[date, Sequence[Stretch]]) -> list[Worker]:
    zone = setup.garage.zone
    always = [stretch for day in sorted(spans) for stretch in spans[day]]
    there_when = []
    for technician in setup.technicians:
        there: Sequence[Stretch] = always
        if technician.shifts:
            there = [
                (max(opens, begins), min(closes, ends))
                for day, opening in spans.items()
                for first, last in technician.shifts.get(day.weekday(), [])
                for begins, ends in [(minute(moment(day, first, zone)), minute(moment(day, last, zone)))]
                for opens, closes in opening
                if max(opens, begins) < min(closes, ends)
            ]
        if technician.absences:
            away = Stretches((minute(one.starts_at), minute(one.ends_at)) for one in technician.absences)
            there = list(Stretches(there).without(away))
        there_when.append(Worker(technician.pk, technician.skills, there))
    return there_when


def candidates(spans: Iterable[Stretch], step: int, not_before: int) -> Iterator[int]:
    """The starts to look at: the grid that begins with each span, and `not_before` itself, so that somebody standing
    at the counter is offered now and not the next half hour."""
    for opens, closes in spans:
        if opens < not_before < closes and (not_before - opens) % step:
            yield not_before
        yield from range(max(opens, opens + -(-(not_before - opens) // step) * step), closes, step)


def work_between(setup: Setup, start: datetime, end: datetime) -> timedelta:
    """The opening time from `start` to `end`."""
    return timedelta(minutes=sum(last - first for first, last in _pieces_between(setup, start, end)))


def is_there(setup: Setup, technician: int, start: datetime, end: datetime) -> bool:
    """Whether a technician's shifts and absences let them work whenever the garage is open from `start` to `end`."""
    pieces = _pieces_between(setup, start, end)
    spans = {day: spans_on(setup, day) for day in _dates_between(setup, start, end)}
    there = next((Stretches(one.there) for one in crew(setup, spans) if one.pk == technician), Stretches())
    return all(there.covers(*piece) for piece in pieces)


def _pieces_between(setup: Setup, start: datetime, end: datetime) -> list[Stretch]:
    first, last = minute(start), minute(end)
    return [
        (max(first, opens), min(last, closes))
        for day in _dates_between(setup, start, end)
        for opens, closes in spans_on(setup, day)
        if max(first, opens) < min(last, closes)
    ]


def _dates_between(setup: Setup, start: datetime, end: datetime) -> list[date]:
    first, last = start.astimezone(setup.garage.zone).date(), end.astimezone(setup.garage.zone).date()
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def left_from(setup: Setup, starts_at: datetime, way: DropOff) -> datetime | None:
    """From when on a car may be left on its day, where customers choose a day and not a time; None where they come as
    the work starts, as whoever waits here does."""
    garage = setup.garage
    if not garage.day_only or way == DropOff.WAIT:
        return None
    day = starts_at.astimezone(garage.zone).date()
    opening = opening_ranges(setup, day)
    first = opening[0].start if opening else starts_at
    if garage.drop_off_from is not None:
        first = moment(day, garage.drop_off_from, garage.zone)
    return min(first, starts_at)


def drop_off_before(setup: Setup, offer: Offer) -> datetime | None:
    """When the car may be left the evening before, so that work begins as the garage opens: the end of the last open
    day, if that is still to come. None for starts later in a day."""
    day = offer.start.astimezone(setup.garage.zone).date()
    opening = opening_ranges(setup, day)
    if not opening or opening[0].start != offer.start:
        return None
    for number in range(1, 8):
        before = opening_ranges(setup, day - timedelta(days=number))
        if before:
            evening = before[-1].end - timedelta(minutes=setup.garage.slot_step)
            return evening if evening > timezone.now() else None
    return None
