"""Keeping the time a caller picks, while the rest of the form is typed (LEAP-4)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone

from bookings.draft import read_draft
from bookings.jobs import Job
from bookings.models import SlotHold
from bookings.services import keep, release
from garages.setup import Setup


def hold_for_caller(typed: QueryDict, setup: Setup) -> SlotHold | None:
    """Hold the time the form speaks of, for as long as the garage says; None when it speaks of none. Raises SlotTaken
    when somebody was faster."""
    draft, _values = read_draft(typed, setup)
    if draft.offer is None:
        return None
    return keep(
        setup=setup,
        job=Job.of(draft.services),
        starts_at=draft.offer.start,
        drop_off=draft.way,
        expires_at=timezone.now() + timedelta(minutes=setup.garage.hold_minutes),
        instead_of=draft.hold.public_id if draft.hold else None,
    )


def release_hold(typed: QueryDict) -> None:
    """Give back what the form kept; nothing when it kept nothing."""
    try:
        release(UUID(str(typed.get("hold", ""))))
    except ValueError:
        return
