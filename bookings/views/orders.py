"""Extras that were ordered: all of them on a page of their own, and those of a booking on its page (ORD-1 to ORD-3)."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bookings.enums import OPEN, OrderState
from bookings.errors import BookingError
from bookings.filters import OrderFilter
from bookings.models import Booking, Order
from bookings.selectors.orders import orders_of
from bookings.services.orders import cancel_order, confirm_order, order_extra, reopen_order
from bookings.views.finding import booking_or_404
from bookings.views.undoing import answer_undone, say_done
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.errors import DomainError
from garages.notices import say_undoable
from garages.rendering import render_page, wants_part
from garages.setup import ServiceInfo, setup_of


@staff(Role.RECEPTIONIST)
@require_GET
def orders(request: StaffRequest, garage: str) -> HttpResponse:
    """Every extra that was ordered, newest first, filtered by what the address says."""
    return _page(request)


def offered_extras(request: StaffRequest, booking: Booking, orders: list[Order]) -> list[ServiceInfo]:
    """What may still be added to it."""
    if booking.status not in OPEN:
        return []
    taken = {order.extra_id for order in orders if order.state != OrderState.CANCELLED}
    taken |= set(booking.lines.values_list("service", flat=True))
    return [extra for extra in setup_of(request).services if extra.is_extra and extra.pk not in taken]


@staff(Role.RECEPTIONIST)
@require_POST
def add(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """Order an extra for the customer."""
    booking = booking_or_404(request, reference)
    setup = setup_of(request)
    extra = next((one for one in setup.services if str(one.public_id) == request.POST.get("extra", "")), None)

    def act() -> None:
        if extra is None:
            raise BookingError(_("Choose an extra."), field="extra")
        order = order_extra(booking, extra, setup=setup, by=request.membership)
        if order.state == OrderState.CONFIRMED:
            said = _("%(extra)s is ordered and confirmed.")
        else:
            said = _("%(extra)s is ordered; it waits to be confirmed.")
        messages.success(request, said % {"extra": order.name})

    return _done(request, booking, act)


@staff(Role.RECEPTIONIST)
@require_POST
def confirm(request: StaffRequest, garage: str, order: uuid.UUID) -> HttpResponse:
    """Promise what was ordered."""
    found = _find(order)

    def act() -> None:
        confirm_order(found, setup=setup_of(request), by=request.membership)
        _say(request, found, _("%(extra)s is confirmed.") % {"extra": found.name})

    return _done(request, found.booking, act)


@staff(Role.RECEPTIONIST)
@require_POST
def cancel(request: StaffRequest, garage: str, order: uuid.UUID) -> HttpResponse:
    """Take an order back."""
    found = _find(order)

    def act() -> None:
        cancel_order(found, setup=setup_of(request), by=request.membership)
        _say(request, found, _("%(extra)s is cancelled.") % {"extra": found.name})

    return _done(request, found.booking, act)


@staff(Role.RECEPTIONIST)
@require_POST
def reopen(request: StaffRequest, garage: str, order: uuid.UUID) -> HttpResponse:
    """A cancelled order waits for an answer again: what Undo does where the booking was not touched."""
    found = _find(order)
    try:
        reopen_order(found, by=request.membership)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("%(extra)s waits to be confirmed again.") % {"extra": found.name})
    return answer_undone(request, [found.booking.reference])


def _say(request: StaffRequest, found: Order, text: str) -> None:
    """What was just done with `found`, which is as it was before, and a way back: through the booking where its lines
    were changed with it."""
    booking = Booking.objects.get(pk=found.booking_id)
    if booking.version != found.booking.version:
        say_done(request, booking, text)
    elif found.state == OrderState.RECEIVED:
        address = reverse("bookings:order-reopen", args=[request.garage.slug, found.public_id])
        say_undoable(request, text, address=address, steps=[], seconds=settings.UNDO_SECONDS)
    else:  # somebody had done it before
        messages.success(request, text)


def _done(request: StaffRequest, booking: Booking, act: Callable[[], None]) -> HttpResponse:
    """Do it, and go back to where it was asked for: the list of orders as it was, or the booking."""
    try:
        act()
    except DomainError as error:
        messages.error(request, str(error))
    if "list" not in request.POST:
        return redirect("bookings:detail", garage=request.garage.slug, reference=booking.reference)
    if wants_part(request):
        return _page(request)
    return redirect(f"{reverse('bookings:orders', args=[request.garage.slug])}?{request.GET.urlencode()}")


def _page(request: StaffRequest) -> HttpResponse:
    wanted = OrderFilter(request.GET)
    found = orders_of(wanted, size=request.user.rows_per_page)
    context = {
        "filter": wanted,
        "found": found,
        "states": [(value, label, found.counts[value]) for value, label in OrderState.choices],
        "open": OPEN,
    }
    return render_page(request, "bookings/orders.html", context, part="order-list")


def _find(public_id: uuid.UUID) -> Order:
    return get_object_or_404(Order.objects.select_related("booking__customer"), public_id=public_id)
