"""News of this app, sent inside the transaction that makes it."""

from __future__ import annotations

from django.dispatch import Signal

# Sent by fleet.services with vehicle: Vehicle and created: bool, after the row is written.
vehicle_changed = Signal()
