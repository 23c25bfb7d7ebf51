"""`{% booking_row row %}`: a booking in a list, as the template bookings/_row.html draws it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from django import template
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from bookings.enums import Priority, Source, Status
from bookings.marks import Mark, marks_of
from bookings.selectors import Row
from bookings.templatetags.booking_marks import drawn
from customers.enums import Kind
from customers.phones import national
from fleet import plates
from garages import formats
from garages.addresses import address
from garages.models import Garage

register = template.Library()

# The next step of a booking, which its row offers: view, and the key that presses it.
_ACTS: Final[dict[str, tuple[str, str]]] = {
    "confirm": ("bookings:confirm", "c"),
    "accept": ("bookings:accept", "a"),
    "check-in": ("bookings:check-in", "i"),
    "start": ("bookings:start", "s"),
    "complete": ("bookings:complete", "d"),
}
_CANCELLABLE: Final = frozenset({Status.PENDING, Status.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Shown:
    """All that one drawing of a row depends on besides the language: equal ones look the same."""

    garage: str
    reference: str
    status: str
    is_new: bool
    is_urgent: bool
    is_online: bool
    is_business: bool
    customer_id: uuid.UUID
    name: str
    phone: str
    services: tuple[str, ...]
    car: str
    vehicle_type: str
    plate: str
    plate_country: str
    starts_at: str
    clock: str
    day: str
    is_missed: bool
    is_late: bool
    is_here: bool
    bay: str
    marks: tuple[Mark, ...]
    act: str
    may_cancel: bool


@register.simple_tag(takes_context=True)
def booking_row(context: Context, row: Row, shown_day: date | None = None, compact: bool = False) -> SafeString:
    """`shown_day` is the day that need not be named, `compact` leaves the next step out. Wants `garage` in the
    context, `may_confirm` where steps are offered, `may_cancel` where the selected row offers that, and
    `new_reference` where one row is to stand out."""
    is_new = row.reference == context.get("new_reference")
    act = "" if compact else _next_act(row, may_confirm=bool(context.get("may_confirm")))
    may_cancel = bool(context.get("may_cancel")) and row.status in _CANCELLABLE
    shown = _shown(row, context["garage"], is_new=is_new, shown_day=shown_day, act=act, may_cancel=may_cancel)
    return _drawn(get_language(), shown)


@lru_cache(maxsize=2000)
def _drawn(_language: str | None, row: Shown) -> SafeString:
    """Kept ready drawn: most rows of a desk are the same from one look to the next."""
    act: dict[str, Any] = {}
    if row.act:
        view, key = _ACTS[row.act]
        act = {"name": row.act, "key": key, "url": address(view, row.garage, row.reference)}
        if row.act == "check-in":
            act["arrival_url"] = address("bookings:arrival", row.garage, row.reference)
    return get_template("bookings/_row.html").template.render(  # type: ignore[attr-defined]  # Django's own engine
        Context(
            {
                "row": row,
                "act": act,
                "marks": drawn(row.marks),
                "status": Status(row.status),
                "source": Source.ONLINE if row.is_online else Source.RECEPTION,
                "cancel_url": address("bookings:cancel", row.garage, row.reference) if row.may_cancel else "",
                "url": address("bookings:detail", row.garage, row.reference),
                "customer_url": address("customers:detail", row.garage, row.customer_id),
            }
        )
    )


def _shown(row: Row, garage: Garage, *, is_new: bool, shown_day: date | None, act: str, may_cancel: bool) -> Shown:
    locale = formats.locale_of(garage)
    local = row.starts_at.astimezone(garage.zone)
    return Shown(
        garage=garage.slug,
        reference=row.reference,
        status=row.status,
        is_new=is_new,
        is_urgent=row.priority == Priority.URGENT,
        is_online=row.source == Source.ONLINE,
        is_business=row.customer_kind == Kind.BUSINESS,
        customer_id=row.customer_id,
        name=row.name,
        phone=national(row.phone, garage.phone_region) if row.phone else row.phone_typed,
        services=tuple(row.services),
        car=row.car or row.vehicle_type,
        vehicle_type=row.vehicle_type if row.car else "",
        plate=plates.shown(row.registration, row.registration_typed, garage.country),
        plate_country=garage.country if plates.is_usual(row.registration, garage.country) else "",
        starts_at=local.isoformat(),
        clock=formats.clock(local.time().replace(second=0, microsecond=0), locale),
        day="" if local.date() == shown_day else formats.day_short(local.date(), locale),
        is_missed=row.is_missed,
        is_late=row.is_late,
        is_here=row.arrived_at is not None and row.status == Status.CONFIRMED,
        bay=row.bay if row.status == Status.IN_SERVICE else "",
        marks=tuple(marks_of(row, garage)),
        act=act,
        may_cancel=may_cancel,
    )


def _next_act(row: Row, *, may_confirm: bool) -> str:
    """The one step a row offers; "" where there is none."""
    if row.status == Status.PENDING:
        return "confirm" if may_confirm else ""
    if row.status == Status.REQUESTED:
        return "accept" if may_confirm else ""
    if row.status == Status.IN_SERVICE:
        return "complete"
    if row.status != Status.CONFIRMED:
        return ""
    if row.arrived_at is not None:
        return "start"
    return "check-in" if row.is_due else ""
