"""`{% service_option option chosen %}`, `{% day_choice day number %}` and `{% time_choice offer %}`: the services, days
and starts the booking form offers, as the templates bookings/_option.html, _day.html and _time.html draw them."""

from __future__ import annotations

from typing import Final

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bookings.availability import Day
from bookings.draft import Draft, ServiceOption
from bookings.slots import Offer
from customers.enums import Kind
from garages.models import Garage
from garages.stencils import fill
from garages.templatetags.garage_format import clock, day_long, local_time, minutes, moment, money, weekday

register = template.Library()

_KEYS: Final = 3  # the first starts can be picked by their number


@register.simple_tag(takes_context=True)
def service_option(context: Context, option: ServiceOption, chosen: str) -> SafeString:
    """With its price for the vehicle type; `chosen` is the public id of the one that is. Wants `garage`."""
    service = option.service
    texts = {
        "value": option.public_id,
        "code": service.code,
        "name": service.name,
        "booked": str(service.times_booked),
        "minutes": minutes(service.minutes),
        "price": money(option.price, context["garage"]),
    }
    return fill("bookings/_option.html", texts, is_chosen=option.public_id == chosen)


@register.simple_tag(takes_context=True)
def day_choice(context: Context, day: Day, number: int) -> SafeString:
    """Wants `garage`, `draft`, `today` and `refresh`, which draws the form again, in the context; `sync` says what that
    waits for."""
    garage: Garage = context["garage"]
    draft: Draft = context["draft"]
    is_bookable = day.is_bookable
    after = {"day": day, "garage": garage, "overnight": context.get("overnight")}
    texts = {
        "value": day.date.isoformat(),
        "number": str(day.date.day),
        "weekday": weekday(day.date, garage),
        "day": day_long(day.date, garage),
        "load": str(day.load),
        "why": str(day.refusal.text) if day.refusal and not is_bookable else "",
        "closed": day.closed_because or _("no opening hours") if day.is_closed else "",
        "next": render_to_string("bookings/_next_best.html", after) if day.next_best and not is_bookable else "",
        "notes": " · ".join(day.notes),
        "notes_said": ", ".join(day.notes),
        "address": str(context["refresh"]),
        "sync": str(context.get("sync") or "#form-job:replace"),
    }
    return fill(
        "bookings/_day.html",
        texts,
        place=number,
        is_today=day.date == context["today"],
        is_closed=day.is_closed,
        is_bookable=is_bookable,
        is_chosen=day == draft.day,
    )


@register.simple_tag(takes_context=True)
def time_choice(context: Context, offer: Offer, number: int = 0) -> SafeString:
    """Wants `garage`, `draft` and `refresh` in the context. Where `hold_url` is there too, picking keeps the start for
    the caller; a company's are kept with its queue."""
    garage: Garage = context["garage"]
    draft: Draft = context["draft"]
    keeps = draft.kind != Kind.BUSINESS and context.get("hold_url")
    days = {at.astimezone(garage.zone).date() for at in (offer.start, offer.end)}
    texts = {
        "value": local_time(offer.start, garage),
        "clock": clock(offer.start, garage),
        "ready": clock(offer.end, garage) if len(days) == 1 else moment(offer.end, garage),
        "address": str(keeps or context["refresh"]),
    }
    key = number if number <= _KEYS else 0
    return fill("bookings/_time.html", texts, is_chosen=offer == draft.offer, key=key)
