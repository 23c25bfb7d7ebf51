"""Where a booking stands at this very moment: for the booking itself and for a row that was read without it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from bookings.enums import Status


class Standing:
    """What follows from a booking's status, its times and the clock."""

    status: str
    starts_at: datetime
    ends_at: datetime
    ready_at: datetime
    arrived_at: datetime | None

    @property
    def is_late(self) -> bool:
        """In the workshop past the promised time."""
        return self.status == Status.IN_SERVICE and timezone.now() > self.ready_at

    @property
    def is_due(self) -> bool:
        """The customer may be expected at the counter: it begins within half a day, or should have begun."""
        return self.starts_at < timezone.now() + timedelta(hours=12)

    @property
    def is_expired(self) -> bool:
        """A request whose time has passed: it can be neither accepted nor moved (REQ-15)."""
        return self.status == Status.REQUESTED and self.starts_at < timezone.now()

    @property
    def is_missed(self) -> bool:
        """Expected, not arrived, and its time is over."""
        waiting = self.status in (Status.PENDING, Status.CONFIRMED)
        return waiting and self.arrived_at is None and timezone.now() > self.ends_at
