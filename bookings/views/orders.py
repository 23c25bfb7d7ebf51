"""Extras on a booking's page: added, confirmed, cancelled (ORD-3, ORD-7)."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings.enums import OPEN, OrderState
from bookings.errors import BookingError
from bookings.models import Booking, Order
from bookings.services.orders import cancel_order, confirm_order, order_extra
from bookings.views.finding import booking_or_404
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.errors import DomainError
from garages.setup import ServiceInfo, setup_of


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

    def act() -> str:
        if extra is None:
            raise BookingError(_("Choose an extra."), field="extra")
        order = order_extra(booking, extra, setup=setup, by=request.membership)
        if order.state == OrderState.CONFIRMED:
            return _("%(extra)s is ordered and confirmed.") % {"extra": order.name}
        return _("%(extra)s is ordered; it waits to be confirmed.") % {"extra": order.name}

    return _done(request, booking, act)


@staff(Role.RECEPTIONIST)
@require_POST
def confirm(request: StaffRequest, garage: str, order: uuid.UUID) -> HttpResponse:
    """Promise what was ordered."""
    found = _find(order)

    def act() -> str:
        confirm_order(found, setup=setup_of(request), by=request.membership)
        return _("%(extra)s is confirmed.") % {"extra": found.name}

    return _done(request, found.booking, act)


@staff(Role.RECEPTIONIST)
@require_POST
def cancel(request: StaffRequest, garage: str, order: uuid.UUID) -> HttpResponse:
    """Take an order back."""
    found = _find(order)

    def act() -> str:
        cancel_order(found, setup=setup_of(request), by=request.membership)
        return _("%(extra)s is cancelled.") % {"extra": found.name}

    return _done(request, found.booking, act)


def _done(request: StaffRequest, booking: Booking, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except DomainError as error:
        messages.error(request, str(error))
    return redirect("bookings:detail", garage=request.garage.slug, reference=booking.reference)


def _find(public_id: uuid.UUID) -> Order:
    return get_object_or_404(Order.objects.select_related("booking__customer"), public_id=public_id)
