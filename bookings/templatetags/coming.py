"""When a customer comes, in words."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.translation import gettext as _

from bookings.availability import earliest_start
from bookings.coming import comes_from
from garages import formats
from garages.models import Garage

register = template.Library()


@register.simple_tag
def comes_at(starts_at: datetime, garage: Garage, way: str, offered: bool = False) -> str:
    """The clock's part of it: 08:30, from 08:00. What is `offered` today is offered from now."""
    first = comes_from(starts_at, way, garage)
    if offered:
        first = max(first, min(earliest_start(), starts_at))
    time = formats.clock(first.astimezone(garage.zone).time(), formats.locale_of(garage))
    return time if first == starts_at else _("from %(time)s") % {"time": time}
