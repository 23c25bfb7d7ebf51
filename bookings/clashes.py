"""Two desks save the same booking: what the second one typed and what the first one saved, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.http import QueryDict
from django.utils.translation import gettext as _

from bookings.draft import initial_of_booking
from bookings.enums import DropOff, Priority
from bookings.forms import EditForm
from bookings.models import Booking
from bookings.selectors.history import FIELDS, History, history_of
from garages import formats
from garages.setup import Setup

MINE: Final = "mine"
THEIRS: Final = "theirs"

# What the form may change: its name in the history -> the form's fields that say it.
_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "service": ("service",),
    "starts_at": ("date", "time", "other_date"),
    "vehicle_id": ("vehicle",),
    "vehicle_type_id": ("vehicle_type",),
    "technician_id": ("technician",),
    "drop_off": ("drop_off",),
    "priority": ("urgent",),
    "workshop_notes": ("workshop_notes",),
    "internal_notes": ("internal_notes",),
}


@dataclass(frozen=True)
class Clash:
    """A field whose saved value is another than the one typed, and changed since the form was drawn.

    `mine` and `theirs` are for the screen; `act` is how theirs came to be, None where the history does not say.
    `choice` is what was decided; where only they touched the field it is THEIRS from the start, else blank.
    """

    name: str
    label: str
    mine: str
    theirs: str
    act: History | None
    choice: str


def clashes_of(booking: Booking, form: EditForm, choices: QueryDict) -> list[Clash]:
    """What has to be decided before a valid form, drawn for an older version of the booking, may be saved."""
    seen = _seen(booking, form.cleaned_data["version"])
    history = history_of(booking, form.setup.garage)
    acts = {change.name: act for act in reversed(history) for change in act.changes}  # the newest on each field
    saved = _saved(booking)
    typed = _typed(form, dict(saved["service"]))
    words = _Words(form)
    clashes = []
    for name in _FIELDS:
        if typed[name] == saved[name] or (seen is not None and saved[name] == seen[name]):
            continue
        untouched = seen is not None and _is_untouched(name, form, typed, seen)
        choice = choices.get(f"keep-{name}", THEIRS if untouched else "")
        clashes.append(
            Clash(
                name,
                str(FIELDS.get(name, _("Service"))),
                words.of(name, typed[name]),
                words.of(name, saved[name]),
                acts.get(name),
                choice if choice in (MINE, THEIRS) else "",
            )
        )
    return clashes


def settled(data: QueryDict, booking: Booking, setup: Setup, clashes: list[Clash]) -> QueryDict:
    """What was typed, with the saved value wherever it was chosen, as a form of the booking's present version."""
    now = initial_of_booking(booking, setup) | {
        "vehicle_type": booking.vehicle_type.public_id if booking.vehicle_type else "",
        "service": [line.service.public_id for line in booking.lines.select_related("service")],
        "other_date": "",
    }
    merged = data.copy()
    merged["version"] = str(booking.version)
    for name in (name for clash in clashes if clash.choice == THEIRS for name in _FIELDS[clash.name]):
        value = now[name]
        values = value if isinstance(value, list) else [value]
        merged.setlist(name, [str(one) for one in values if one is not False])
        if name == "service":
            for price in [key for key in merged if key.startswith("price-")]:
                del merged[price]
    return merged


def _is_untouched(name: str, form: EditForm, typed: dict[str, Any], seen: dict[str, Any]) -> bool:
    if name == "service":  # today's price stands beside those whose price nobody typed
        return not form.prices() and [key for key, _price in typed[name]] == [key for key, _price in seen[name]]
    return bool(typed[name] == seen[name])


def _typed(form: EditForm, agreed: dict[int, int]) -> dict[str, Any]:
    data = form.cleaned_data
    prices = {one.pk: one.price_for(data["vehicle_type"]) for one in data["service"]} | agreed | form.prices()
    return {
        "service": [(one.pk, prices[one.pk]) for one in data["service"]],
        "starts_at": form.starts_at,
        "vehicle_id": data["vehicle"].pk if data["vehicle"] else None,
        "vehicle_type_id": data["vehicle_type"].pk if data["vehicle_type"] else None,
        "technician_id": data["technician"].pk if data["technician"] else None,
        "drop_off": data["drop_off"],
        "priority": form.priority,
        "workshop_notes": _plain(data["workshop_notes"]),
        "internal_notes": _plain(data["internal_notes"]),
    }


def _saved(booking: Booking) -> dict[str, Any]:
    lines = list(booking.lines.values_list("service_id", "price"))
    return {name: lines if name == "service" else _plain(getattr(booking, name)) for name in _FIELDS}


def _seen(booking: Booking, version: int) -> dict[str, Any] | None:
    """The fields as they were in that version; None where the history does not reach back so far."""
    events: Any = apps.get_model("bookings", "BookingEvent").objects
    of_version = events.filter(garage_id=booking.garage_id, pgh_obj_id=booking.pk, version=version)
    event = of_version.order_by("-pgh_id").first()
    if event is None:
        return None
    lines = _lines_at(booking, event.pgh_created_at)
    return {name: lines if name == "service" else _plain(getattr(event, name)) for name in _FIELDS}


def _lines_at(booking: Booking, moment: datetime) -> list[tuple[int, int]]:
    """(service, price) of each line as of the transaction that began at that moment."""
    events: Any = apps.get_model("bookings", "BookingLineEvent").objects
    rows = events.filter(garage_id=booking.garage_id, booking_id=booking.pk, pgh_created_at__lte=moment)
    latest = {row.pgh_obj_id: row for row in rows.order_by("pgh_id")}
    lines = sorted((row for row in latest.values() if row.pgh_label != "delete"), key=lambda row: row.position)
    return [(row.service_id, row.price) for row in lines]


def _plain(value: Any) -> Any:
    """A browser sends the ends of lines in two signs."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


class _Words:
    """Values as the form's reader knows them."""

    def __init__(self, form: EditForm) -> None:
        self.setup = form.setup
        self.locale = formats.locale_of(form.setup.garage)
        self.names: dict[str, dict[Any, Any]] = {
            "vehicle_id": {car.pk: form.shown(car) for car in form.vehicles.values()},
            "vehicle_type_id": {kind.pk: kind.name for kind in form.setup.vehicle_types},
            "technician_id": {person.pk: person.name for person in form.setup.technicians},
            "drop_off": dict(DropOff.choices),
            "priority": dict(Priority.choices),
        }
        self.services = {service.pk: service.name for service in form.setup.services}

    def of(self, name: str, value: Any) -> str:
        if name == "service":
            return " + ".join(f"{self.services.get(key, '…')} {self._money(price)}" for key, price in value)
        if name == "starts_at":
            return formats.moment(value.astimezone(self.setup.garage.zone), self.locale)
        if name in self.names:
            return str(self.names[name].get(value, ""))
        return str(value)

    def _money(self, minor: int) -> str:
        return formats.money(minor, self.setup.garage.currency, self.locale)
