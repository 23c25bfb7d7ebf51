"""What the fleet refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fleet.models import Vehicle
from garages.errors import DomainError


class VehicleError(DomainError):
    """A vehicle that cannot be kept."""


class RegistrationTaken(VehicleError):
    """The garage has a vehicle with this registration: `vehicle`."""

    def __init__(self, vehicle: Vehicle) -> None:
        super().__init__(_("This registration is here already."), field="registration_typed")
        self.vehicle = vehicle


class NothingKnown(VehicleError):
    """Neither registration nor make nor model was given."""

    def __init__(self) -> None:
        super().__init__(_("A vehicle needs a registration or a make."), field="registration_typed")
