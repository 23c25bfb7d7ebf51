"""Quick booking: the desk's form in a drawer over any page (templates/components/quick_booking.html)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from bookings.draft import read_draft
from bookings.forms import BookingForm
from bookings.models import Booking, QueueEntry
from bookings.views.drawing import with_queue
from bookings.views.form_context import form_context, is_quick
from bookings.views.fresh import fresh_form
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.idempotency import FIELD
from garages.setup import setup_of


@staff(Role.RECEPTIONIST)
@require_POST
def quick(request: StaffRequest, garage: str) -> HttpResponse:
    """The form with its scripts: empty, or with what was typed before the drawer was closed (QUICK-2). The key stays
    the one it had then: what was sent and never answered is not booked again.

    A POST although it changes nothing: names and numbers do not belong into an address.
    """
    setup = setup_of(request)
    today = request.garage.today()
    if is_quick(request):
        draft, values = read_draft(request.POST, setup, beside=today)
        context = form_context(request, setup, BookingForm(initial=values, setup=setup), draft)
        context["idempotency_key"] = request.POST.get(FIELD)
    elif QueueEntry.objects.waiting(request.membership).exists():
        typed = with_queue(QueryDict("kind=business&quick=on"), setup, request.membership)
        draft, values = read_draft(typed, setup, changed="customer", beside=today)
        context = form_context(request, setup, BookingForm(initial=values, setup=setup), draft) | {"quick": True}
    else:
        _draft, drawn = fresh_form(request, setup, beside=today, quick=True)
        context = {"fresh_form": drawn}
    return render(request, "bookings/_quick.html", context)


def landed(request: StaffRequest, bookings: Sequence[Booking]) -> HttpResponse:
    """Booked in the drawer: it closes, and the list of all bookings shows the new ones (QUICK-3)."""
    new = [booking.reference for booking in bookings]
    address = reverse("bookings:list", args=[request.garage.slug])
    answer = HttpResponseClientRedirect(f"{address}?{urlencode({'new': new}, doseq=True)}#booking-{new[0]}")
    return trigger_client_event(answer, "booked")
