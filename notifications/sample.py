"""An invented customer and visit, to show what a text will read like."""

from __future__ import annotations

from datetime import time, timedelta
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from bookings import links
from bookings.models import Booking
from bookings.slots import moment
from garages import formats
from garages.models import Garage, Service
from notifications.enums import DUE, DUE_WORDS, Kind
from notifications.writing import in_zone, values_of_garage, with_extras

_OPENS, _READY = 9, 16
_TAKES = 90
_PRICE = 18_900
_NOWHERE = UUID(int=0)  # as long as a real link, and leads nowhere


def sample_values(garage: Garage, kind: Kind, language: str) -> dict[str, str]:
    """What stands for each placeholder: the garage's own first service, tomorrow. One query."""
    locale = formats.locale_of(garage, language)
    service = Service.objects.filter(is_active=True).first()
    tomorrow = garage.today() + timedelta(days=1)

    def at(hour: int) -> str:
        return in_zone(moment(tomorrow, time(hour), garage.zone), garage, locale)

    link = links.url_of(Booking(public_id=_NOWHERE), garage)
    with translation.override(language):
        due = formats.day(tomorrow + timedelta(days=30), locale, long=True)
        name = service.name if service else _("Full service")
        return values_of_garage(garage) | {
            "first_name": "Alex",
            "name": "Alex Martin",
            "service": name,
            "extras": with_extras([_("Air freshener")]),
            "duration": formats.minutes(_TAKES),
            "vehicle": "Toyota Yaris AB12 CDE",
            "when": at(_OPENS),
            "ready": at(_READY),
            "until": at(_OPENS - 1),
            "reference": "K7M2QD",
            "link": link,
            "cars": "\n".join(
                f"Ford Transit {plate}: {_('MOT')}, {due}"
                if kind == DUE_WORDS
                else f"{at(_OPENS)}: Ford Transit {plate}, {name}\n{link}"
                for plate in ("AB12 CDE", "AB12 CDF")
            ),
            "number": "2",
            "price": formats.money(_PRICE, garage.currency, locale),
            "reason": _("The part does not arrive in time."),
            "due": due,
            "item": _("MOT") if kind == Kind.MOT_DUE else name if kind in DUE else _("Air freshener"),
        }
