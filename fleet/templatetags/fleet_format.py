"""Vehicles in templates."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, Final

from babel.numbers import format_decimal
from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from customers.names import fold
from fleet import catalogue, plates, vins
from fleet import register as official
from fleet.enums import Fuel
from fleet.models import Vehicle
from fleet.mot import SOON
from fleet.selectors import Choices
from garages import formats
from garages.models import Garage
from integrations.vehicles import MotStatus, VehicleFacts

register = template.Library()


@register.filter
def registration(vehicle: Vehicle, garage: Garage) -> str:
    """The plate as the garage's country writes it; one of another shape as it was typed."""
    return plates.shown(vehicle.registration, vehicle.registration_typed, garage.country)


@register.filter
def plate_country(vehicle: Vehicle, garage: Garage) -> str:
    """Whose plate to draw: the garage's country's, or "" (a plain one) for a mark that is not from here."""
    return garage.country if plates.is_usual(vehicle.registration, garage.country) else ""


@register.filter
def registration_oddity(vehicle: Vehicle, garage: Garage) -> str:
    """A sentence when the plate is worth a second look, else ""."""
    return plates.oddity(vehicle.registration, garage.country) or ""


@register.filter
def has_register(garage: Garage) -> bool:
    """Whether the garage's plates can be looked up."""
    return official.has_register(garage)


@register.filter
def vin_oddity(vehicle: Vehicle) -> str:
    return vins.oddity(vehicle.vin) or ""


@register.simple_tag
def mileage(value: int, unit: str, garage: Garage) -> str:
    """A reading: 91,204 miles."""
    number = format_decimal(value, locale=formats.locale_of(garage))
    if unit == "mi":
        return ngettext("%(number)s mile", "%(number)s miles", value) % {"number": number}
    return _("%(number)s km") % {"number": number}


@register.simple_tag
def facts(vehicle: Vehicle, garage: Garage) -> str:
    """Year, colour, fuel, MOT and latest mileage on one line, as far as known. Needs `with_mileage` for the last."""
    until = formats.day(vehicle.mot_expires_on, formats.locale_of(garage), year=True) if vehicle.mot_expires_on else ""
    reading = getattr(vehicle, "mileage", None)
    shown = [
        str(vehicle.year or ""),
        vehicle.colour,
        vehicle.get_fuel_display() if vehicle.fuel else "",
        _("MOT until %(day)s") % {"day": until} if until else "",
        mileage(reading, vehicle.mileage_unit, garage) if reading is not None else "",  # type: ignore[attr-defined]
    ]
    return " · ".join(fact for fact in shown if fact)


@register.filter
def register_facts(facts: VehicleFacts) -> str:
    """What the registers say beside make and model, on one line: 2018 · Silver · Diesel · 1,499 cc."""
    fuel = official.fuel_of(facts.fuel)
    size = format_decimal(facts.engine_cc, locale=get_language() or "en") if facts.engine_cc else ""
    shown = [
        str(facts.year or ""),
        facts.colour.capitalize(),
        str(Fuel(fuel).label) if fuel else "",
        _("%(size)s cc") % {"size": size} if size else "",
    ]
    return " · ".join(fact for fact in shown if fact)


# The tag of an MOT: its colour, its icon and its words.
_MOT_TAGS: Final = {
    MotStatus.VALID: ("ok", "shield-check", gettext_lazy("MOT valid")),
    MotStatus.EXPIRED: ("bad", "alert-triangle", gettext_lazy("MOT expired")),
    MotStatus.FIRST_DUE: ("brand", "calendar-time", gettext_lazy("First MOT")),
    MotStatus.NO_HISTORY: ("", "certificate-off", gettext_lazy("No MOT history")),
    MotStatus.UNKNOWN: ("", "certificate-off", gettext_lazy("MOT date not known")),
}
_SOON: Final = ("warn", "clock", gettext_lazy("MOT due soon"))


@register.inclusion_tag("fleet/_mot_tag.html")
def mot_tag(status: MotStatus, due_on: date | None, today: date) -> dict[str, Any]:
    """The state of an MOT at a glance; one that runs out within 30 days says so."""
    is_soon = status == MotStatus.VALID and due_on is not None and due_on <= today + SOON
    tone, icon, words = _SOON if is_soon else _MOT_TAGS[status]
    return {"tone": tone, "icon": icon, "words": words}


@register.simple_tag
def make_model_choices(make: str | None, model: str | None) -> dict[str, Any]:
    """What the two selects offer (one query) and what is chosen in them: that is offered whether listed or not."""
    choices = Choices()
    make = catalogue.make_called(make or "")
    model = catalogue.model_called(make, model or "")
    return {
        "make": make,
        "model": model,
        "makes": _with(choices.makes(), make),
        "models": _with(choices.models_of(make), model),
    }


def _with(listed: tuple[str, ...], chosen: str) -> tuple[str, ...]:
    known = not chosen or chosen in listed or any(fold(chosen) == fold(name) for name in listed)
    return listed if known else (chosen, *listed)


@register.simple_tag
def name_options(names: tuple[str, ...], chosen: str, other: str) -> SafeString:
    """The options of a select of names; `other` is what the last one says, which opens a field."""
    return _options(get_language(), names, chosen, other)


@lru_cache(maxsize=1024)
def _options(_language: str | None, names: tuple[str, ...], chosen: str, other: str) -> SafeString:
    """Kept ready drawn: the list of makes is long and the same on every form."""
    return render_to_string("fleet/_options.html", {"names": names, "chosen": chosen, "other": other})
