"""Bays, vehicle types, skills and technicians. What bookings point to is taken out of use, never deleted."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from garages.models import Bay, CourtesyCar, Membership, Skill, Technician, TechnicianSkill, VehicleType
from garages.services.saving import last_position, place_after, save_or_refuse


def add_bay(*, name: str, kind: str) -> Bay:
    """Add a bay at the end of the list. Raises DomainError when the name is taken."""
    bay = Bay(name=name, kind=kind, position=last_position(Bay.objects.all()))
    save_or_refuse(bay, field="name")
    return bay


@transaction.atomic
def change_bay(bay: Bay, *, name: str, kind: str, is_active: bool, after: Bay | None) -> Bay:
    """A bay out of use takes no new bookings; those it has stay. `after` is the one it follows in lists."""
    bay.name, bay.kind, bay.is_active = name, kind, is_active
    save_or_refuse(bay, field="name")
    place_after(bay, after, Bay.objects.all())
    return bay


def add_courtesy_car(*, name: str) -> CourtesyCar:
    """A car to lend. From the first one on, these are what there is to lend, whatever number the rules say."""
    car = CourtesyCar(name=name, position=last_position(CourtesyCar.objects.all()))
    save_or_refuse(car, field="name")
    return car


@transaction.atomic
def change_courtesy_car(car: CourtesyCar, *, name: str, is_active: bool, after: CourtesyCar | None) -> CourtesyCar:
    car.name, car.is_active = name, is_active
    save_or_refuse(car, field="name")
    place_after(car, after, CourtesyCar.objects.all())
    return car


@transaction.atomic
def add_vehicle_type(*, name: str) -> VehicleType:
    """Add a vehicle type at the end of the list. Raises DomainError when the name is taken."""
    vehicle_type = VehicleType(name=name, position=last_position(VehicleType.objects.all()))
    save_or_refuse(vehicle_type, field="name")
    return vehicle_type


@transaction.atomic
def change_vehicle_type(
    vehicle_type: VehicleType, *, name: str, is_active: bool, after: VehicleType | None
) -> VehicleType:
    """A type out of use is offered no more; vehicles and bookings of it stay. `after` is the one it follows."""
    vehicle_type.name, vehicle_type.is_active = name, is_active
    save_or_refuse(vehicle_type, field="name")
    place_after(vehicle_type, after, VehicleType.objects.all())
    return vehicle_type


def add_skill(*, name: str) -> Skill:
    """Add a skill. Raises DomainError when it is listed."""
    skill = Skill(name=name)
    save_or_refuse(skill, field="name")
    return skill


def rename_skill(skill: Skill, *, name: str) -> Skill:
    skill.name = name
    save_or_refuse(skill, field="name")
    return skill


def remove_skill(skill: Skill) -> None:
    """Services that needed it need none from now on."""
    skill.delete()


@transaction.atomic
def add_technician(*, name: str, skills: Iterable[Skill], membership: Membership | None) -> Technician:
    """Add a technician at the end of the list, linked to a log-in when they have one."""
    technician = Technician(name=name, position=last_position(Technician.objects.all()))
    return _keep(technician, skills=skills, membership=membership)


@transaction.atomic
def change_technician(
    technician: Technician,
    *,
    name: str,
    skills: Iterable[Skill],
    membership: Membership | None,
    is_active: bool,
    after: Technician | None,
) -> Technician:
    """A technician who left takes no new bookings; their past work stays theirs."""
    technician.name, technician.is_active = name, is_active
    _keep(technician, skills=skills, membership=membership)
    place_after(technician, after, Technician.objects.all())
    return technician


def _keep(technician: Technician, *, skills: Iterable[Skill], membership: Membership | None) -> Technician:
    technician.membership = membership
    taken = {"garages_technician_membership_id_key": _("Another technician has this log-in.")}
    save_or_refuse(technician, field="membership", also=taken)
    wanted = {skill.pk: skill for skill in skills}
    technician.skill_links.exclude(skill__in=wanted).delete()
    TechnicianSkill.objects.bulk_create(
        [TechnicianSkill(technician=technician, skill=skill) for skill in wanted.values()], ignore_conflicts=True
    )
    return technician
