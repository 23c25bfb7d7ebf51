"""The tenant: the garage, its people, its workshop and its menu."""

from garages.models.diary import DayNote
from garages.models.garage import Garage
from garages.models.idempotency import IdempotencyKey
from garages.models.mail import AccountMail
from garages.models.menu import Service, ServiceExtra, ServicePrice, VehicleType
from garages.models.people import Membership, User
from garages.models.workshop import (
    Bay,
    BayOutage,
    Closure,
    CourtesyCar,
    OpeningSpan,
    Skill,
    Technician,
    TechnicianAbsence,
    TechnicianShift,
    TechnicianSkill,
)

__all__ = [
    "AccountMail",
    "Bay",
    "BayOutage",
    "Closure",
    "CourtesyCar",
    "DayNote",
    "Garage",
    "IdempotencyKey",
    "Membership",
    "OpeningSpan",
    "Service",
    "ServiceExtra",
    "ServicePrice",
    "Skill",
    "Technician",
    "TechnicianAbsence",
    "TechnicianShift",
    "TechnicianSkill",
    "User",
    "VehicleType",
]
