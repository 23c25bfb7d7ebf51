"""One vehicle: seen, taken down, changed."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from customers.models import Customer
from fleet import plates
from fleet.errors import RegistrationTaken, VehicleError
from fleet.forms import MileageForm, VehicleForm
from fleet.models import Vehicle
from fleet.register import has_register, keep
from fleet.selectors import Choices, by_registration, with_mileage
from fleet.services import add_mileage, change_owner, create_vehicle, update_vehicle
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.idempotency import once
from garages.models import Garage
from garages.rendering import wants_part
from garages.rows import named
from integrations.vehicles import VehicleFacts
from integrations.vehicles.answers import ask, facts_of

READINGS_SHOWN = 12
ASKS_AT_MOST: Final = 60  # the card asks again every 0.4 s


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
def look_up(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    """Ask the registers about the vehicle again (`anew`). Without JavaScript the next visit of the page has it."""
    found = _find(public_id)
    if not (found.registration and has_register(request.garage)):
        raise Http404
    row = ask(found.registration, anew="anew" in request.POST)
    if row.state:
        keep(found, row)
    if not wants_part(request):
        return redirect("fleet:vehicle", garage=garage, public_id=public_id)
    asked = request.POST.get("asked", "0")
    context = {
        "vehicle": found,
        **_register_of(found, request.garage),
        "may_look_up": True,
        "today": request.garage.today(),
        "trouble": "" if facts_of(row) or not row.state else row.state,
        "is_asked": not row.state and not (asked.isdecimal() and int(asked[:3]) > ASKS_AT_MOST),
        "asked": int(asked[:3]) + 1 if asked.isdecimal() else 1,
    }
    return render(request, "fleet/_register.html", context)


@staff(Role.RECEPTIONIST)
@require_POST
def give(request: StaffRequest, garage: str, public_id: uuid.UUID) -> HttpResponse:
    """The vehicle belongs to the customer named in the form from now on."""
    found = _find(public_id)
    owner = named(Customer.objects.all(), request.POST.get("customer"))
    if owner is None:
        raise Http404
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


def _register_of(vehicle: Vehicle, garage: Garage) -> dict[str, Any]:
    """What was kept of the registers' answer; nothing where there is none to ask."""
    if not (vehicle.registration and has_register(garage)):
        return {"register": False}
    check = vehicle.register_checks.first()
    facts = VehicleFacts.from_json(check.facts) if check else None
    mot = facts.mot_status(garage.today()) if facts else None
    return {"register": True, "check": check, "facts": facts, "mot": mot}


def _vehicle_page(request: StaffRequest, found: Vehicle, form: MileageForm) -> HttpResponse:
    context = {
        "vehicle": found,
        "readings": found.mileage_readings.all()[:READINGS_SHOWN],
        "form": form,
        "may_edit": request.membership.at_least(Role.RECEPTIONIST),
        "may_look_up": request.membership.at_least(Role.RECEPTIONIST),
        "today": request.garage.today(),
        **_register_of(found, request.garage),
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
