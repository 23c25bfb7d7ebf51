"""A booking that goes on holding what it held is not looked at again: beginning work takes no lock on the garage."""

from __future__ import annotations

from django.db import migrations

_HOLDS = "in ('pending', 'confirmed', 'in_service')"
_FIELDS = ("overbook_reason", "bay_id", "technician_id", "held_from", "held_until")


def _guard(compared: str) -> str:
    return f"""
drop trigger booking_guard on bookings_booking;
create trigger booking_guard after update on bookings_booking for each row
  when (new.status {_HOLDS} and new.overbook_reason = '' and ({compared}))
  execute function bookings_booking_guard();
"""


def _differ(fields: tuple[str, ...]) -> str:
    old, new = (", ".join(f"{row}.{name}" for name in fields) for row in ("old", "new"))
    return f"({old}) is distinct from ({new})"


class Migration(migrations.Migration):
    dependencies = [("bookings", "0024_customer_confirmed")]

    operations = [
        migrations.RunSQL(
            _guard(f"not old.status {_HOLDS} or {_differ(_FIELDS)}"), _guard(_differ(("status", *_FIELDS)))
        ),
    ]
