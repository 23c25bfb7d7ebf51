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
from garages.addresses import address
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


def meant(answer: Answer, garage: Garage, typed: str, *, to_go: bool = False) -> HttpResponse:
    """What the text in the one box may mean; in "find and go" each is a place to go to, and nothing is new."""
    form_url = reverse("bookings:form", args=[garage.slug])
    box = {"box": "going" if to_go else "found"}

    def drawn(number: int, hit: Hit) -> SafeString:
        caller = hit.caller
        texts = (
            _who(caller, garage, typed)
            | box
            | {
                "number": str(number),
                "address": _page_of(caller, garage, by_plate=answer.by_plate) if to_go else "",
                "form_url": form_url,
                "car_id": str(caller.car_id or ""),
                "car": caller.car,
                "registration": plates.shown(caller.registration, caller.registration_typed, garage.country),
                "last": day(hit.work.last, garage),
                "booked": day(caller.used_at, garage),
                "due": next((due.name for due in hit.work.due), ""),
            }
        )
        return fill(
            "bookings/_hit.html",
            texts,
            is_first=number == 1,
            vehicles=caller.vehicles,
            plate_country=garage.country if plates.is_usual(caller.registration, garage.country) else "",
        )

    fresh = answer.fresh or {}
    texts = box | {
        "others": _joined(
            fill("bookings/_other.html", asdict(one) | box | {"number": str(number)}, is_first=number == 1)
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
        fill(
            "bookings/_found.html",
            texts,
            count=len(answer.hits),
            may_be_new=answer.fresh is not None and not to_go,
            to_go=to_go,
        )
    )


def _page_of(caller: Caller, garage: Garage, *, by_plate: bool) -> str:
    """The car's page where its plate was asked for, else its owner's."""
    if by_plate and caller.car_id is not None:
        return address("fleet:vehicle", garage.slug, caller.car_id)
    return address("customers:detail", garage.slug, caller.customer_id)


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
