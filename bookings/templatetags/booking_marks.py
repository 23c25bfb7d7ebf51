"""A booking's marks in rows, cards and on its page."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from bookings.marks import Mark, marks_of
from bookings.models import Booking
from garages.models import Garage
from garages.templatetags.ui import icon

register = template.Library()


@register.simple_tag
def marks(booking: Booking, garage: Garage, words: bool = False) -> SafeString | str:
    """`{% marks booking garage %}`: icons with names, or with `words=True` tags that say it all. Blank without any."""
    return drawn(marks_of(booking, garage), words=words)


def drawn(found: Sequence[Mark], *, words: bool = False) -> SafeString | str:
    if not found:
        return ""
    if words:
        rows = ((" tag--warn" if mark.stops else "", icon(mark.icon), mark.text) for mark in found)
        return format_html_join("", '<span class="tag{}">{}{}</span>', rows)
    shown = (
        (" glance--stops" if mark.stops else "", mark.text, icon(mark.icon), mark.text, mark.short) for mark in found
    )
    joined = format_html_join(
        "",
        '<span class="glance{}" title="{}">{}<span class="sr">{}</span><span aria-hidden="true">{}</span></span>',
        shown,
    )
    return format_html('<span class="marks">{}</span>', joined)
