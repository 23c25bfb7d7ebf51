"""What is to be done, as far as capacity is concerned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bookings.hours import whole_minutes
from bookings.ledger import Wanted
from bookings.models import Booking
from bookings.slots import Demand
from garages.setup import BayInfo, ServiceInfo, Setup


@dataclass(frozen=True)
class Job:
    """What is to be done, as far as capacity is concerned. `technician` is the one named for it, if any; `overnight`
    lets it go on over night, however short it is. `in_bays` are the very bays it may be done in, where not its kind
    decides; with none of them it needs no bay."""

    demand: Demand
    bay_kind: str = ""
    skill: int | None = None
    technician: int | None = None
    overnight: bool = False
    in_bays: tuple[int, ...] | None = None

    @classmethod
    def of(cls, services: Sequence[ServiceInfo]) -> Job:
        """Services of one visit are done one after the other in one bay by one technician; the longest that needs a
        kind of bay decides which, the longest that needs a skill decides who. The buffers are those of the first and
        the last."""
        needs_kind = [service for service in services if service.bay_kind]
        needs_skill = [service for service in services if service.skill_id]
        return cls(
            Demand(
                work=timedelta(minutes=sum(service.minutes for service in services)),
                before=timedelta(minutes=services[0].buffer_before),
                after=timedelta(minutes=services[-1].buffer_after),
            ),
            max(needs_kind, key=lambda service: service.minutes).bay_kind if needs_kind else "",
            max(needs_skill, key=lambda service: service.minutes).skill_id if needs_skill else None,
        )

    @classmethod
    def of_booking(cls, booking: Booking, setup: Setup, *, work: timedelta | None = None) -> Job:
        """What the booking takes already: its own work (or so much), its own buffers, its own technician."""
        services = setup.services_of(line.service_id for line in booking.lines.all())
        demand = Demand(
            work=booking.work if work is None else work,
            before=booking.starts_at - booking.held_from,
            after=booking.held_until - booking.ends_at,
        )
        kind = cls.of(services).bay_kind if services else ""
        zone = setup.garage.zone
        overnight = booking.starts_at.astimezone(zone).date() != booking.ends_at.astimezone(zone).date()
        return cls(demand, kind, booking.skill_id, booking.technician_id, overnight)

    def bays(self, setup: Setup) -> list[BayInfo]:
        """The bays that fit. A job for any bay takes the plain ones first and leaves the special ones free."""
        if self.in_bays is not None:
            return [bay for bay in setup.bays if bay.pk in self.in_bays]
        if self.bay_kind:
            return [bay for bay in setup.bays if bay.kind == self.bay_kind]
        return sorted(setup.bays, key=lambda bay: bay.kind != "general")

    def wanted(self, setup: Setup) -> Wanted:
        """The same in the ledger's terms."""
        return Wanted(
            work=whole_minutes(self.demand.work),
            before=whole_minutes(self.demand.before),
            after=whole_minutes(self.demand.after),
            bays=None if self.in_bays == () else [bay.pk for bay in self.bays(setup)],
            skill=self.skill,
            technician=self.technician,
            overnight=self.overnight,
        )
