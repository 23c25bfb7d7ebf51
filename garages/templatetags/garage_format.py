"""Money, dates and times in templates, written as the garage's country and the person's language do.

`{{ line.price|money:garage }}`, `{{ booking.starts_at|moment:garage }}`, `{{ service.minutes|minutes }}`. Datetimes are
shown in the garage's zone. None and "" give "". The year is added when it is not this one.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, time

from babel.dates import format_date
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from garages import formats
from garages.idempotency import FIELD
from garages.models import Garage

register = template.Library()


def _local(value: datetime, garage: Garage) -> datetime:
    return value.astimezone(garage.zone)


def _date(value: date | datetime, garage: Garage) -> date:
    return _local(value, garage).date() if isinstance(value, datetime) else value


@register.filter
def money(minor: int | None, garage: Garage) -> str:
    """Minor units in the garage's currency: £199.00."""
    return "" if minor in (None, "") else formats.money(int(minor), garage.currency, formats.locale_of(garage))


@register.filter
def amount(minor: int | None, garage: Garage) -> str:
    """Minor units as the value of a field: 199, 54.85."""
    return "" if minor in (None, "") else formats.amount(int(minor), garage.currency, formats.locale_of(garage))


@register.filter
def clock(value: time | datetime | None, garage: Garage) -> str:
    """A time: 08:30."""
    if not value:
        return ""
    value = _local(value, garage).time() if isinstance(value, datetime) else value
    return formats.clock(value.replace(second=0, microsecond=0), formats.locale_of(garage))


@register.filter
def locale_tag(garage: Garage) -> str:
    """How the browser names the locale that times are written in: en-GB."""
    return str(formats.locale_of(garage)).replace("_", "-")


@register.filter
def day(value: date | datetime | None, garage: Garage) -> str:
    """A date: Tue 9 June."""
    return _day(value, garage, long=False)


@register.filter
def day_long(value: date | datetime | None, garage: Garage) -> str:
    """A date with its weekday in full: Tuesday 9 June."""
    return _day(value, garage, long=True)


def _day(value: date | datetime | None, garage: Garage, *, long: bool) -> str:
    if not value:
        return ""
    on = _date(value, garage)
    return formats.day(on, formats.locale_of(garage), long=long, year=on.year != garage.today().year)


@register.filter
def weekday(value: date, garage: Garage) -> str:
    """The short name of the day: Wed."""
    return format_date(value, "EEE", locale=formats.locale_of(garage))


@register.filter
def month(value: date, garage: Garage) -> str:
    """A month with its year: December 2026."""
    return format_date(value, "LLLL y", locale=formats.locale_of(garage))


@register.filter
def day_short(value: datetime, garage: Garage) -> str:
    """Day and month for narrow columns: Mon 23 Nov."""
    return formats.day_short(_local(value, garage).date(), formats.locale_of(garage))


@register.filter
def local_time(value: datetime, garage: Garage) -> str:
    """HH:MM on the garage's clock, for machines: the value of a time field."""
    return f"{_local(value, garage):%H:%M}"


@register.filter
def moment(value: datetime | None, garage: Garage) -> str:
    """A date with its time: Tue 9 June, 08:30."""
    return f"{day(value, garage)}, {clock(value, garage)}" if value else ""


@register.filter
def recent(value: datetime, garage: Garage) -> str:
    """When something came in: 08:51 today, Mon 17:26 within the week, else its day."""
    local = _local(value, garage)
    age = (garage.today() - local.date()).days
    if not age:
        return clock(value, garage)
    return f"{weekday(local.date(), garage)} {clock(value, garage)}" if age < 7 else day_short(value, garage)


@register.filter
def minutes(value: int | None) -> str:
    """A number of minutes: 2 h 30."""
    return "" if value in (None, "") else formats.minutes(int(value))


@register.simple_tag(takes_context=True)
def idempotency_key(context: template.Context) -> SafeString:
    """The hidden field that makes a form act once, however often it is sent. See `garages.idempotency.once`."""
    return format_html(
        '<input type="hidden" name="{}" value="{}">', FIELD, context.get("idempotency_key") or uuid.uuid4()
    )
