"""What the template of the booking form needs, wherever the form stands."""

from __future__ import annotations

from typing import Any

from bookings.draft import Draft
from bookings.enums import DropOff
from bookings.forms import BookingForm
from bookings.lookup import dialling_options
from bookings.queue import entries_of, read_queue
from bookings.services import may_confirm
from bookings.services.capacity import may_overbook
from customers.enums import Kind
from garages.access import StaffRequest
from garages.enums import FirstStatus
from garages.setup import Setup


def form_context(request: StaffRequest, setup: Setup, form: BookingForm, draft: Draft) -> dict[str, Any]:
    """For templates/bookings/_form.html, with what was typed; for a company with what is queued for it."""
    entries = entries_of(request.membership, draft.customer) if draft.customer and draft.kind == Kind.BUSINESS else []
    queue = read_queue(entries, setup, vehicle_type=draft.vehicle_type, way=draft.way)
    return {
        "queue": queue,
        "each": queue.is_each or bool(request.POST.get("each")),
        "form": form,
        "draft": draft,
        "setup": setup,
        "garage": request.garage,
        "quick": is_quick(request),
        "may_confirm": may_confirm(request.membership),
        "offers_confirm": may_confirm(request.membership)
        and request.garage.staff_bookings_start == FirstStatus.PENDING,
        "may_overbook": may_overbook(request.membership),
        "has_notes": any(form[name].value() for name in ("workshop_notes", "internal_notes", "urgent"))
        or form["drop_off"].value() not in (None, "", DropOff.DROP),
        "today": request.garage.today(),
        "dialling_options": dialling_options(request.garage.phone_region, form["phone_region"].value() or ""),
    }


def is_quick(request: StaffRequest) -> bool:
    """Whether the form that was sent stands in the drawer of another page, not on the desk."""
    return "quick" in request.POST
