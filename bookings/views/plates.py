"""The plate in the booking form, looked up while the receptionist types on (PLATE-1 to 4, LEAP-10)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from bookings.days import read_day
from bookings.lookup import vehicle_with
from customers.names import fold
from fleet import plates
from fleet.models import Vehicle
from fleet.mot import SOON
from fleet.register import fields_of, has_register, keep
from fleet.selectors import usual_type
from fleet.services import VehicleFields
from garages.access import StaffRequest, staff
from garages.enums import BayKind, Role
from garages.rows import named
from garages.setup import ServiceInfo, Setup, setup_of
from garages.words import words_of
from integrations.models import PlateAnswer
from integrations.vehicles import LookupState
from integrations.vehicles.answers import ask, facts_of

# The card asks again every 0.3 s: after 2.4 s it says that typing is quicker, after a minute it gives up.
ASKS_BEFORE_SAYING: Final = 8
ASKS_AT_MOST: Final = 200


@staff(Role.RECEPTIONIST)
@require_POST
def look_up(request: StaffRequest, garage: str) -> HttpResponse:
    """The card under the plate: the kept answer, or that it is on its way, and then it asks again by itself.

    Nothing typed is written over: a make that is there already is offered instead, and taken with `use`.
    """
    if not has_register(request.garage):
        raise Http404
    vehicle = named(Vehicle.objects.all(), request.POST.get("vehicle"))
    plate = plates.canonical(words_of(request.POST, "registration")) or (vehicle.registration if vehicle else "")
    if len(plate) < plates.SHORTEST:
        return HttpResponse()
    vehicle = vehicle or vehicle_with(plate)
    row = ask(plate[: plates.LONGEST], anew="anew" in request.POST)
    if vehicle and row.state:
        keep(vehicle, row)
    asked = _number(request.POST.get("asked", ""))
    context = {
        "garage": request.garage,
        "plate": plates.display(plate, request.garage.country),
        "row": row,
        "asked": asked + 1,
        "is_slow": asked >= ASKS_BEFORE_SAYING,
        "gives_up": asked >= ASKS_AT_MOST,
        "today": request.garage.today(),
        "is_known": vehicle is not None and bool(vehicle.make),
        **_found(request, row, vehicle),
    }
    if row.state == LookupState.NOT_FOUND and vehicle is None:
        context["alike"] = [
            plates.display(other, request.garage.country) for other in plates.look_alikes(plate, request.garage.country)
        ]
    answer = render(request, "bookings/_plate_card.html", context)
    if context.get("fills") and _is_of_another_type(context["said"], setup_of(request)):
        answer.headers["HX-Trigger-After-Settle"] = "car-known"  # the form then proposes its type
    return answer


def _is_of_another_type(said: VehicleFields, setup: Setup) -> bool:
    """Whether such cars usually are of another type than the form begins with."""
    usual = usual_type(said.get("make", ""), said.get("model", ""))
    return usual is not None and usual != next((kind.pk for kind in setup.vehicle_types), None)


def _found(request: StaffRequest, row: PlateAnswer, vehicle: Vehicle | None) -> dict[str, Any]:
    facts = facts_of(row)
    if facts is None:
        return {}
    today = request.garage.today()
    said = fields_of(facts)
    make, model = _typed(request, "make"), _typed(request, "model")
    is_empty = not (make or model)
    theirs = (said.get("make", ""), said.get("model", ""))
    differs = bool(theirs[0]) and (fold(make), fold(model)) != (fold(theirs[0]), fold(theirs[1]))
    return {
        "facts": facts,
        "said": said,
        "mot": facts.mot_status(today),
        "fills": vehicle is None and differs and (is_empty or "use" in request.POST),
        "offers": vehicle is None and differs and not is_empty and "use" not in request.POST,
        "mot_service": _mot_wanted(request, facts.mot_due_on, today),
    }


def _mot_wanted(request: StaffRequest, due_on: date | None, today: date) -> ServiceInfo | None:
    """The garage's MOT, when the test runs out before or soon after the visit and is not among the work yet."""
    visit = read_day(request.POST.get("date", "")) or today
    if due_on is None or due_on > visit + SOON:
        return None
    mot = mot_of(setup_of(request))
    return mot if mot and mot.public_id not in request.POST.getlist("service") else None


def mot_of(setup: Setup) -> ServiceInfo | None:
    """The garage's MOT: the first service of the menu that takes an MOT bay."""
    return next((service for service in setup.services if service.bay_kind == BayKind.MOT), None)


def _typed(request: StaffRequest, name: str) -> str:
    """What stands in the field, whether it was chosen from the list or typed beside it."""
    return next((text.strip() for text in request.POST.getlist(name) if text.strip()), "")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 0
