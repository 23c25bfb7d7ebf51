"""One vehicle: seen, taken down, changed."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.models import Customer
from fleet import plates
from fleet.errors import RegistrationTaken, VehicleError
from fleet.forms import MileageForm, VehicleForm
from fleet.models import Vehicle
from fleet.selectors import Choices, by_registration, with_mileage
from fleet.services import add_mileage, change_owner, create_vehicle, update_vehicle
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.idempotency import once

READINGS_SHOWN = 12


@staff(Role.TECHNICIAN)
@require_GET
def vehicle(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    merged = Vehicle.everything.filter(public_id=public_id).exclude(merged_into=None).first()
    if merged is not None and merged.merged_into is not None:
        return redirect("fleet:vehicle", garage=garage, public_id=merged.merged_into.public_id)
    return _vehicle_page(request, _find(public_id), MileageForm(garage=request.garage))


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def create(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    """A vehicle of the customer `public_id`."""
    owner = get_object_or_404(Customer.objects.all(), public_id=public_id)
    form = VehicleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, is_new = once(
                request.POST,
                f"fleet:vehicle-create:{owner.pk}",
                lambda: str(create_vehicle(customer=owner, **form.facts).public_id),
            )
        except VehicleError as error:
            return _form_page(request, form, owner, refused=error)
        if is_new:
            messages.success(request, _("Vehicle saved."))
        return redirect("fleet:vehicle", garage=garage, public_id=made)
    return _form_page(request, form, owner)


@staff(Role.RECEPTIONIST)
@require_http_methods(["GET", "POST"])
def edit(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    found = _find(public_id)
    form = VehicleForm(request.POST or None, initial=VehicleForm.initial_of(found), vehicle=found)
    if request.method == "POST" and form.is_valid():
        try:
            update_vehicle(found, **form.facts)
        except VehicleError as error:
            return _form_page(request, form, found.customer, vehicle=found, refused=error)
        messages.success(request, _("Vehicle saved."))
        return redirect("fleet:vehicle", garage=garage, public_id=public_id)
    return _form_page(request, form, found.customer, vehicle=found)


@staff(Role.RECEPTIONIST)
@require_POST
def add_reading(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    found = _find(public_id)
    form = MileageForm(request.POST, garage=request.garage)
    if not form.is_valid():
        return _vehicle_page(request, found, form)
    once(
        request.POST,
        f"fleet:mileage:{found.pk}",
        lambda: str(add_mileage(found, **form.cleaned_data).public_id),
    )
    messages.success(request, _("Mileage saved."))
    return redirect("fleet:vehicle", garage=garage, public_id=public_id)


@staff(Role.RECEPTIONIST)
@require_POST
def give(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    """The vehicle belongs to the customer named in the form from now on."""
    found = _find(public_id)
    try:
        wanted = uuid.UUID(request.POST.get("customer", ""))
    except ValueError:
        wanted = None
    owner = get_object_or_404(Customer.objects.all(), public_id=wanted)
    change_owner(found, owner)
    messages.success(request, _("%(name)s is the owner now.") % {"name": owner.name})
    return redirect("fleet:vehicle", garage=garage, public_id=public_id)


@staff(Role.RECEPTIONIST)
@require_POST
def registration_note(request: StaffRequest, garage: str) -> HttpResponse:
    """What there is to say about the registration being typed: odd, or here already. A POST that changes nothing."""
    typed = request.POST.get("registration_typed", "")[: plates.LONGEST]
    taken = by_registration(typed)
    if taken and str(taken.public_id) == request.POST.get("vehicle", ""):
        taken = None
    context = {"registration_oddity": plates.oddity(plates.canonical(typed), request.garage.country), "taken": taken}
    return render(request, "fleet/_registration_note.html", context)


@staff(Role.RECEPTIONIST)
@require_GET
def models(request: StaffRequest, garage: str) -> HttpResponse:
    """The models of `?make=`, as the options of a select."""
    names = Choices().models_of(request.GET.get("make", ""))
    return render(request, "fleet/_models.html", {"names": names})


def _find(public_id: uuid.UUID) -> Vehicle:
    vehicles = with_mileage(Vehicle.objects.select_related("customer", "vehicle_type"))
    return get_object_or_404(vehicles, public_id=public_id)


def _vehicle_page(request: StaffRequest, found: Vehicle, form: MileageForm) -> HttpResponse:
    context = {
        "vehicle": found,
        "readings": found.mileage_readings.all()[:READINGS_SHOWN],
        "form": form,
        "may_edit": request.membership.at_least(Role.RECEPTIONIST),
        "today": request.garage.today(),
    }
    return render(request, "fleet/vehicle.html", context, status=422 if form.is_bound else 200)


def _form_page(
    request: StaffRequest,
    form: VehicleForm,
    owner: Customer | None,
    *,
    vehicle: Vehicle | None = None,
    refused: VehicleError | None = None,
) -> HttpResponse:
    if refused:
        form.add_error(refused.field, str(refused))
    context = {
        "form": form,
        "owner": owner,
        "vehicle": vehicle,
        "taken": refused.vehicle if isinstance(refused, RegistrationTaken) else None,
    }
    return render(request, "fleet/form.html", context, status=422 if form.is_bound else 200)
