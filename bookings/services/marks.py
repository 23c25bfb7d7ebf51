"""Writing a booking's marks: where key and car are, who waits, what for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from bookings.errors import ChangedMeanwhile
from bookings.models import Booking
from bookings.services.staying import refuse_drop_off
from bookings.signals import Change, booking_changed
from garages.models import Membership
from garages.setup import load_setup

MARKS: Final = ("drop_off", "key_tag", "parking", "awaiting", "overnight", "collect_at")


@transaction.atomic
def mark(booking: Booking, *, version: int, marks: Mapping[str, Any], by: Membership) -> Booking:
    """Set the marks given by name, whatever became of the booking; the others stay.

    `version` is the one that was seen: raises ChangedMeanwhile when somebody saved since. Nothing to change changes
    nothing and tells nobody. Raises NotOpen where seats or courtesy cars are given away.
    """
    booking = Booking.objects.select_for_update(of=("self",)).select_related("customer").get(pk=booking.pk)
    if booking.version != version:
        raise ChangedMeanwhile
    before = booking.drop_off
    if apply_marks(booking, marks):
        if booking.drop_off != before:
            refuse_drop_off(booking, load_setup(booking.garage))
        booking.version += 1
        booking.save()
        booking_changed.send(sender=Booking, booking=booking, change=Change.EDITED, by=by)
    return booking


def apply_marks(booking: Booking, marks: Mapping[str, Any]) -> bool:
    """Put the marks on a booking that its caller will save. Whether that changed anything."""
    changed = {name: marks[name] for name in MARKS if name in marks and getattr(booking, name) != marks[name]}
    for name, value in changed.items():
        setattr(booking, name, value)
    return bool(changed)
