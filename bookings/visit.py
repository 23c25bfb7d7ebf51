"""How a booking stands, in words for its customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from babel.dates import get_timezone_location
from django.apps import apps
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.enums import DropOff, Status
from bookings.models import Booking
from bookings.notice import Step, latest
from customers.phones import country_code
from garages import formats
from garages.models import Garage

# A car is rarely left longer; then the page says that it is over.
_COLLECTED_WITHIN: Final = timedelta(days=14)


_AGAIN: Final = gettext_lazy("If you still need us, call us for another time.")
_WORDS: Final[dict[Status, tuple[Promise, str | Promise]]] = {
    Status.REQUESTED: (
        gettext_lazy("We have your request and will contact you"),
        gettext_lazy("Nothing is booked yet."),
    ),
    Status.PENDING: (gettext_lazy("We have your booking"), gettext_lazy("We will look at it and confirm it.")),
    Status.CONFIRMED: (gettext_lazy("Your booking is confirmed"), ""),
    Status.IN_SERVICE: (gettext_lazy("Your vehicle is being worked on"), ""),
    Status.COMPLETED: (gettext_lazy("Your vehicle is ready to collect"), ""),
    Status.CANCELLED: (gettext_lazy("Your booking is cancelled"), _AGAIN),
    Status.NO_SHOW: (gettext_lazy("You did not come"), _AGAIN),
    Status.DECLINED: (gettext_lazy("We are sorry: we cannot take your booking"), ""),
}


@dataclass(frozen=True)
class Standing:
    """`status` is that of the design language's badge, `label` its word."""

    status: str
    label: str
    headline: str
    lead: str = ""


def standing_of(booking: Booking) -> Standing:
    status = Status(booking.status)
    if booking.is_expired:
        return Standing(
            "expired",
            _("Expired"),
            _("Your request has expired"),
            _("Its time passed before it was answered, and nothing is booked. Call us for another time."),
        )
    headline, lead = _of_the_day(booking) or _WORDS[status]
    lead = booking.reason if status == Status.DECLINED else lead
    return Standing("request" if status == Status.REQUESTED else status, str(status.label), str(headline), str(lead))


def _of_the_day(booking: Booking) -> tuple[str, str] | None:
    """What follows from the clock and from what happened, beside the status."""
    if booking.is_missed:
        return _("We expected you"), _("If you still want to come, call us.")
    if booking.status in (Status.PENDING, Status.CONFIRMED) and booking.arrived_at is not None:
        return _("Your vehicle is with us"), ""
    if booking.status == Status.COMPLETED and not _may_wait_still(booking):
        return _("The work is done"), ""
    return None


def left(booking: Booking) -> str:
    """How the car is left, as the customer would say it."""
    return {
        DropOff.DROP: _("You drop it off"),
        DropOff.WAIT: _("You wait here"),
        DropOff.SHUTTLE: _("You are driven by our shuttle"),
        DropOff.COURTESY: _("You get a courtesy car"),
    }[DropOff(booking.drop_off)]


def ready(booking: Booking, garage: Garage) -> str:
    """When the work is promised for: the clock alone on the day of the visit."""
    locale = formats.locale_of(garage)
    start, at = booking.starts_at.astimezone(garage.zone), booking.ready_at.astimezone(garage.zone)
    return formats.clock(at.time(), locale) if at.date() == start.date() else formats.moment(at, locale)


def _may_wait_still(booking: Booking) -> bool:
    return booking.completed_at is None or timezone.now() < booking.completed_at + _COLLECTED_WITHIN


def city_in_doubt(booking: Booking, garage: Garage) -> str:
    """The place whose clock is meant, where it may be doubted: the country has several time zones, or the customer's
    telephone is of another country."""
    phone = booking.customer.phone
    at_home = not phone or phone.country_code == country_code(garage.country)
    if at_home and len(formats.time_zones_of(garage.country)) < 2:
        return ""
    return get_timezone_location(garage.zone, locale=formats.locale_of(garage), return_city=True)


def until_when(booking: Booking, garage: Garage, *, may_move: bool) -> str:
    """How long the customer can change something alone, where the garage asks for notice, a line each; else blank."""
    locale = formats.locale_of(garage)

    def said(at: datetime) -> str:
        return formats.moment(at.astimezone(garage.zone), locale)

    cancel, move = latest(booking, Step.CANCEL, garage), latest(booking, Step.MOVE, garage)
    now = timezone.now()
    if may_move and cancel == move and now < cancel < booking.starts_at:
        return _("You can change or cancel this here until %(time)s") % {"time": said(cancel)}
    sentences = []
    if may_move and now < move < booking.starts_at:
        sentences.append(_("You can choose another time here until %(time)s") % {"time": said(move)})
    if now < cancel < booking.starts_at:
        sentences.append(_("You can cancel here until %(time)s") % {"time": said(cancel)})
    return "\n".join(sentences)


@dataclass(frozen=True)
class Happening:
    """One thing that happened to a booking, as its customer may know it."""

    at: datetime
    text: str
    status: str


def story_of(booking: Booking) -> list[Happening]:
    """What happened, newest first, from the rows of history: who of the team did it is not said. One query."""
    rows: Any = apps.get_model("bookings", "BookingEvent").objects
    found: list[Happening] = []
    before: tuple[str, datetime, datetime | None] | None = None
    told = rows.filter(garage_id=booking.garage_id, pgh_obj_id=booking.pk).order_by("pgh_id")
    for at, context, *now in told.values_list(
        "pgh_created_at", "pgh_context", "status", "starts_at", "customer_confirmed_at"
    ):
        text = _told(before, tuple(now), context or {})
        if text:
            found.append(Happening(at, text, "request" if now[0] == Status.REQUESTED else now[0]))
        before = tuple(now)
    return found[::-1]


def _told(before: tuple[Any, ...] | None, now: tuple[Any, ...], context: dict[str, Any]) -> str:
    by_customer = bool(context.get("customer"))
    status, start, assured = now
    if before is None:
        return _("We have your request") if status == Status.REQUESTED else _("Booked")
    if context.get("undid"):
        return _("You took that back") if by_customer else _("We took that back")
    if status != before[0]:
        if status == Status.CANCELLED:
            return _("You cancelled it") if by_customer else _("We cancelled it")
        return {
            Status.CONFIRMED: _("We confirmed it"),
            Status.IN_SERVICE: _("Work began"),
            Status.COMPLETED: _("Work done"),
            Status.DECLINED: _("We declined it"),
            Status.NO_SHOW: _("Nobody came"),
        }.get(status, _("Taken up again"))
    if start != before[1]:
        return _("You chose another time") if by_customer else _("We gave it another time")
    return _("You said that you will be there") if assured and not before[2] else ""
