"""What was sent to whom, what waits, what failed; and sending again."""

from __future__ import annotations

import uuid

from django.contrib import messages as notices
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bookings.models import Booking
from customers.models import Customer
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.rendering import render_page, wants_part
from notifications import outbox
from notifications.batches import told_by_batch
from notifications.enums import State
from notifications.filters import MessageFilter
from notifications.models import Message
from notifications.outbox import with_facts
from notifications.selectors import channel_health, page_of, shown_message, shown_messages


@staff(Role.RECEPTIONIST)
@require_GET
def messages(request: StaffRequest, garage: str) -> HttpResponse:
    """Every message of the garage, newest first, filtered by what the address says."""
    wanted = MessageFilter(request.GET)
    page = page_of(wanted, size=request.user.rows_per_page)
    context = {"filter": wanted, "page": page, "health": channel_health()}
    return render_page(request, "notifications/messages.html", context, part="message-list")


@staff(Role.RECEPTIONIST)
@require_GET
def message(request: StaffRequest, garage: str, message: uuid.UUID) -> HttpResponse:
    """One message as its reader sees it. One that waits is shown as it would be written now."""
    shown = shown_message(_message(message), request.garage)
    return render(request, "notifications/message.html", {"shown": shown})


@staff(Role.RECEPTIONIST)
@require_GET
def failed(request: StaffRequest, garage: str) -> HttpResponse:
    """What failed for good and waits for somebody: a part of the closing page, and a page of its own."""
    return _failed_list(request)


@staff(Role.RECEPTIONIST)
@require_POST
def send_again(request: StaffRequest, garage: str, message: uuid.UUID) -> HttpResponse:
    """Send a failed message once more, to the address that is known now. The list of failed ones draws itself anew."""
    outbox.send_again(_message(message))
    if wants_part(request):
        return _failed_list(request)
    notices.success(request, _("It is on its way again."))
    return redirect("notifications:message", request.garage.slug, message)


@staff(Role.RECEPTIONIST)
@require_GET
def of_booking(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """The messages of one booking: a part of its page, and a page of its own."""
    booking = get_object_or_404(Booking.objects.select_related("customer"), reference=reference.upper())
    rows = shown_messages(Message.objects.filter(Q(booking=booking) | told_by_batch(booking)))
    context = {"title": booking.reference, "rows": rows, "customer": booking.customer}
    return render_page(request, "notifications/of.html", context, part="messages-of")


@staff(Role.RECEPTIONIST)
@require_GET
def of_customer(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.all(), public_id=public_id)
    rows = shown_messages(Message.objects.filter(customer=customer))
    context = {"title": customer.name, "rows": rows, "customer": customer}
    return render_page(request, "notifications/of.html", context, part="messages-of")


def _failed_list(request: StaffRequest) -> HttpResponse:
    rows = shown_messages(Message.objects.filter(state=State.FAILED, led_by=None))
    return render_page(request, "notifications/failed.html", {"rows": rows}, part="failed-messages")


def _message(public_id: uuid.UUID) -> Message:
    found = with_facts(Message.objects.filter(public_id=public_id)).first()
    if found is None:
        raise Http404
    return found
