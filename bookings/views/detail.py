"""One booking: what it is, what may be done with it, what happened to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bookings import links
from bookings.clashes import Clash, clashes_of, settled
from bookings.draft import draft_of_booking, initial_of_booking
from bookings.enums import OPEN, Status
from bookings.errors import ChangedMeanwhile
from bookings.forms import EditForm, MarksForm
from bookings.models import Booking
from bookings.progress import steps_of
from bookings.selectors import history_of
from bookings.selectors.archived import setup_for
from bookings.selectors.history import History
from bookings.selectors.my_day import parts_of
from bookings.selectors.past import last_change
from bookings.selectors.rows import total_of
from bookings.selectors.same_people import same_people
from bookings.services import edit_booking, may_confirm
from bookings.services.capacity import may_overbook
from bookings.services.marks import MARKS
from bookings.services.undo import may_undo
from bookings.typed import asked_for, differences
from bookings.views.finding import booking_or_404
from bookings.views.orders import offered_extras
from bookings.views.undoing import say_done, step_of
from fleet.models import Vehicle
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.errors import DomainError
from garages.rendering import wants_part
from garages.setup import Setup, load_setup


@staff(Role.TECHNICIAN)
@require_GET
def detail(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    booking = booking_or_404(request, reference)
    return render(request, "bookings/detail.html", detail_context(request, booking))


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """Service, date, notes, vehicle, technician; prices for managers. Shows the form again with every refusal."""
    booking = booking_or_404(request, reference)
    setup = setup_for(booking, load_setup(request.garage))
    vehicles = _vehicles(booking)
    if request.method == "GET":
        form = EditForm(initial=initial_of_booking(booking, setup), setup=setup, booking=booking, vehicles=vehicles)
        return render(request, "bookings/edit.html", _edit_context(request, booking, setup, form))
    form = EditForm(request.POST, setup=setup, booking=booking, vehicles=vehicles)
    if "changed" in request.POST:  # a choice that changes what can be chosen; nothing is saved
        form = EditForm(
            initial=request.POST.dict() | {"urgent": "urgent" in request.POST},
            setup=setup,
            booking=booking,
            vehicles=vehicles,
        )
        return render(request, "bookings/edit.html" + _part(request), _edit_context(request, booking, setup, form))
    if form.is_valid() and form.cleaned_data["version"] != booking.version:
        clashes = clashes_of(booking, form, request.POST)
        # What was decided holds for what was shown: somebody may have saved again since.
        seen_all = not clashes or request.POST.get("met") == str(booking.version)
        if not seen_all or not all(clash.choice for clash in clashes):
            return _ask_which(request, booking, clashes)
        data = settled(request.POST, booking, setup, clashes)
        form = EditForm(data, setup=setup, booking=booking, vehicles=vehicles)
    try:
        saved = _saved(request, booking, setup, form)
    except ChangedMeanwhile:  # in this very moment
        return edit(request, garage, reference)
    if saved:
        say_done(request, saved, _("Saved."))
        return redirect("bookings:detail", garage=request.garage.slug, reference=booking.reference)
    return render(request, "bookings/edit.html", _edit_context(request, booking, setup, form), status=422)


def _ask_which(request: StaffRequest, booking: Booking, clashes: list[Clash]) -> HttpResponse:
    """Both values of every field that somebody else saved meanwhile; nothing is saved yet."""
    typed = [(name, value) for name, values in request.POST.lists() for value in values if _is_typed(name)]
    context = {"booking": booking, "clashes": clashes, "typed": typed, "garage": request.garage}
    return render(request, "bookings/clashes.html", context, status=409)


def _is_typed(name: str) -> bool:
    return name not in ("csrfmiddlewaretoken", "met") and not name.startswith("keep-")


def _saved(request: StaffRequest, booking: Booking, setup: Setup, form: EditForm) -> Booking | None:
    """None where the form says why not. Raises ChangedMeanwhile."""
    if not form.is_valid():
        return None
    prices = form.prices()
    starts_at = form.starts_at
    if form.errors or starts_at is None:
        return None
    try:
        return edit_booking(
            booking,
            version=form.cleaned_data["version"],
            setup=setup,
            by=request.membership,
            vehicle=form.cleaned_data["vehicle"],
            vehicle_type=form.cleaned_data["vehicle_type"],
            services=form.cleaned_data["service"],
            starts_at=starts_at,
            technician=form.cleaned_data["technician"],
            workshop_notes=form.cleaned_data["workshop_notes"],
            internal_notes=form.cleaned_data["internal_notes"],
            priority=form.priority,
            drop_off=form.cleaned_data["drop_off"],
            prices=prices,
            overbook_reason=form.cleaned_data["overbook_reason"],
            courtesy_car=form.cleaned_data["courtesy_car"],
        )
    except ChangedMeanwhile:
        raise
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None


def detail_context(request: StaffRequest, booking: Booking) -> dict[str, Any]:
    history = history_of(booking, request.garage)
    orders = list(booking.orders.all())
    return {
        "booking": booking,
        "garage": request.garage,
        "total": total_of(booking),
        "history": history,
        "steps": steps_of(booking, history),
        "asked_for": asked_for(booking),
        "differences": differences(booking),
        "same": same_people([booking]).get(booking.pk),
        "actions": actions_for(request, booking),
        "undo_step": _undo_step(request, booking, history),
        "may_edit": request.membership.at_least(Role.RECEPTIONIST),
        "own_page": _own_page(request, booking),
        "open": OPEN,
        "further": parts_of(booking.allocations.select_related("technician", "bay")),
        "may_add_time": request.membership.at_least(Role.RECEPTIONIST) and booking.holds_capacity,
        "orders": orders,
        "extras": offered_extras(request, booking, orders),
        "marks_form": MarksForm(initial={name: getattr(booking, name) for name in ("version", *MARKS)}),
    }


def _own_page(request: StaffRequest, booking: Booking) -> str:
    """The customer's own page, for those who speak with customers; blank once its link has ended."""
    if not request.membership.at_least(Role.RECEPTIONIST) or links.has_ended(booking):
        return ""
    return links.url_of(booking, request.garage)


def _undo_step(request: StaffRequest, booking: Booking, history: list[History]) -> str:
    """What the Undo button beside the newest act sends; blank where this person may not, or nothing was before."""
    change = last_change(booking)
    if change is None or change.before is None or not history or history[0].at != change.at:
        return ""
    return step_of(booking) if may_undo(booking, change, by=request.membership) else ""


def actions_for(request: StaffRequest, booking: Booking) -> set[str]:
    """The names of the buttons this person may press on this booking now."""
    desk = request.membership.at_least(Role.RECEPTIONIST)
    confirms = may_confirm(request.membership)
    waiting = booking.status in (Status.PENDING, Status.CONFIRMED)
    possible = {
        "confirm": confirms and booking.status == Status.PENDING,
        "accept": confirms and booking.status == Status.REQUESTED,
        "decline": desk and booking.status in (Status.REQUESTED, Status.PENDING),
        "check_in": desk and waiting and booking.arrived_at is None and booking.is_due,
        "start": booking.may_become(Status.IN_SERVICE) and booking.status == Status.CONFIRMED,
        "complete": booking.may_become(Status.COMPLETED),
        "no_show": desk and waiting and booking.arrived_at is None,
        "cancel": desk and booking.may_become(Status.CANCELLED),
        "reopen": desk and booking.status in (Status.COMPLETED, Status.CANCELLED, Status.NO_SHOW, Status.DECLINED),
    }
    return {name for name, shown in possible.items() if shown}


def _vehicles(booking: Booking) -> list[Vehicle]:
    """The customer's cars, and the booking's own wherever it belongs."""
    vehicles = list(booking.customer.vehicles.all())
    if booking.vehicle is not None and booking.vehicle not in vehicles:
        vehicles.insert(0, booking.vehicle)
    return vehicles


def _part(request: StaffRequest) -> str:
    return "#edit-job" if wants_part(request) else ""


def _edit_context(request: StaffRequest, booking: Booking, setup: Setup, form: EditForm) -> dict[str, Any]:
    data = request.POST if request.method == "POST" else None
    agreed = {line.service_id: line.price for line in booking.lines.all()}
    draft = draft_of_booking(booking, setup, data)
    return {
        "booking": booking,
        "form": form,
        "draft": draft,
        "setup": setup,
        "garage": request.garage,
        "price_rows": [
            {
                "service": service,
                "price": agreed.get(service.pk, service.price_for(draft.vehicle_type)),
                "typed": request.POST.get(f"price-{service.public_id}", ""),
            }
            for service in draft.services
        ],
        "kept_time": booking.starts_at,
        "kept_car": booking.courtesy_car.public_id if booking.courtesy_car else "",
        "may_overbook": may_overbook(request.membership),
        "may_price": request.membership.at_least(Role.MANAGER),
        "today": request.garage.today(),
    }
