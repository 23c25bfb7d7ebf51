"""The lists under the phone field and the one box, drawn: one answer for each key press."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from bookings.onebox import Answer, Hit
from bookings.selectors.callers import Caller
from customers.enums import Kind
from customers.templatetags.customer_format import phone_marked
from fleet import plates
from garages.models import Garage
from garages.stencils import fill
from garages.templatetags.garage_format import day, day_short, moment
from garages.templatetags.ui import avatar


def matches(callers: Sequence[Caller], garage: Garage, typed: str) -> HttpResponse:
    """Who has the number, or the name of a company, typed so far."""
    form_url = reverse("bookings:form", args=[garage.slug])

    def drawn(number: int, caller: Caller) -> SafeString:
        is_expected = caller.used_at is not None and caller.used_at > timezone.now()
        texts = _who(caller, garage, typed) | {
            "number": str(number),
            "form_url": form_url,
            "day": (day_short if is_expected else day)(caller.used_at, garage) if caller.used_at else "",
        }
        return fill(
            "bookings/_match.html",
            texts,
            is_first=number == 1,
            vehicles=caller.vehicles,
            is_expected=is_expected,
        )

    return HttpResponse(
        fill(
            "bookings/_lookup.html",
            {"items": _joined(drawn(*one) for one in enumerate(callers, 1))},
            count=len(callers),
        )
    )


def meant(answer: Answer, garage: Garage, typed: str) -> HttpResponse:
    """What the text in the one box may mean."""
    form_url = reverse("bookings:form", args=[garage.slug])

    def drawn(number: int, hit: Hit) -> SafeString:
        caller = hit.caller
        texts = _who(caller, garage, typed) | {
            "number": str(number),
            "form_url": form_url,
            "car_id": str(caller.car_id or ""),
            "car": caller.car,
            "registration": plates.shown(caller.registration, caller.registration_typed, garage.country),
            "last": day(hit.work.last, garage),
            "booked": day(caller.used_at, garage),
            "due": next((due.name for due in hit.work.due), ""),
        }
        return fill(
            "bookings/_hit.html",
            texts,
            is_first=number == 1,
            vehicles=caller.vehicles,
            plate_country=garage.country if plates.is_usual(caller.registration, garage.country) else "",
        )

    fresh = answer.fresh or {}
    texts = {
        "others": _joined(
            fill("bookings/_other.html", asdict(one) | {"number": str(number)}, is_first=number == 1)
            for number, one in enumerate(answer.others, 1)
        ),
        "items": _joined(drawn(*one) for one in enumerate(answer.hits, 1)),
        "form_url": form_url,
        "fresh_values": json.dumps(answer.as_typed),
        "fresh_name": " ".join(fresh.values()).strip(),
    }
    booking = answer.booking
    if booking is not None:
        texts |= {
            "booking_url": reverse("bookings:detail", args=[garage.slug, booking.reference]),
            "reference": booking.reference,
            "booked_by": booking.customer.name,
            "booked_for": moment(booking.starts_at, garage),
            "booking_status": booking.get_status_display(),
        }
    return HttpResponse(
        fill("bookings/_found.html", texts, count=len(answer.hits), may_be_new=answer.fresh is not None)
    )


def _who(caller: Caller, garage: Garage, typed: str) -> dict[str, str]:
    return {
        "customer_id": str(caller.customer_id),
        "avatar": avatar(caller.name),
        "name": caller.name,
        "contact": ", ".join(filter(None, (caller.person, caller.role))) if caller.kind == Kind.BUSINESS else "",
        "contact_id": str(caller.contact_id or ""),
        "phone": phone_marked(caller, garage, typed),
    }


def _joined(items: Iterable[SafeString]) -> SafeString:
    return mark_safe("".join(items))
