"""Visits of a demo garage as bookings, with their lines and their history."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from bookings.enums import Source, Status
from bookings.models import Booking, BookingLine, WorkSpan
from bookings.references import ALPHABET, LENGTH
from bookings.search import search_text_for
from fleet.enums import Fuel
from garage_desk.demo.clients import Client, mistyped, random_uuid
from garage_desk.demo.plan import Step, Visit
from garage_desk.demo.workshop import Workshop
from garage_desk.demo.writer import Row, copy_into, new_ids, record_inserts, tracked, write
from garages.models import User

# A car comes back after this long at the earliest.
_REST: Final = timedelta(days=6)
_ROUTES: Final = {
    "booked": "bookings:create",
    "confirmed": "bookings:confirm",
    "arrived": "bookings:check-in",
    "started": "bookings:start",
    "completed": "bookings:complete",
    "cancelled": "bookings:cancel",
    "no_show": "bookings:no-show",
    "declined": "bookings:decline",
    "contacted": "bookings:request-contacted",
}
_STATUS_AFTER: Final = {
    "confirmed": Status.CONFIRMED,
    "started": Status.IN_SERVICE,
    "completed": Status.COMPLETED,
    "cancelled": Status.CANCELLED,
    "no_show": Status.NO_SHOW,
    "declined": Status.DECLINED,
}
# What is noted on a booking when the car comes, and when work on it begins.
_NOTED: Final = {"arrived": ("key_tag", "parking"), "started": ("awaiting", "overnight")}
_STAMPS: Final = {
    "contacted": "contacted_at",
    "assured": "customer_confirmed_at",
    "confirmed": "answered_at",
    "declined": "answered_at",
    "arrived": "arrived_at",
    "started": "started_at",
    "completed": "completed_at",
}


class Coming(NamedTuple):
    """Who comes to a visit, and with which of their vehicles."""

    visit: Visit
    client: Client
    vehicle: Row


@dataclass
class Diary:
    """Turns visits into rows. `staff` are the garage's people by the local part of their log-in, `references` those
    that are taken."""

    workshop: Workshop
    staff: Mapping[str, User]
    rng: Random
    references: set[str] = field(default_factory=set)

    def visit_clients(self, visits: Sequence[Visit], clients: Sequence[Client]) -> list[Coming]:
        """Who comes to which visit, with which car; notes on each car when it was here last."""
        drivers = [(client, vehicle) for client in clients for vehicle in client.vehicles]
        last: dict[int, datetime] = {}
        chosen: list[Coming] = []
        for visit in sorted(visits, key=lambda visit: visit.worked.start):
            before = next((one for one in chosen if one.visit is visit.again), None) if visit.again else None
            client, vehicle = before[1:] if before else self._somebody(visit, drivers, last)
            last[vehicle["id"]] = visit.worked.start
            if visit.status not in (Status.CANCELLED, Status.DECLINED):
                vehicle["used_at"] = visit.worked.start
            chosen.append(Coming(visit, client, vehicle))
        return chosen

    def mistake_one(self, chosen: list[Coming]) -> Client | None:
        """Somebody who is known books online and mistypes their name: the desk is asked who they are. The new client,
        who takes their place in the diary; None where nobody waits for an answer."""
        for place, (visit, client, vehicle) in enumerate(chosen):
            waits = visit.source == Source.ONLINE and visit.status == Status.PENDING
            if waits and not client.person.company and visit.again is None:
                new = mistyped(client, vehicle, visit.steps[0].at, self.rng)
                chosen[place] = Coming(visit, new, new.vehicles[0])
                return new
        return None

    def write(self, chosen: Sequence[Coming]) -> None:
        """Write bookings, lines and history. Customers and vehicles must be written already."""
        pks = new_ids(Booking, len(chosen))
        bookings = [self._booking(coming, pk) for coming, pk in zip(chosen, pks, strict=True)]
        lines = [
            line
            for booking, coming in zip(bookings, chosen, strict=True)
            for line in self._lines(booking, coming.visit)
        ]
        for line, pk in zip(lines, new_ids(BookingLine, len(lines)), strict=True):
            line["id"] = pk
        write(Booking, bookings)
        write(BookingLine, lines)
        made = {booking["id"]: booking["created_at"] for booking in bookings}
        record_inserts(BookingLine, lines, [made[line["booking_id"]] for line in lines])
        self._write_history(bookings, [coming.visit for coming in chosen])
        work = list(self._work(bookings))
        for span, pk in zip(work, new_ids(WorkSpan, len(work)), strict=True):
            span["id"] = pk
        write(WorkSpan, work)

    def _somebody(
        self, visit: Visit, drivers: Sequence[tuple[Client, Row]], last: Mapping[int, datetime]
    ) -> tuple[Client, Row]:
        """A driver whose car was not here the other day, and has an engine when the work is on one."""
        needs_engine = visit.services[0].needs_engine
        driver = self.rng.choice(drivers)
        for _attempt in range(30):
            vehicle = driver[1]
            seen = last.get(vehicle["id"])
            rested = seen is None or seen < visit.worked.start - _REST
            if rested and not (needs_engine and vehicle["fuel"] == Fuel.ELECTRIC):
                break
            driver = self.rng.choice(drivers)
        return driver

    def _booking(self, coming: Coming, pk: int) -> Row:
        workshop, visit = self.workshop, coming.visit
        customer, vehicle = coming.client.customer, coming.vehicle
        reference = self._reference()
        name = f"{customer['first_name']} {customer['last_name']}"
        by = self.staff.get(visit.steps[0].by)
        return {
            "id": pk,
            "garage_id": workshop.garage.pk,
            "public_id": random_uuid(self.rng),
            "reference": reference,
            "status": visit.status,
            "source": visit.source,
            "priority": visit.priority,
            "customer_id": customer["id"],
            "vehicle_id": vehicle["id"],
            "vehicle_type_id": vehicle["vehicle_type_id"],
            "bay_id": None if visit.bay is None else workshop.bays[visit.bay].pk,
            "technician_id": None if visit.technician is None else workshop.technicians[visit.technician].pk,
            "skill_id": _skill(visit, workshop),
            "starts_at": visit.worked.start,
            "ends_at": visit.worked.end,
            "ready_at": visit.worked.end,
            "held_from": visit.held.start,
            "held_until": visit.held.end,
            "follows_id": None,
            "contacted_at": visit.when("contacted"),
            "answered_at": visit.when("confirmed") or visit.when("declined"),
            "work_minutes": None,
            "customer_confirmed_at": visit.when("assured"),
            "arrived_at": visit.when("arrived"),
            "started_at": visit.when("started"),
            "completed_at": visit.when("completed"),
            "drop_off": visit.drop_off,
            "courtesy_car_id": None,
            "key_tag": visit.key_tag,
            "parking": visit.parking,
            "awaiting": visit.awaiting or "",
            "overnight": visit.overnight,
            "collect_at": None,
            "workshop_notes": visit.workshop_notes,
            "internal_notes": visit.internal_notes,
            "reason": visit.reason,
            "overbook_reason": "",
            "typed_name": customer["company_name"] or _typed(visit, customer),
            "typed_phone": customer["phone_typed"],
            "typed_email": "",
            "version": len(visit.steps),
            "created_by_id": by.pk if by else None,
            "created_at": visit.created_at,
            "updated_at": visit.steps[-1].at,
            "search_text": search_text_for(
                reference=reference,
                customer_names=(customer["company_name"], name),
                phone_digits=customer["phone"].removeprefix("+"),
                registration=vehicle["registration"],
                car=f"{vehicle['make']} {vehicle['model']}",
                vehicle_type=workshop.type_names[vehicle["vehicle_type_id"]],
                services=[service.name for service in visit.services],
            ),
        }

    def _lines(self, booking: Row, visit: Visit) -> Iterator[Row]:
        """Priced as the profile says: what was agreed then is honoured, whatever the menu says now."""
        body = list(self.workshop.type_names).index(booking["vehicle_type_id"])
        for position, spec in enumerate(visit.services):
            yield {
                "garage_id": booking["garage_id"],
                "public_id": random_uuid(self.rng),
                "booking_id": booking["id"],
                "service_id": self.workshop.services[spec.name].pk,
                "name": spec.name,
                "minutes": spec.minutes,
                "price": spec.price(body),
                "position": position,
            }

    def _work(self, bookings: Sequence[Row]) -> Iterator[Row]:
        """The clock ran from the start of each job to its end; on one car a technician it runs now."""
        running: set[int] = set()
        for booking in bookings:
            technician, started, ended = booking["technician_id"], booking["started_at"], booking["completed_at"]
            if technician is None or started is None:
                continue
            paused = ended is None and (booking["awaiting"] or technician in running)
            if ended is None and not paused:
                running.add(technician)
            yield {
                "garage_id": booking["garage_id"],
                "public_id": random_uuid(self.rng),
                "booking_id": booking["id"],
                "technician_id": technician,
                "started_at": started,
                "ended_at": started + timedelta(minutes=25) if paused else ended,
                "paused_for": booking["awaiting"] if paused else "",
            }

    def _reference(self) -> str:
        """Like bookings.references.new_reference, from the seed."""
        while True:
            reference = "".join(self.rng.choices(ALPHABET, k=LENGTH))
            if reference not in self.references:
                self.references.add(reference)
                return reference

    def _write_history(self, bookings: Sequence[Row], visits: Sequence[Visit]) -> None:
        columns = tracked(Booking)
        contexts = {
            (act, by): json.dumps({"user": self.staff[by].pk, "name": self.staff[by].name, "route": route})
            for act, route in _ROUTES.items()
            for by in self.staff
        } | {("assured", ""): json.dumps({"customer": True})}

        def events() -> Iterator[list[object]]:
            for booking, visit in zip(bookings, visits, strict=True):
                values = {column: booking[column] for column in columns}
                for version, step in enumerate(visit.steps, start=1):
                    values |= _after(step, booking, visit) | {"version": version}
                    label = "insert" if step.act == "booked" else "update"
                    yield [step.at, label, booking["id"], contexts.get((step.act, step.by)), *values.values()]

        event = Booking.pgh_event_model  # type: ignore[attr-defined]
        copy_into(event, ["pgh_created_at", "pgh_label", "pgh_obj_id", "pgh_context", *columns], events())


def _skill(visit: Visit, workshop: Workshop) -> int | None:
    """Like bookings.availability.Job: what the longest service that needs a skill needs."""
    skilled = [service for service in (workshop.services[spec.name] for spec in visit.services) if service.skill_id]
    return max(skilled, key=lambda service: service.minutes).skill_id if skilled else None


def _typed(visit: Visit, customer: Row) -> str:
    return f"{visit.typed_first_name or customer['first_name']} {customer['last_name']}"


def _after(step: Step, booking: Row, visit: Visit) -> Row:
    """What a step changed on the booking."""
    if step.act == "booked":
        asked = visit.services[0].is_request_only
        first = Status.REQUESTED if asked else Status.PENDING
        unmarked = {"key_tag": "", "parking": "", "awaiting": "", "overnight": False}
        return {"status": first, "reason": "", **unmarked, **dict.fromkeys(_STAMPS.values())}
    changed: Row = {name: booking[name] for name in _NOTED.get(step.act, ())}
    if step.act in _STATUS_AFTER:
        changed["status"] = _STATUS_AFTER[step.act]
    if step.act in _STAMPS:
        changed[_STAMPS[step.act]] = step.at
    if step.act in ("cancelled", "declined"):
        changed["reason"] = booking["reason"]
    return changed
