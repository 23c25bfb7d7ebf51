"""Merging two records of one customer or vehicle: find the other, compare, decide, and undo."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bookings.comparison import compare
from bookings.forms import ReasonForm
from bookings.models import Booking, Merge
from bookings.services.merge import Mergeable, merge, part, parts_of
from bookings.services.online import link as link_booking
from bookings.views.finding import booking_or_404
from customers.models import Customer
from customers.selectors import same_number
from fleet.models import Vehicle
from fleet.selectors import matching_plate, search_customers
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.errors import DomainError
from garages.notices import say_undoable
from garages.rendering import render_page, wants_part
from garages.rows import named
from garages.words import words_of

OFFERED: Final = 20


@staff(Role.RECEPTIONIST)
@require_GET
def find_customer(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    """Who could be the same: those on the same number, or those that fit what is typed."""
    customer = get_object_or_404(Customer.objects.all(), public_id=public_id)
    query = words_of(request.GET)
    found = search_customers(query, region=request.garage.phone_region) if query else same_number(customer)
    return _find(request, customer, query, found.exclude(pk=customer.pk))


@staff(Role.RECEPTIONIST)
@require_GET
def find_vehicle(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    """What could be the same: the owner's other vehicles, or those whose plate fits what is typed."""
    vehicle = get_object_or_404(Vehicle.objects.all(), public_id=public_id)
    query = words_of(request.GET)
    theirs = Vehicle.objects.filter(customer=vehicle.customer) if vehicle.customer else Vehicle.objects.none()
    found = matching_plate(query) if query else theirs
    return _find(request, vehicle, query, found.select_related("customer").exclude(pk=vehicle.pk))


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def customers(request: StaffRequest, garage: str, public_id: uuid.UUID, customer: uuid.UUID) -> HttpResponse:
    return _merge(request, Customer, public_id, customer)


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def vehicles(request: StaffRequest, garage: str, public_id: uuid.UUID, vehicle: uuid.UUID) -> HttpResponse:
    return _merge(request, Vehicle, public_id, vehicle)


@staff(Role.RECEPTIONIST)
@require_POST
def link(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """The customer of an online booking is the known one who was suggested (COMP-32)."""
    booking = booking_or_404(request, reference)
    known = named(Customer.objects.all(), request.POST.get("customer"))
    if known is None:
        return HttpResponseBadRequest()
    gone = booking.customer
    try:
        done = link_booking(booking, known, by=request.membership)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        _say(request, done, gone)
    if wants_part(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect("bookings:detail", garage=request.garage.slug, reference=booking.reference)


@staff(Role.RECEPTIONIST)
@require_POST
def undo(request: StaffRequest, garage: str, merge: uuid.UUID) -> HttpResponse:
    done = get_object_or_404(Merge.objects.all(), public_id=merge)
    try:
        record = part(done, by=request.membership)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Undone: %(name)s stands alone again.") % {"name": record})
    if wants_part(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect(_address(request, done.kind, done.kept))


@staff(Role.RECEPTIONIST)
@require_GET
def of_customer(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    return _merges_of(request, get_object_or_404(Customer.objects.all(), public_id=public_id))


@staff(Role.RECEPTIONIST)
@require_GET
def of_vehicle(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    return _merges_of(request, get_object_or_404(Vehicle.objects.all(), public_id=public_id))


def _find(request: StaffRequest, record: Mergeable, query: str, found: Any) -> HttpResponse:
    kind = _kind(record)
    others = [
        (other, reverse(_PAGES[kind], args=[request.garage.slug, record.public_id, other.public_id]))
        for other in found[:OFFERED]
    ]
    context = {"record": record, "query": query, "others": others, "back": _address(request, kind, record.public_id)}
    return render_page(request, "bookings/merge_find.html", context | {"kind": kind}, part="candidates")


def _merge(
    request: StaffRequest, model: type[Customer] | type[Vehicle], first: uuid.UUID, second: uuid.UUID
) -> HttpResponse:
    found = {row.public_id: row for row in model.objects.filter(public_id__in=(first, second))}
    if first not in found or second not in found:
        raise Http404
    kept, gone = found[first], found[second]
    kind = _kind(kept)
    if kept == gone:
        return redirect(_address(request, kind, first))
    form = ReasonForm(request.POST or None)
    chosen = {name: request.POST.get(name, "") for name in parts_of(kept)}
    if request.method == "POST" and form.is_valid():
        try:
            done = merge(kept, gone, chosen=chosen, reason=form.cleaned_data["reason"], by=request.membership)
        except DomainError as error:
            form.add_error("reason" if error.field == "reason" else None, str(error))
        else:
            _say(request, done, gone)
            return redirect(_address(request, kind, first))
    context = {
        "kept": kept,
        "gone": gone,
        "kind": kind,
        "rows": compare(kept, gone, chosen),
        "form": form,
        "bookings": [Booking.objects.filter(**{kind: record}).count() for record in (kept, gone)],
        "swap": reverse(_PAGES[kind], args=[request.garage.slug, second, first]),
        "back": _address(request, kind, first),
    }
    return render(request, "bookings/merge.html", context, status=422 if form.is_bound else 200)


def _say(request: StaffRequest, done: Merge, gone: Mergeable) -> None:
    say_undoable(
        request,
        _("%(name)s was merged into this record.") % {"name": gone},
        address=reverse("bookings:merge-undo", args=[request.garage.slug, done.public_id]),
        steps=[],
        seconds=settings.UNDO_SECONDS,
    )


def _merges_of(request: StaffRequest, record: Mergeable) -> HttpResponse:
    merges = list(Merge.objects.select_related("made_by", "undone_by").filter(kept=record.public_id))
    context = {"record": record, "merges": merges, "back": _address(request, _kind(record), record.public_id)}
    return render_page(request, "bookings/merges.html", context, part="merges")


_PAGES: Final = {"customer": "bookings:merge-customers", "vehicle": "bookings:merge-vehicles"}
_PROFILES: Final = {"customer": "customers:detail", "vehicle": "fleet:vehicle"}


def _kind(record: Mergeable) -> str:
    return Merge.Kind.CUSTOMER.value if isinstance(record, Customer) else Merge.Kind.VEHICLE.value


def _address(request: StaffRequest, kind: str, public_id: uuid.UUID) -> str:
    return reverse(_PROFILES[kind], args=[request.garage.slug, public_id])
