"""News of this app, sent inside the transaction that makes it."""

from __future__ import annotations

from django.dispatch import Signal

# Sent by fleet.services with vehicle: Vehicle and created: bool, after the row is written: a vehicle is new, has
# another owner, or its registration, make or model changed.
vehicle_changed = Signal()
