"""When a customer comes, in words."""

from __future__ import annotations

from datetime import datetime

from django import template

from bookings.coming import clock_from
from garages import formats
from garages.models import Garage

register = template.Library()


@register.simple_tag
def comes_at(starts_at: datetime, garage: Garage, way: str, offered: bool = False) -> str:
    return clock_from(starts_at, way, garage, formats.locale_of(garage), offered=offered)
