"""Taking customers down. Their list and profile show vehicles: they are in `fleet.views.customers`."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from customers import phones, selectors
from customers.errors import CustomerError
from customers.forms import CustomerForm
from customers.models import Customer
from customers.services import create_customer, update_customer
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.idempotency import once

SHARERS_SHOWN = 5


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def create(request: StaffRequest, garage: str) -> HttpResponse:
    form = CustomerForm(request.POST or None, garage=request.garage)
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
@require_POST
def phone_note(request: StaffRequest, garage: str) -> HttpResponse:
    """What there is to say about the number being typed: odd, or somebody else's too. A POST that changes nothing:
    numbers do not belong into an address."""
    return render(request, "customers/_phone_note.html", _phone_facts(request, request.POST.get("customer", "")))


def _create(request: StaffRequest, form: CustomerForm) -> str:
    return str(create_customer(region=request.garage.phone_region, **form.facts).public_id)


def _form_page(request: StaffRequest, form: CustomerForm, customer: Customer | None) -> HttpResponse:
    context: dict[str, object] = {"form": form, "customer": customer}
    if form.is_bound:
        context |= _phone_facts(request, str(customer.public_id) if customer else "")
    return render(request, "customers/form.html", context, status=422 if form.is_bound else 200)


def _phone_facts(request: StaffRequest, public_id: str) -> dict[str, object]:
    typed, region = request.POST.get("phone_typed", "")[:40], request.garage.phone_region
    sharers = [other for other in selectors.with_number(typed, region) if str(other.public_id) != public_id]
    return {"phone_oddity": phones.oddity(typed, region), "sharers": sharers[:SHARERS_SHOWN]}
