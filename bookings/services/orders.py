"""Extras ordered on a booking: received, then confirmed or cancelled. A confirmed one is a line of the booking, with
the time it takes (ORD-9); the line is taken off again when the order is cancelled."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bookings.enums import OPEN, OrderState
from bookings.errors import BookingError, SlotTaken
from bookings.jobs import Job
from bookings.models import Booking, BookingLine, Order
from bookings.services.capacity import place
from bookings.services.create import search_text
from bookings.services.wishes import hold_wish, wish_for
from bookings.signals import Change, booking_changed, order_changed
from garages.models import Membership
from garages.setup import ServiceInfo, Setup


@transaction.atomic
def order_extra(booking: Booking, extra: ServiceInfo, *, setup: Setup, by: Membership | None) -> Order:
    """Order an extra at today's price; `by` is None when the customer does it. It is confirmed at once where the extra
    says so and there is time for it (ORD-6). Ordered already, it is the order there is."""
    booking = _locked(booking)
    if not extra.is_extra:
        raise BookingError(_("This is no extra."), field="extra")
    if booking.status not in OPEN:
        raise BookingError(_("This booking is over: nothing can be added."), field="extra")
    known = Order.objects.filter(booking=booking, extra=extra.pk).exclude(state=OrderState.CANCELLED).first()
    if known is not None:
        return known
    if booking.lines.filter(service=extra.pk).exists():
        raise BookingError(_("It is part of the booking already."), field="extra")
    order = Order.objects.create(
        booking=booking,
        extra_id=extra.pk,
        name=extra.name,
        minutes=extra.minutes,
        price=extra.price_for(setup.vehicle_type(booking.vehicle_type_id)),
    )
    if extra.orders_confirmed:
        try:
            with transaction.atomic():
                return confirm_order(order, setup=setup, by=by)
        except BookingError:  # no time for it: the team decides
            order.refresh_from_db()
    order_changed.send(sender=Order, order=order, by=by)
    return order


@transaction.atomic
def confirm_order(order: Order, *, setup: Setup, by: Membership | None) -> Order:
    """Promise it: it becomes a line of the booking at the price ordered. Raises SlotTaken or NotOpen when there is no
    time for it, BookingError when the booking is over. Twice changes nothing."""
    booking, order = _locked(order.booking), _again(order)
    if order.state == OrderState.CONFIRMED:
        return order
    if order.state == OrderState.CANCELLED:
        raise BookingError(_("This order was cancelled. Add the extra again."))
    line = BookingLine(
        booking=booking,
        service_id=order.extra_id,
        name=order.name,
        minutes=order.minutes,
        price=order.price,
        position=booking.lines.count(),
    )
    line.save()
    _rearrange(booking, order.minutes, setup, by)
    return _answer(order, OrderState.CONFIRMED, by)


@transaction.atomic
def cancel_order(order: Order, *, setup: Setup, by: Membership) -> Order:
    """Take it back, confirmed or not (ORD-6). Twice changes nothing."""
    booking, order = _locked(order.booking), _again(order)
    if order.state == OrderState.CANCELLED:
        return order
    if order.state == OrderState.CONFIRMED:
        booking.lines.filter(service=order.extra_id).delete()
        _rearrange(booking, -order.minutes, setup, by)
    return _answer(order, OrderState.CANCELLED, by)


@transaction.atomic
def reopen_order(order: Order, *, by: Membership) -> Order:
    """A cancelled order waits for an answer again. Twice changes nothing. Raises BookingError when it was ordered anew
    since, or the booking is over."""
    booking, order = _locked(order.booking), _again(order)
    if order.state == OrderState.RECEIVED:
        return order
    if booking.status not in OPEN:
        raise BookingError(_("This booking is over: nothing can be added."))
    if order.state == OrderState.CONFIRMED or Order.objects.filter(booking=booking, extra=order.extra_id).exclude(
        state=OrderState.CANCELLED
    ):
        raise BookingError(_("This extra is ordered already."))
    return _answer(order, OrderState.RECEIVED, by)


def follow_lines(booking: Booking, *, gone: OrderState, by: Membership | None) -> None:
    """The lines of the booking were changed otherwise: a confirmed order whose line is gone becomes `gone`, the last
    order of a line that is back is confirmed again."""
    on_it = set(booking.lines.values_list("service", flat=True))
    last = {order.extra_id: order for order in Order.objects.filter(booking=booking).order_by("pk")}
    for order in last.values():
        if order.state == OrderState.CONFIRMED and order.extra_id not in on_it:
            _answer(order, gone, by)
        elif order.state != OrderState.CONFIRMED and order.extra_id in on_it:
            _answer(order, OrderState.CONFIRMED, by)


def _answer(order: Order, state: OrderState, by: Membership | None) -> Order:
    order.state = state
    order.answered_at = None if state == OrderState.RECEIVED else timezone.now()
    order.answered_by = by.user if by and order.answered_at else None
    order.save(update_fields=["state", "answered_at", "answered_by"])
    order_changed.send(sender=Order, order=order, by=by)
    return order


def _rearrange(booking: Booking, minutes: int, setup: Setup, by: Membership | None) -> None:
    """So many minutes of work more, or less, from the same start on."""
    if booking.status not in OPEN:
        raise BookingError(_("This booking is over: only its notes can be changed. Reopen it first."))
    lines = list(booking.lines.all())
    if not lines:
        raise BookingError(_("A booking needs a service."))
    kind = setup.vehicle_type(booking.vehicle_type_id)
    booking.search_text = search_text(booking, [line.name for line in lines], kind)
    booking.version += 1
    job = Job.of_booking(booking, setup, work=booking.work + timedelta(minutes=minutes))
    if booking.holds_capacity:
        kept = booking.overbook_reason
        try:
            place(booking, setup=setup, job=job, starts_at=booking.starts_at, may_be_past=True, overbook_reason=kept)
        except SlotTaken as error:
            raise SlotTaken(_("There is no time left for it after this booking. Move the booking first.")) from error
    else:
        wish_for(booking, lines, booking.starts_at)
        hold_wish(booking, setup=setup, job=job)
        booking.save()
    booking_changed.send(sender=Booking, booking=booking, change=Change.EDITED, by=by)


def _locked(booking: Booking) -> Booking:
    return Booking.objects.select_for_update(of=("self",)).select_related("customer", "vehicle").get(pk=booking.pk)


def _again(order: Order) -> Order:
    """As it stands now; its booking is locked, so it stays."""
    return Order.objects.select_related("booking__customer").get(pk=order.pk)
