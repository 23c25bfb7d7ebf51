"""Equips a demo garage: bays, technicians, hours, closures, menu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from garage_desk.demo.closures import ClosedDay
from garage_desk.demo.profile import Profile, ServiceSpec
from garages.codes import new_codes
from garages.models import (
    Bay,
    Closure,
    Garage,
    Membership,
    OpeningSpan,
    Service,
    ServiceExtra,
    ServicePrice,
    Skill,
    Technician,
    TechnicianSkill,
    VehicleType,
)


@dataclass
class Workshop:
    """A garage of the demo with its rows, each list in the order of the profile's."""

    garage: Garage
    profile: Profile
    bays: list[Bay] = field(default_factory=list)
    technicians: list[Technician] = field(default_factory=list)
    vehicle_types: list[VehicleType] = field(default_factory=list)
    services: dict[str, Service] = field(default_factory=dict)

    @cached_property
    def type_names(self) -> dict[int, str]:
        """Vehicle types by primary key, in their order."""
        return {kind.pk: kind.name for kind in self.vehicle_types}


def equip(profile: Profile, garage: Garage, technician: Membership, closed: Sequence[ClosedDay]) -> Workshop:
    """Write what the garage in scope works with. `technician` is the log-in of the first technician."""
    OpeningSpan.objects.bulk_create(
        OpeningSpan(weekday=weekday, opens=opens, closes=closes)
        for weekday, spans in profile.hours.items()
        for opens, closes in spans
    )
    Closure.objects.bulk_create(
        Closure(starts_on=day, ends_on=day, reason=reason, is_public_holiday=is_public)
        for day, reason, is_public in closed
    )
    bays = Bay.objects.bulk_create(
        Bay(name=name, kind=kind, position=position) for position, (name, kind) in enumerate(profile.bays, start=1)
    )
    skills = {skill.name: skill for skill in Skill.objects.bulk_create(Skill(name=name) for name in profile.skills)}
    technicians = Technician.objects.bulk_create(
        Technician(name=person.name, position=position, membership=technician if position == 1 else None)
        for position, person in enumerate(profile.technicians, start=1)
    )
    TechnicianSkill.objects.bulk_create(
        TechnicianSkill(technician=row, skill=skills[name])
        for row, person in zip(technicians, profile.technicians, strict=True)
        for name in person.skills
    )
    types = VehicleType.objects.bulk_create(
        VehicleType(name=name, position=position) for position, name in enumerate(profile.vehicle_types, start=1)
    )
    services = _write_menu(profile, skills, types)
    return Workshop(garage, profile, bays, technicians, types, services)


def find_workshop(profile: Profile, garage: Garage) -> Workshop:
    """A garage that was written before, in scope, as it is now: bays, prices and services may have been edited.

    The profile of the answer lists what is there; how often a service is booked is taken from `profile`.
    """
    bays = list(Bay.objects.filter(is_active=True))
    types = list(VehicleType.objects.filter(is_active=True))
    services = list(Service.objects.filter(is_active=True))
    prices = {(row.service_id, row.vehicle_type_id): row.price for row in ServicePrice.objects.all()}
    known = {spec.name: spec for spec in profile.services}
    specs = tuple(
        ServiceSpec(
            row.name,
            row.category,
            row.description,
            minutes=row.minutes,
            prices=tuple(prices.get((row.pk, kind.pk), row.price) for kind in types),
            weight=known[row.name].weight if row.name in known else int(not row.is_extra),
            bay_kind=row.bay_kind,
            before=row.buffer_before,
            after=row.buffer_after,
            is_request_only=row.is_request_only,
            needs_engine=row.name in known and known[row.name].needs_engine,
        )
        for row in services
    )
    found = replace(profile, bays=tuple((bay.name, str(bay.kind)) for bay in bays), services=specs)
    technicians = list(Technician.objects.filter(is_active=True))
    return Workshop(garage, found, bays, technicians, types, {row.name: row for row in services})


def _write_menu(profile: Profile, skills: dict[str, Skill], types: list[VehicleType]) -> dict[str, Service]:
    by_weight = sorted(profile.services, key=lambda spec: -spec.weight)
    codes = new_codes(spec.name for spec in by_weight)
    rows = Service.objects.bulk_create(
        Service(
            code=codes[spec.name],
            times_booked=spec.weight,
            due_again_months=spec.due_again_months,
            category=spec.category,
            name=spec.name,
            description=spec.description,
            minutes=spec.minutes,
            buffer_before=spec.before,
            buffer_after=spec.after,
            skill=skills[spec.skill] if spec.skill else None,
            bay_kind=spec.bay_kind,
            price=spec.price(0),
            is_request_only=spec.is_request_only,
            is_extra=spec.is_extra,
            outside_vat=spec.outside_vat,
            position=position,
        )
        for position, spec in enumerate(profile.services, start=1)
    )
    services = {row.name: row for row in rows}
    ServicePrice.objects.bulk_create(
        ServicePrice(service=services[spec.name], vehicle_type=kind, price=spec.price(body))
        for spec in profile.services
        if len(spec.prices) > 1
        for body, kind in enumerate(types)
    )
    ServiceExtra.objects.bulk_create(
        ServiceExtra(service=services[spec.name], extra=services[name])
        for spec in profile.services
        for name in spec.extras
    )
    return services
