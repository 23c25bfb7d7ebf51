"""What became of each visit by now: who booked it when, who came, what is being worked on, what waits for an answer.

The stories end at the moment the demo is loaded, so that the desk opens on a day in full swing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Final

from bookings.enums import Awaiting, DropOff, Priority, Source, Status
from bookings.slots import Range, moment
from garage_desk.demo.plan import Calendar, Step, Visit, assign_technicians, fill_day, placed
from garage_desk.demo.profile import Phrases, ServiceSpec

DAYS_BACK: Final = 30
DAYS_AHEAD: Final = 14
_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_NIGHT: Final = (time(19), time(7))
_OVERNIGHT: Final = 5
_ASSURES: Final = 3  # of so many who were reminded, one says by the link that they will be there


@dataclass
class Story:
    """Tells the visits of one garage. `now` is when the demo is loaded."""

    calendar: Calendar
    now: datetime
    rng: Random
    _keys: int = field(default=0, init=False)

    @property
    def phrases(self) -> Phrases:
        return self.calendar.profile.phrases

    @property
    def today(self) -> date:
        return self.now.astimezone(self.calendar.zone).date()

    def tell(self) -> list[Visit]:
        """All visits from 30 days ago to 14 days ahead, in every status, none in another's way."""
        visits: list[Visit] = []
        for day in self.calendar.open_days(self.today - DAYS_BACK * _DAY, DAYS_BACK + DAYS_AHEAD + 1):
            ahead = (day - self.today).days
            of_day = fill_day(self.calendar, day, max(0.25, 0.78 - 0.035 * max(ahead, 0)), self.rng)
            assign_technicians(self.calendar.profile, of_day, self.rng)
            visits += of_day
        over = [visit for visit in visits if visit.worked.end <= self.now]
        running = [visit for visit in visits if visit.worked.start <= self.now < visit.worked.end]
        coming = [visit for visit in visits if visit.worked.start > self.now]
        unfinished = self._unfinished(over, running)
        for visit in over:
            if visit not in unfinished:
                self.over(visit)
        self._in_the_workshop(running, {visit.bay for visit in unfinished if self._is_today(visit)})
        self.coming(coming)
        for visit in visits:
            self.annotate(visit)
        return [*visits, *self._cancelled(), *self._requests(visits)]

    # --- What was ---------------------------------------------------------------------------------------------
    def over(self, visit: Visit) -> None:
        """A visit whose time has passed: most were completed; some never came; of the last two days one or the other
        still has to be dealt with."""
        self._book(visit)
        is_fresh = visit.worked.end > self.now - 1.5 * _DAY
        fate = self.rng.random()
        if is_fresh and fate < 0.08:
            visit.status = Status.CONFIRMED if fate < 0.05 else Status.PENDING
            if visit.status == Status.CONFIRMED:
                self._confirm(visit)
            return
        self._confirm(visit)
        if fate > 0.965:
            visit.status = Status.NO_SHOW
            self._step(visit, self._until_now(visit.worked.start + 45 * _MINUTE), "no_show", "reception")
            return
        visit.status = Status.COMPLETED
        self._start(visit)
        length = visit.worked.length * self.rng.uniform(0.8, 1.1)
        done = self._until_now(visit.worked.start + length, at_least=visit.steps[-1].at + 5 * _MINUTE)
        self._step(visit, done, "completed", "tech")

    def _unfinished(self, over: list[Visit], running: list[Visit]) -> list[Visit]:
        """The jobs that should be done and are not: today's last one or two, and a car from the day before that waits
        for a part (two when nothing else would be in the workshop)."""
        late = [visit for visit in over if self._is_today(visit) and visit.worked.end > self.now - 100 * _MINUTE]
        late = sorted(late, key=lambda visit: visit.worked.end)[-2:]
        for visit in late:
            self._begin(visit)
        before = [visit for visit in over if not self._is_today(visit) and visit.worked.length >= 90 * _MINUTE]
        waiting = before[-1:] if late or running else before[-2:]
        for visit in waiting:
            self._begin(visit)
            visit.workshop_notes = self.phrases.waiting_for_parts
            visit.awaiting, visit.overnight = Awaiting.PARTS, True
        return [*late, *waiting]

    # --- What is ----------------------------------------------------------------------------------------------
    def _in_the_workshop(self, running: list[Visit], blocked_bays: set[int | None]) -> None:
        """Work is going on, but for the bays somebody overran: those customers are here and wait."""
        for visit in running:
            if visit.bay in blocked_bays or visit.worked.start > self.now - 5 * _MINUTE:
                self._book(visit)
                self._confirm(visit)
                self._step(visit, self._until_now(visit.worked.start - 5 * _MINUTE), "arrived", "reception")
            else:
                self._begin(visit)

    def _begin(self, visit: Visit) -> None:
        self._book(visit)
        self._confirm(visit)
        self._start(visit)
        visit.status = Status.IN_SERVICE

    # --- What comes -------------------------------------------------------------------------------------------
    def coming(self, coming: list[Visit]) -> None:
        """Visits to come: most are confirmed; some came in online last night and wait for an answer."""
        soon = [visit for visit in coming if visit.worked.start < self.now + 9 * _DAY]
        overnight = self.rng.sample(soon, min(_OVERNIGHT, len(soon)))
        self._make_odd(sorted(overnight, key=lambda visit: visit.worked.start))
        for number, visit in enumerate(coming):
            if visit in overnight:
                visit.source, visit.status = Source.ONLINE, Status.PENDING
                self._step(visit, self._last_night(), "booked", "")
                continue
            self._book(visit)
            if self.rng.random() < 0.06:
                visit.status = Status.PENDING
                continue
            self._confirm(visit)
            if number % _ASSURES == 0 and visit.worked.start < self.now + 2 * _DAY:
                self._step(visit, self.now - _HOUR, "assured", "")
            if visit.worked.start < self.now + 12 * _MINUTE:
                self._step(visit, self._until_now(visit.worked.start - 12 * _MINUTE), "arrived", "reception")

    def _make_odd(self, overnight: list[Visit]) -> None:
        """What looking at the queue is for: somebody booked twice, and somebody else typed their name."""
        twice = [
            two
            for one, two in pairwise(overnight)
            if two.worked.start - one.worked.start < 3 * _DAY and not two.services[0].needs_engine
        ]
        for two in twice[:1]:
            two.again = overnight[overnight.index(two) - 1]
        for visit in [visit for visit in overnight if visit not in twice[:1]][-1:]:
            visit.typed_first_name = self.rng.choice(self.calendar.profile.first_names)

    def _requests(self, visits: list[Visit]) -> Iterator[Visit]:
        """Wishes for the service that is on request only: to be answered (one of them could be), run out, and declined.
        They hold no bay."""
        service = next(service for service in self.calendar.profile.services if service.is_request_only)
        ahead = self._days_with_room(service, self.today + 2 * _DAY, DAYS_AHEAD - 2)
        back = self._days_with_room(service, self.today - _DAY, -DAYS_BACK)
        for day in (*ahead[1::3][:2], back[0]):
            yield self._request(service, self._span_with_room(service, day).start, Status.REQUESTED)
        for start in self._free(service, ahead, visits):
            visit = self._request(service, start, Status.REQUESTED)
            self._step(visit, self._between(visit.created_at, self.now - _MINUTE), "contacted", "reception")
            yield visit
            break
        for day in (ahead[-1], back[3], back[9]):
            visit = self._request(service, self._span_with_room(service, day).start, Status.DECLINED)
            answered = self._between(visit.created_at, min(self.now, visit.worked.start))
            self._step(visit, answered, "declined", "manager")
            visit.reason = self.rng.choice(self.phrases.declined)
            yield visit

    def _free(self, service: ServiceSpec, days: list[date], visits: list[Visit]) -> Iterator[datetime]:
        """The full hours at which a bay that fits has room."""
        bays = [
            number for number, (_n, kind) in enumerate(self.calendar.profile.bays) if service.bay_kind in ("", kind)
        ]
        for span in (span for day in days for span in self.calendar.spans(day)):
            for hour in range(int(span.length / _HOUR)):
                visit = placed([service], span.start + hour * _HOUR)
                taken = {other.bay for other in visits if other.held.overlaps(visit.held)}
                if span.contains(visit.worked) and not taken.issuperset(bays):
                    yield visit.worked.start

    def _request(self, service: ServiceSpec, start: datetime, status: Status) -> Visit:
        visit = placed([service], start)
        visit.status, visit.source = status, Source.ONLINE
        visit.workshop_notes = self.rng.choice(self.phrases.requests)
        before = min(visit.worked.start, self.now)
        self._step(visit, self._between(before - 3 * _DAY, before - 2 * 60 * _MINUTE), "booked", "")
        return visit

    def _cancelled(self) -> Iterator[Visit]:
        """Bookings given up: they stand where others were booked instead, and hold nothing."""
        profile = self.calendar.profile
        menu = [service for service in profile.services if service.weight]
        for day in self.calendar.open_days(self.today - DAYS_BACK * _DAY, DAYS_BACK + DAYS_AHEAD):
            if self.rng.random() < 0.45:
                service = self.rng.choice(menu)
                span = self._span_with_room(service, day)
                latest = span.length - service.minutes * _MINUTE
                visit = placed([service], span.start + self.rng.random() * max(latest - 30 * _MINUTE, 0 * _MINUTE))
                bays = [number for number, (_n, kind) in enumerate(profile.bays) if service.bay_kind in ("", kind)]
                visit.bay = bays[0]
                self.give_up(visit)
                yield visit

    def give_up(self, visit: Visit) -> None:
        """Cancelled some time between the booking and the visit."""
        visit.status = Status.CANCELLED
        visit.technician = None
        self._book(visit)
        given_up = self._between(visit.created_at + _MINUTE, min(self.now, visit.worked.start))
        self._step(visit, given_up, "cancelled", "reception")
        visit.reason = self.rng.choice(self.phrases.cancelled)

    # --- The steps --------------------------------------------------------------------------------------------
    def _book(self, visit: Visit) -> None:
        """Made by phone or at the counter in opening hours, online at any hour; some walk in and wait."""
        latest = min(visit.worked.start, self.now)
        kind = self.rng.random()
        if kind < 0.12 and visit.worked.start < self.now:
            self._step(visit, latest - self.rng.randint(3, 14) * _MINUTE, "booked", "reception")
        elif kind < 0.62:
            self._step(visit, self._in_opening_hours(latest), "booked", "reception")
        else:
            visit.source = Source.ONLINE
            self._step(visit, self._between(latest - 8 * _DAY, latest - 3 * 60 * _MINUTE), "booked", "")

    def _in_opening_hours(self, latest: datetime) -> datetime:
        """A moment somebody was at the counter, up to two weeks before `latest`."""
        day = latest.astimezone(self.calendar.zone).date() - self.rng.choice((0, 1, 1, 2, 3, 4, 6, 9)) * _DAY
        for earlier in self.calendar.open_days(day, -30):
            span = self.rng.choice(self.calendar.spans(earlier))
            if span.start < latest:
                return self._between(span.start, min(span.end, latest))
        return latest - _DAY

    def _confirm(self, visit: Visit) -> None:
        """The desk says yes: at once on the phone, in the next opening hours for what came online."""
        latest = min(visit.worked.start, self.now)
        made = visit.created_at
        at = made + self.rng.randint(1, 25) * _MINUTE
        if visit.source == Source.ONLINE:
            at = next((span.start for span in self._spans_from(made) if span.start > made), at)
            at += self.rng.randint(2, 50) * _MINUTE
        self._step(visit, at if at < latest else self._between(made, latest), "confirmed", "reception")

    def _start(self, visit: Visit) -> None:
        came = self._until_now(visit.worked.start + self.rng.randint(-15, 6) * _MINUTE, at_least=visit.steps[-1].at)
        self._step(visit, came, "arrived", "reception")
        began = max(came, visit.worked.start) + self.rng.randint(0, 6) * _MINUTE
        self._step(visit, self._until_now(began), "started", "tech")

    def annotate(self, visit: Visit) -> None:
        if not visit.workshop_notes and self.rng.random() < 0.3:
            visit.workshop_notes = self.rng.choice(self.phrases.workshop)
        if self.rng.random() < 0.1:
            visit.internal_notes = self.rng.choice(self.phrases.internal)
        if self.rng.random() < 0.04:
            visit.priority = Priority.URGENT
        short = visit.worked.length <= 60 * _MINUTE
        if self.rng.random() < (0.25 if short else 0.08):
            half_a_day = visit.worked.length <= 120 * _MINUTE
            visit.drop_off = DropOff.WAIT if short else DropOff.SHUTTLE if half_a_day else DropOff.COURTESY
        self._take_the_key(visit)

    def _take_the_key(self, visit: Visit) -> None:
        """The cars that are here now: their keys hang on the board, one tag a car."""
        is_here = visit.when("arrived") and not visit.when("completed")
        if is_here and visit.drop_off != DropOff.WAIT:
            self._keys += 1
            visit.key_tag = str(self._keys)
            visit.parking = self.rng.choice(("", f"{'ABC'[self._keys % 3]}{self._keys}"))

    def _step(self, visit: Visit, at: datetime, act: str, by: str) -> None:
        """Steps of one visit are a second apart at least: equal moments would read as one act."""
        if visit.steps:
            at = max(at, visit.steps[-1].at + timedelta(seconds=1))
        visit.steps.append(Step(at.replace(microsecond=0), act, by))

    # --- Moments ----------------------------------------------------------------------------------------------
    def _is_today(self, visit: Visit) -> bool:
        return visit.worked.start.astimezone(self.calendar.zone).date() == self.today

    def _until_now(self, at: datetime, *, at_least: datetime | None = None) -> datetime:
        return min(max(at, at_least or at), self.now - _MINUTE)

    def _between(self, first: datetime, last: datetime) -> datetime:
        return first + self.rng.random() * max(last - first, timedelta())

    def _last_night(self) -> datetime:
        evening, morning = _NIGHT
        zone = self.calendar.zone
        return self._between(
            moment(self.today - _DAY, evening, zone), min(moment(self.today, morning, zone), self.now - _MINUTE)
        )

    def _span_with_room(self, service: ServiceSpec, day: date) -> Range:
        """One of the day's spans, long enough for the service where there is such a one."""
        spans = self.calendar.spans(day)
        return self.rng.choice([span for span in spans if span.length >= service.room * _MINUTE] or spans)

    def _days_with_room(self, service: ServiceSpec, first: date, count: int) -> list[date]:
        return [
            day
            for day in self.calendar.open_days(first, count)
            if any(span.length >= service.room * _MINUTE for span in self.calendar.spans(day))
        ]

    def _spans_from(self, at: datetime) -> Iterable[Range]:
        first = at.astimezone(self.calendar.zone).date()
        return (span for day in self.calendar.open_days(first, 12) for span in self.calendar.spans(day))
