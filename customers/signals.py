"""News of this app, sent inside the transaction that makes it."""

from __future__ import annotations

from django.dispatch import Signal

# Sent by customers.services with customer: Customer and created: bool, after the row is written.
customer_changed = Signal()
