"""Time that was worked."""

from __future__ import annotations

from datetime import timedelta

from django import template

register = template.Library()


@register.filter
def worked(length: timedelta) -> str:
    """Hours and minutes as a clock shows them: 0:42, 11:05."""
    hours, rest = divmod(int(length.total_seconds()), 3600)
    return f"{hours}:{rest // 60:02}"


@register.filter
def seconds(length: timedelta) -> int:
    return int(length.total_seconds())
