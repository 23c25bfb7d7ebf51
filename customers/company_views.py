"""What only a company has, more people to ask for; and becoming one."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from customers.contacts import add_contact, change_contact, remove_contact
from customers.enums import Kind
from customers.errors import NameMissing
from customers.forms import ContactForm
from customers.kinds import change_kind
from customers.models import Contact, Customer
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.idempotency import once
from garages.notices import say_undoable
from garages.rendering import wants_part


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def contact_add(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    customer = get_object_or_404(Customer.objects.all(), public_id=public_id)
    form = ContactForm(request.POST or None)
    if not form.is_valid():
        return _contact_page(request, form, customer, None)
    _made, is_new = once(
        request.POST,
        f"customers:contact-add:{customer.pk}",
        lambda: str(add_contact(customer, region=request.garage.phone_region, **form.cleaned_data).public_id),
    )
    if is_new:
        messages.success(request, _("Contact saved."))
    return redirect("customers:detail", garage=garage, public_id=public_id)


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def contact_edit(request: StaffRequest, garage: str, public_id: uuid.UUID, contact: uuid.UUID) -> HttpResponse:
    found = _find(public_id, contact)
    form = ContactForm(request.POST or None, initial=ContactForm.initial_of(found))
    if not form.is_valid():
        return _contact_page(request, form, found.customer, found)
    change_contact(found, region=request.garage.phone_region, **form.cleaned_data)
    messages.success(request, _("Contact saved."))
    return redirect("customers:detail", garage=garage, public_id=public_id)


@staff(Role.RECEPTIONIST)
@require_POST
def contact_remove(request: StaffRequest, garage: str, public_id: uuid.UUID, contact: uuid.UUID) -> HttpResponse:
    remove_contact(_find(public_id, contact))
    messages.success(request, _("Contact removed."))
    return redirect("customers:detail", garage=garage, public_id=public_id)


@staff(Role.RECEPTIONIST)
@require_POST
def kind(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    """Make a person a business, or a business a person; undoing it is the same the other way round."""
    customer = get_object_or_404(Customer.objects.all(), public_id=public_id)
    asked = request.POST.get("kind") or request.POST.get("step")
    wanted, was = (Kind.BUSINESS if asked == Kind.BUSINESS else Kind.INDIVIDUAL), customer.kind
    try:
        customer = change_kind(customer, wanted, region=request.garage.phone_region)
    except NameMissing as error:
        messages.error(request, str(error))
        return redirect("customers:edit", garage=garage, public_id=public_id)
    is_now = _("%(name)s is a business now.") if customer.is_business else _("%(name)s is a private customer now.")
    say_undoable(
        request,
        is_now % {"name": customer.name},
        address=reverse("customers:kind", args=[garage, public_id]),
        steps=[was],
        seconds=settings.UNDO_SECONDS,
    )
    if wants_part(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect("customers:detail", garage=garage, public_id=public_id)


def _find(public_id: uuid.UUID, contact: uuid.UUID) -> Contact:
    contacts = Contact.objects.select_related("customer")
    return get_object_or_404(contacts, public_id=contact, customer__public_id=public_id)


def _contact_page(
    request: StaffRequest, form: ContactForm, customer: Customer, contact: Contact | None
) -> HttpResponse:
    context = {"form": form, "customer": customer, "contact": contact}
    return render(request, "customers/contact.html", context, status=422 if form.is_bound else 200)
