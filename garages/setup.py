"""All that a garage's day is made of, read in one query and kept until something of it changes.

The desk needs bays, hours, closures, vehicle types, services and prices on every page. They are few and small, so the
database hands them over as JSON in a single row instead of seven round trips.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from garages.models import (
    Bay,
    BayOutage,
    Closure,
    CourtesyCar,
    DayNote,
    Garage,
    OpeningSpan,
    Service,
    ServicePrice,
    Technician,
    TechnicianAbsence,
    TechnicianShift,
    TechnicianSkill,
    VehicleType,
)
from garages.tenancy.context import ScopeError, current

if TYPE_CHECKING:
    from garages.access import StaffRequest

_AWAY = ("starts_at", "ends_at", "reason")


@dataclass(frozen=True)
class Away:
    """A time in which a bay or a technician cannot be counted on, as moments in UTC, and why."""

    starts_at: datetime
    ends_at: datetime
    reason: str


@dataclass(frozen=True)
class BayInfo:
    pk: int
    public_id: str
    name: str
    kind: str
    outages: list[Away] = field(default_factory=list)

    def outage_at(self, moment: datetime) -> Away | None:
        """Why it cannot be used then."""
        return next((away for away in self.outages if away.starts_at <= moment < away.ends_at), None)


@dataclass(frozen=True)
class TechnicianInfo:
    """`shifts` are wall-clock stretches by weekday; without any the technician is there whenever the garage is open."""

    pk: int
    public_id: str
    name: str
    skills: frozenset[int] = frozenset()
    shifts: dict[int, list[tuple[time, time]]] = field(default_factory=dict)
    absences: list[Away] = field(default_factory=list)


@dataclass(frozen=True)
class VehicleTypeInfo:
    pk: int
    public_id: str
    name: str


@dataclass(frozen=True)
class ServiceInfo:
    """A service of the menu; money in minor units, times in minutes."""

    pk: int
    public_id: str
    name: str
    category: str
    minutes: int
    buffer_before: int
    buffer_after: int
    bay_kind: str
    skill_id: int | None
    base_price: int
    is_request_only: bool
    is_extra: bool
    orders_confirmed: bool
    code: str
    times_booked: int
    own_prices: dict[int, int] = field(default_factory=dict)

    def price_for(self, vehicle_type: VehicleTypeInfo | None) -> int:
        """The vehicle type's own price, else the service's."""
        return self.own_prices.get(vehicle_type.pk, self.base_price) if vehicle_type else self.base_price


@dataclass(frozen=True)
class CourtesyCarInfo:
    pk: int
    public_id: str
    name: str


@dataclass(frozen=True)
class NoteInfo:
    public_id: str
    text: str


@dataclass(frozen=True)
class Setup:
    """One garage's bays, hours, closures and menu; only what is in use, in the garage's order. `retired` are services
    that are not: bookings may have them still."""

    garage: Garage
    version: int
    bays: list[BayInfo]
    technicians: list[TechnicianInfo]
    hours: dict[int, list[tuple[time, time]]]
    closures: list[tuple[date, date, str]]
    vehicle_types: list[VehicleTypeInfo]
    services: list[ServiceInfo]
    courtesy_cars: list[CourtesyCarInfo]
    notes: dict[date, list[NoteInfo]]
    full_days: frozenset[date]
    retired: list[ServiceInfo]

    def closed_because(self, day: date) -> str | None:
        """The reason of the closure that covers `day`, or None."""
        return next((reason for first, last, reason in self.closures if first <= day <= last), None)

    def hours_on(self, day: date) -> list[tuple[time, time]]:
        """Wall-clock opening spans of a date; none on a closed day."""
        return [] if self.closed_because(day) is not None else self.hours.get(day.weekday(), [])

    @property
    def cars_to_lend(self) -> int | None:
        """How many courtesy cars there are: as many as have names, else as many as the garage counts; None is any."""
        return len(self.courtesy_cars) or self.garage.courtesy_cars

    @cached_property
    def services_by_id(self) -> dict[str, ServiceInfo]:
        return {service.public_id: service for service in self.services}

    @cached_property
    def _services_by_pk(self) -> dict[int, ServiceInfo]:
        return {service.pk: service for service in [*self.retired, *self.services]}

    def services_of(self, keys: Iterable[int]) -> list[ServiceInfo]:
        """The services with these keys, retired ones too; not one that was made since the setup was read."""
        return [self._services_by_pk[key] for key in keys if key in self._services_by_pk]

    @cached_property
    def vehicle_types_by_id(self) -> dict[str, VehicleTypeInfo]:
        return {kind.public_id: kind for kind in self.vehicle_types}

    def vehicle_type(self, pk: int | None) -> VehicleTypeInfo | None:
        """The type with this key; None for one that is no longer in use."""
        return next((kind for kind in self.vehicle_types if kind.pk == pk), None)

    @cached_property
    def bay_names(self) -> dict[int, str]:
        return {bay.pk: bay.name for bay in self.bays}


def load_setup(garage: Garage, *, version: int | None = None) -> Setup:
    """The garage's setup, as it is at this moment: one query; none with the `version` that a request read as it came
    in. Closures, outages and absences that ended a month ago are left out.

    Reading all of it is the dearest query of a page and its answer changes a few times a month, so each process keeps
    it. A setup has a version, which the database changes in the transaction that changes anything of it. Inside the
    garage's scope.
    """
    if current() != garage.pk:
        raise ScopeError("a setup is read inside its garage's scope")
    if version is None:
        with connection.cursor() as cursor:
            cursor.execute("select setup_version from garages_garage where id = %s", [garage.pk])
            (version,) = cursor.fetchone()
    assert version is not None
    return Setup(garage=garage, version=version, **_read(garage.pk, version, garage.today()))


def setup_of(request: StaffRequest) -> Setup:
    """The setup of the garage whose page is asked for, as it was when the request came in: no query of its own."""
    return load_setup(request.garage, version=request.setup_version)


@lru_cache(maxsize=256)
def _read(garage: int, _version: int, today: date) -> dict[str, Any]:
    """Everything of a setup but its garage. Shared by the requests of a process: nobody may change it."""
    lately = today - timedelta(days=31)
    row: Any = (
        Garage.objects.filter(pk=garage)
        .values(
            bays=_rows(
                Bay.objects.filter(is_active=True),
                *("pk", "public_id", "name", "kind"),
                outages=_rows(BayOutage.objects.filter(bay=OuterRef("pk"), ends_at__date__gte=lately), *_AWAY),
            ),
            technicians=_rows(
                Technician.objects.filter(is_active=True),
                *("pk", "public_id", "name"),
                skills=ArraySubquery(TechnicianSkill.objects.filter(technician=OuterRef("pk")).values("skill_id")),
                shifts=_rows(TechnicianShift.objects.filter(technician=OuterRef("pk")), "weekday", "starts", "ends"),
                absences=_rows(
                    TechnicianAbsence.objects.filter(technician=OuterRef("pk"), ends_at__date__gte=lately), *_AWAY
                ),
            ),
            hours=_rows(OpeningSpan.objects.all(), "weekday", "opens", "closes"),
            closures=_rows(Closure.objects.filter(ends_on__gte=lately), "starts_on", "ends_on", "reason"),
            lent_cars=_rows(CourtesyCar.objects.filter(is_active=True), "pk", "public_id", "name"),
            diary=_rows(DayNote.objects.filter(day__gte=lately), "day", "public_id", "text", "is_full"),
            vehicle_types=_rows(VehicleType.objects.filter(is_active=True), "pk", "public_id", "name"),
            services=_services(is_active=True),
            retired=_services(is_active=False),
        )
        .get()
    )
    return {
        "bays": [BayInfo(**bay | {"outages": _away(bay["outages"])}) for bay in row["bays"]],
        "technicians": [_technician(**technician) for technician in row["technicians"]],
        "hours": _week((span["weekday"], span["opens"], span["closes"]) for span in row["hours"]),
        "closures": [
            (date.fromisoformat(closure["starts_on"]), date.fromisoformat(closure["ends_on"]), closure["reason"])
            for closure in row["closures"]
        ],
        "vehicle_types": [VehicleTypeInfo(**kind) for kind in row["vehicle_types"]],
        "courtesy_cars": [CourtesyCarInfo(**car) for car in row["lent_cars"]],
        "notes": _notes(row["diary"]),
        "full_days": frozenset(date.fromisoformat(line["day"]) for line in row["diary"] if line["is_full"]),
        "services": [_service(**service) for service in row["services"]],
        "retired": [_service(**service) for service in row["retired"]],
    }


def _services(*, is_active: bool) -> ArraySubquery:
    return _rows(
        Service.objects.filter(is_active=is_active),
        *("pk", "public_id", "name", "category", "minutes", "buffer_before", "buffer_after"),
        *("bay_kind", "skill_id", "price", "is_request_only", "is_extra", "orders_confirmed"),
        *("code", "times_booked"),
        own_prices=_rows(
            ServicePrice.objects.filter(service=OuterRef("pk")).order_by("pk"), "vehicle_type_id", "price"
        ),
    )


def _rows(rows: QuerySet[Any], *fields: str, **more: Any) -> ArraySubquery:
    """The rows as an array of JSON objects, in their model's order."""
    named = {name: name for name in fields}
    return ArraySubquery(rows.values(json=JSONObject(**named, **more)))


def _week(stretches: Iterable[tuple[int, str, str]]) -> dict[int, list[tuple[time, time]]]:
    week: dict[int, list[tuple[time, time]]] = {}
    for weekday, start, end in stretches:
        week.setdefault(weekday, []).append((time.fromisoformat(start), time.fromisoformat(end)))
    return week


def _away(rows: Iterable[dict[str, str]]) -> list[Away]:
    return [
        Away(
            datetime.fromisoformat(row["starts_at"]).astimezone(UTC),
            datetime.fromisoformat(row["ends_at"]).astimezone(UTC),
            row["reason"],
        )
        for row in rows
    ]


def _notes(diary: Iterable[dict[str, Any]]) -> dict[date, list[NoteInfo]]:
    notes: dict[date, list[NoteInfo]] = {}
    for line in diary:
        if line["text"]:
            notes.setdefault(date.fromisoformat(line["day"]), []).append(NoteInfo(line["public_id"], line["text"]))
    return notes


def _technician(
    *, skills: list[int], shifts: list[dict[str, Any]], absences: list[dict[str, str]], **fields: Any
) -> TechnicianInfo:
    week = _week((shift["weekday"], shift["starts"], shift["ends"]) for shift in shifts)
    return TechnicianInfo(skills=frozenset(skills), shifts=week, absences=_away(absences), **fields)


def _service(*, price: int, own_prices: list[dict[str, int]], **fields: Any) -> ServiceInfo:
    prices = {cell["vehicle_type_id"]: cell["price"] for cell in own_prices}
    return ServiceInfo(base_price=price, own_prices=prices, **fields)
