"""`{% booking_row row %}`: a booking in a list, as the template bookings/_row.html draws it."""

from __future__ import annotations

from datetime import date
from typing import Final

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from bookings.enums import Priority, Source, Status
from bookings.marks import marks_of
from bookings.selectors import Row
from bookings.templatetags.booking_marks import drawn
from customers.enums import Kind
from customers.phones import national
from fleet import plates
from garages import formats
from garages.addresses import address
from garages.models import Garage
from garages.stencils import fill

register = template.Library()

# The next step of a booking, which its row offers: view, and the key that presses it.
_ACTS: Final[dict[str, tuple[str, str]]] = {
    "confirm": ("bookings:confirm", "c"),
    "accept": ("bookings:accept", "a c"),
    "check-in": ("bookings:check-in", "i"),
    "start": ("bookings:start", "s"),
    "complete": ("bookings:complete", "d"),
}
_CANCELLABLE: Final = frozenset({Status.PENDING, Status.CONFIRMED})


@register.simple_tag(takes_context=True)
def booking_row(context: Context, row: Row, shown_day: date | None = None, compact: bool = False) -> SafeString:
    """`shown_day` is the day that need not be named, `compact` leaves the next step out. Wants `garage` in the
    context, `may_confirm` where steps are offered, `may_cancel` where the selected row offers that, and
    `new_references` where rows are to stand out."""
    garage: Garage = context["garage"]
    locale = formats.locale_of(garage)
    local = row.starts_at.astimezone(garage.zone)
    act = "" if compact else _next_act(row, may_confirm=bool(context.get("may_confirm")))
    view, key = _ACTS.get(act, ("", ""))
    may_cancel = bool(context.get("may_cancel")) and row.status in _CANCELLABLE
    may_decline = bool(context.get("may_cancel")) and row.status == Status.REQUESTED
    texts = {
        "reference": row.reference,
        "version": str(row.version),
        "name": row.name,
        "phone": national(row.phone, garage.phone_region) if row.phone else row.phone_typed,
        "services": " + ".join(row.services) or row.reference,
        "car": row.car or row.vehicle_type,
        "vehicle_type": row.vehicle_type if row.car else "",
        "registration": plates.shown(row.registration, row.registration_typed, garage.country),
        "starts_at": local.isoformat(),
        "clock": formats.clock(local.time().replace(second=0, microsecond=0), locale),
        "day": "" if local.date() == shown_day else formats.day_short(local.date(), locale),
        "bay": row.bay if row.status == Status.IN_SERVICE else "",
        "marks": drawn(marks_of(row, garage)),
        "url": address("bookings:detail", garage.slug, row.reference),
        "customer_url": address("customers:detail", garage.slug, row.customer_id),
        "act_url": address(view, garage.slug, row.reference) if act else "",
        "arrival_url": address("bookings:arrival", garage.slug, row.reference) if act == "check-in" else "",
        "cancel_url": address("bookings:cancel", garage.slug, row.reference) if may_cancel else "",
        "decline_url": address("bookings:decline", garage.slug, row.reference) if may_decline else "",
    }
    return fill(
        "bookings/_row.html",
        texts,
        status=Status(row.status),
        source=Source.ONLINE if row.source == Source.ONLINE else Source.RECEPTION,
        plate_country=garage.country if plates.is_usual(row.registration, garage.country) else "",
        is_new=row.reference in (context.get("new_references") or ()),
        is_urgent=row.priority == Priority.URGENT,
        is_business=row.customer_kind == Kind.BUSINESS,
        is_missed=row.is_missed,
        is_late=row.is_late,
        is_here=row.arrived_at is not None and row.status == Status.CONFIRMED,
        act=act,
        key=key,
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
