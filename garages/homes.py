"""Where a person's day starts: the home of their role."""

from __future__ import annotations

from django.urls import reverse

from garages.enums import Role
from garages.models import Membership

_HOMES = {
    Role.TECHNICIAN: "bookings:my-day",
    Role.RECEPTIONIST: "bookings:desk",
    Role.MANAGER: "reports:dashboard",
    Role.OWNER: "reports:dashboard",
}


def home_of(membership: Membership) -> str:
    """The address of the first page of a membership: desk, own jobs or dashboard."""
    return reverse(_HOMES[Role(membership.role)], args=[membership.garage.slug])
