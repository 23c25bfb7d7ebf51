"""What the garage is called, where it is, and by which rules it is booked."""

from __future__ import annotations

from typing import Any, Final

from garages.models import Garage

DETAILS: Final = (
    *("name", "town", "address", "phone", "email", "subdivision", "time_zone", "languages"),
    *("vat_percent", "vat_number", "payment_days", "invoice_footer"),
)
RULES: Final = (
    *("staff_bookings_start", "receptionists_confirm", "receptionists_overbook", "slot_step", "horizon_days"),
    *("day_only", "drop_off_from"),
    "online_confirmed",
    "symptom_chips",
    "intake",
    *("technicians_limit", "requests_hold", "cars_a_day", "hold_minutes", "no_show_after_days"),
    *("waiters_a_day", "shuttles_a_day", "drops_a_day", "courtesy_cars"),
    *("waiters_a_slot", "shuttles_a_slot", "drops_a_slot", "courtesy_a_slot"),
    *("notice_at_desk", "notice_online", "online_same_day", "notice_to_cancel", "notice_to_move"),
)


def update_garage(garage: Garage, **fields: Any) -> Garage:
    """Change details or rules. Country and currency stay: numbers, plates and all prices are written in them."""
    for name, value in fields.items():
        if name not in DETAILS + RULES:
            raise TypeError(f"{name} of a garage is not changed here")
        setattr(garage, name, value)
    garage.save(update_fields=list(fields))
    return garage
