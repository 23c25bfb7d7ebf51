"""The booking form that nobody has typed into, kept ready drawn: every visit of the desk shows it, and drawing it is
half of what that costs. The page keeps its own copy for the next caller (static/js/fresh-form.js), good as long as
its mark is: the offers in it may be old, and are asked for with the first choice."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final
from zlib import crc32

from django.middleware.csrf import get_token
from django.template import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from bookings.draft import Draft, read_draft
from bookings.forms import BookingForm
from bookings.lookup import dialling_options
from bookings.services import may_confirm
from bookings.services.capacity import may_overbook
from garages.access import StaffRequest
from garages.enums import FirstStatus
from garages.models import Garage
from garages.setup import Setup

# Stand where each form has its own.
_TOKEN: Final = "token-of-the-request"  # noqa: S105 - the place of one
_KEY: Final = "key-of-the-form"


@dataclass(frozen=True)
class _Fresh:
    """What the drawing depends on: equal ones look the same. It is drawn from `context` alone, of which all that
    changes stands in the other fields; `garage` and `days` are what is in them, written out."""

    language: str | None
    garage: str
    setup_version: int
    days: str
    offers_confirm: bool
    may_overbook: bool
    quick: bool
    context: dict[str, Any] = field(compare=False)


def fresh_mark(request: StaffRequest, setup: Setup) -> str:
    """Differs when another form would be drawn, its days' offers and loads left aside."""
    who = get_language(), request.membership.role
    facts = (_facts(request.garage), setup.version, request.garage.today(), *who)
    return f"{crc32(repr(facts).encode()):08x}"


def _facts(garage: Garage) -> str:
    return repr({name: value for name, value in vars(garage).items() if name != "_state"})


def fresh_form(request: StaffRequest, setup: Setup, *, beside: date, quick: bool = False) -> tuple[Draft, SafeString]:
    """The draft of an empty form, the desk's or the drawer's, and its drawing. Two queries fewer than drawing it, when
    nothing changed."""
    garage = request.garage
    draft, values = read_draft({}, setup, beside=beside)
    offers_confirm = may_confirm(request.membership) and garage.staff_bookings_start == FirstStatus.PENDING
    overbooks = may_overbook(request.membership)
    context = {
        "form": BookingForm(initial=values, setup=setup),
        "draft": draft,
        "setup": setup,
        "garage": garage,
        "offers_confirm": offers_confirm,
        "may_overbook": overbooks,
        "quick": quick,
        "has_notes": False,
        "today": garage.today(),
        "dialling_options": dialling_options(garage.phone_region, ""),
        "fresh_mark": fresh_mark(request, setup),
        "csrf_token": _TOKEN,
        "idempotency_key": _KEY,
    }
    days = repr((draft.strip, draft.day, draft.passed_over))
    fresh = _Fresh(get_language(), _facts(garage), setup.version, days, offers_confirm, overbooks, quick, context)
    drawn = _drawn(fresh).replace(_TOKEN, get_token(request)).replace(_KEY, str(uuid.uuid4()))
    return draft, mark_safe(drawn)


@lru_cache(maxsize=128)
def _drawn(fresh: _Fresh) -> str:
    drawn: str = get_template("bookings/_form.html").template.render(Context(fresh.context))  # type: ignore[attr-defined]
    return drawn
