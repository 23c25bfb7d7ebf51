"""Taking customers down. Their list and profile show vehicles: they are in `fleet.views.customers`."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers import phones, selectors
from customers.consents import record_consent, standings
from customers.duplicates import Likeness
from customers.enums import ConsentSource, Kind
from customers.errors import CustomerError
from customers.forms import ConsentForm, CustomerForm
from customers.models import Customer
from customers.services import create_customer, update_customer
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.idempotency import once
from garages.rendering import render_page

SHARERS_SHOWN = 5


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def create(request: StaffRequest, garage: str) -> HttpResponse:
    kind = Kind.BUSINESS if request.GET.get("kind") == Kind.BUSINESS else Kind.INDIVIDUAL
    form = CustomerForm(request.POST or None, initial={"kind": kind}, garage=request.garage)
    if request.method == "POST" and form.is_valid():
        try:
            made, is_new = once(request.POST, "customers:create", lambda: _create(request, form))
        except CustomerError as error:
            form.add_error(error.field, str(error))
        else:
            if is_new:
                messages.success(request, _("Customer saved."))
            return redirect("customers:detail", garage=garage, public_id=made)
    return _form_page(request, form, None)


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.all(), public_id=public_id)
    form = CustomerForm(request.POST or None, initial=CustomerForm.initial_of(customer), garage=request.garage)
    if request.method == "POST" and form.is_valid():
        try:
            update_customer(customer, region=request.garage.phone_region, **form.facts)
        except CustomerError as error:
            form.add_error(error.field, str(error))
        else:
            messages.success(request, _("Customer saved."))
            return redirect("customers:detail", garage=garage, public_id=public_id)
    return _form_page(request, form, customer)


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def consents(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    """What a customer agreed to be written to about: a part of their profile, and a page of its own."""
    customer = get_object_or_404(Customer.objects.all(), public_id=public_id)
    if request.method == "POST":
        form = ConsentForm(request.POST)
        if form.is_valid():
            record_consent(customer, **form.cleaned_data, source=ConsentSource.STAFF, by=request.user)
        if not request.htmx:
            return redirect("customers:consents", garage=garage, public_id=public_id)
    context = {"customer": customer, "standings": standings(customer)}
    return render_page(request, "customers/consents.html", context, part="consents")


@staff(Role.RECEPTIONIST)
@require_POST
def phone_note(request: StaffRequest, garage: str) -> HttpResponse:
    """What there is to say about the person being typed: an odd number, somebody else's too, or known already. A POST
    that changes nothing: names and numbers do not belong into an address."""
    return render(request, "customers/_phone_note.html", _phone_facts(request, request.POST.get("customer", "")))


@staff(Role.MANAGER)
@require_GET
def duplicates(request: StaffRequest, garage: str) -> HttpResponse:
    """Customers that are probably one person, the latest first."""
    before = request.GET.get("before", "")
    pairs, looked_at, older = selectors.likely_pairs(int(before) if before.isdecimal() and len(before) < 19 else None)
    context = {"pairs": pairs, "looked_at": looked_at, "older": older}
    return render(request, "customers/duplicates.html", context)


def _create(request: StaffRequest, form: CustomerForm) -> str:
    return str(create_customer(region=request.garage.phone_region, **form.facts).public_id)


def _form_page(request: StaffRequest, form: CustomerForm, customer: Customer | None) -> HttpResponse:
    context: dict[str, object] = {"form": form, "customer": customer}
    if form.is_bound:
        context |= _phone_facts(request, str(customer.public_id) if customer else "")
    return render(request, "customers/form.html", context, status=422 if form.is_bound else 200)


def _phone_facts(request: StaffRequest, public_id: str) -> dict[str, object]:
    typed, region = request.POST.get("phone_typed", "")[:40], request.garage.phone_region
    is_business = request.POST.get("kind") == Kind.BUSINESS
    found = selectors.look_alikes(
        region=region,
        phone=typed,
        first_name=request.POST.get("first_name", "")[:80],
        last_name=request.POST.get("last_name", "")[:80],
        company_name=request.POST.get("company_name", "")[:120] if is_business else "",
    )
    others = [(other, why) for other, why in found if str(other.public_id) != public_id]
    return {
        "phone_oddity": phones.oddity(typed, region),
        "alike": [other for other, why in others if why == Likeness.SAME][:SHARERS_SHOWN],
        "sharers": [other for other, why in others if why == Likeness.SHARES_NUMBER][:SHARERS_SHOWN],
    }
