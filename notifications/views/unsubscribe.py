"""Leaving the list of reminders and offers by e-mail: one click in the mail program, or a page with a button."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation

from customers.consents import record_consent
from customers.enums import Channel, ConsentSource, Purpose
from customers.models import Customer
from garages.public_pages import public_page
from garages.tenancy.context import tenant
from notifications.opting import subscriber


@public_page("GET", "POST")
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing, for scanners look too; posting does, without cookies, and twice is once (RFC 8058)."""
    found = subscriber(token)
    if found is None:
        raise Http404
    garage, public_id = found
    with tenant(garage.pk):
        customer = get_object_or_404(Customer.objects.all(), public_id=public_id)
        if request.method == "POST":
            record_consent(
                customer,
                purpose=Purpose.MARKETING,
                channel=Channel.EMAIL,
                is_given=False,
                source=ConsentSource.LINK,
                by=None,
            )
        with translation.override(customer.language or garage.language):
            context = {"sender": garage, "is_done": request.method == "POST"}
            return render(request, "notifications/unsubscribe.html", context)
