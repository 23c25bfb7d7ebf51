"""What a booking shows at a glance beside its status (P-5): where key and car are, who waits, what for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from bookings.enums import Awaiting, DropOff, Status
from bookings.models import Booking
from bookings.selectors.rows import Row
from garages import formats
from garages.models import Garage

# Nobody waits for these any more. A key or a courtesy car may still be out of its place.
_OVER: Final = (Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW, Status.DECLINED)

_TO_COME: Final = (Status.PENDING, Status.CONFIRMED)


@dataclass(frozen=True)
class Mark:
    """`text` is the whole sentence; `short` stands beside the icon where there is more to say than the icon does.
    `stops` is what holds up work."""

    icon: str
    text: str
    short: str = ""
    stops: bool = False


def marks_of(booking: Booking | Row, garage: Garage) -> list[Mark]:
    """The marks of a booking, what holds it up first. Asks the database nothing."""
    marks = [] if booking.status in _OVER else _of_open(booking, garage)
    if booking.drop_off == DropOff.COURTESY:
        marks.append(Mark("steering-wheel", _("Courtesy car")))
    if booking.key_tag:
        marks.append(Mark("key", _("Key tag %(tag)s") % {"tag": booking.key_tag}, booking.key_tag))
    if booking.parking:
        marks.append(Mark("parking", _("Parked at %(place)s") % {"place": booking.parking}, booking.parking))
    return marks


def _of_open(booking: Booking | Row, garage: Garage) -> list[Mark]:
    marks = []
    if booking.awaiting == Awaiting.PARTS:
        marks.append(Mark("package", _("Waiting for parts"), stops=True))
    elif booking.awaiting == Awaiting.AUTHORISATION:
        marks.append(Mark("phone-call", _("Waiting for authorisation"), stops=True))
    if booking.drop_off == DropOff.WAIT:
        marks.append(Mark("armchair", _("Customer waits here")))
    elif booking.drop_off == DropOff.SHUTTLE:
        marks.append(Mark("bus", _("Driven by the shuttle")))
    if booking.customer_confirmed_at is not None and booking.status in _TO_COME and booking.arrived_at is None:
        marks.append(Mark("user-check", _("Customer confirmed")))
    if booking.overnight:
        marks.append(Mark("moon", _("Stays overnight")))
    if booking.collect_at:
        at = _said(booking.collect_at.astimezone(garage.zone), garage)
        marks.append(Mark("clock", _("Collected %(time)s") % {"time": at}, at))
    return marks


def _said(at: datetime, garage: Garage) -> str:
    """The clock alone when it is today."""
    locale = formats.locale_of(garage)
    return formats.clock(at.time(), locale) if at.date() == garage.today() else formats.moment(at, locale)
