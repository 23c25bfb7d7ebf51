"""What the garage works with: bays, vehicle types, technicians and their skills."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.forms.workshop import (
    BayEditForm,
    BayForm,
    CourtesyCarEditForm,
    CourtesyCarForm,
    SkillForm,
    TechnicianForm,
    VehicleTypeEditForm,
    VehicleTypeForm,
)
from garages.models import Bay, CourtesyCar, Skill, VehicleType
from garages.selectors import skills_in_use, technicians_with_skills
from garages.services import workshop
from garages.views.acting import answer, attempt, attempt_once, posted


@staff(Role.MANAGER)
def bays(request: StaffRequest, garage: str) -> HttpResponse:
    """The bays, and a form to add one."""
    form = BayForm(posted(request))
    if attempt_once(form, "add-bay", lambda: workshop.add_bay(**form.cleaned_data)):
        messages.success(request, _("%(name)s added") % form.cleaned_data)
        return redirect("garages:bays", request.garage.slug)
    return answer(request, "bays.html", {"form": form, "bays": Bay.objects.all()}, form)


@staff(Role.MANAGER)
def bay(request: StaffRequest, garage: str, bay: uuid.UUID) -> HttpResponse:
    """One bay."""
    row = get_object_or_404(Bay, public_id=bay)
    form = BayEditForm(posted(request), bay=row)
    if attempt(form, lambda: workshop.change_bay(row, **form.cleaned_data)):
        messages.success(request, _("%(name)s saved") % form.cleaned_data)
        return redirect("garages:bays", request.garage.slug)
    return answer(request, "bay.html", {"form": form, "row": row, "list_name": "garages:bays"}, form)


@staff(Role.MANAGER)
def courtesy_cars(request: StaffRequest, garage: str) -> HttpResponse:
    """The cars to lend, and a form to add one."""
    form = CourtesyCarForm(posted(request))
    if attempt_once(form, "add-courtesy-car", lambda: workshop.add_courtesy_car(**form.cleaned_data)):
        messages.success(request, _("%(name)s added") % form.cleaned_data)
        return redirect("garages:courtesy-cars", request.garage.slug)
    return answer(request, "courtesy_cars.html", {"form": form, "cars": CourtesyCar.objects.all()}, form)


@staff(Role.MANAGER)
def courtesy_car(request: StaffRequest, garage: str, car: uuid.UUID) -> HttpResponse:
    """One of them."""
    row = get_object_or_404(CourtesyCar, public_id=car)
    form = CourtesyCarEditForm(posted(request), car=row)
    if attempt(form, lambda: workshop.change_courtesy_car(row, **form.cleaned_data)):
        messages.success(request, _("%(name)s saved") % form.cleaned_data)
        return redirect("garages:courtesy-cars", request.garage.slug)
    return answer(request, "courtesy_car.html", {"form": form, "row": row, "list_name": "garages:courtesy-cars"}, form)


@staff(Role.MANAGER)
def vehicle_types(request: StaffRequest, garage: str) -> HttpResponse:
    """The vehicle types, and a form to add one."""
    form = VehicleTypeForm(posted(request))
    if attempt_once(form, "add-vehicle-type", lambda: workshop.add_vehicle_type(**form.cleaned_data)):
        messages.success(request, _("%(name)s added") % form.cleaned_data)
        return redirect("garages:vehicle-types", request.garage.slug)
    return answer(request, "vehicle_types.html", {"form": form, "vehicle_types": VehicleType.objects.all()}, form)


@staff(Role.MANAGER)
def vehicle_type(request: StaffRequest, garage: str, vehicle_type: uuid.UUID) -> HttpResponse:
    """One vehicle type."""
    row = get_object_or_404(VehicleType, public_id=vehicle_type)
    form = VehicleTypeEditForm(posted(request), vehicle_type=row)
    if attempt(form, lambda: workshop.change_vehicle_type(row, **form.cleaned_data)):
        messages.success(request, _("%(name)s saved") % form.cleaned_data)
        return redirect("garages:vehicle-types", request.garage.slug)
    return answer(request, "vehicle_type.html", {"form": form, "row": row, "list_name": "garages:vehicle-types"}, form)


@staff(Role.MANAGER)
def technicians(request: StaffRequest, garage: str) -> HttpResponse:
    """The technicians with their skills, and the list of skills."""
    return _technicians(request, SkillForm())


@staff(Role.MANAGER)
def technician_add(request: StaffRequest, garage: str) -> HttpResponse:
    """A new technician."""
    form = TechnicianForm(posted(request), garage=request.garage)
    if attempt_once(form, "add-technician", lambda: workshop.add_technician(**form.cleaned_data)):
        messages.success(request, _("%(name)s added") % form.cleaned_data)
        return redirect("garages:technicians", request.garage.slug)
    return answer(request, "technician.html", {"form": form}, form)


@staff(Role.MANAGER)
def technician(request: StaffRequest, garage: str, technician: uuid.UUID) -> HttpResponse:
    """One technician."""
    row = get_object_or_404(technicians_with_skills(), public_id=technician)
    form = TechnicianForm(posted(request), garage=request.garage, technician=row)
    if attempt(form, lambda: workshop.change_technician(row, **form.cleaned_data)):
        messages.success(request, _("%(name)s saved") % form.cleaned_data)
        return redirect("garages:technicians", request.garage.slug)
    return answer(request, "technician.html", {"form": form, "technician": row}, form)


@staff(Role.MANAGER)
@require_POST
def skill_add(request: StaffRequest, garage: str) -> HttpResponse:
    """A new skill; its form stands on the technicians' page."""
    form = SkillForm(request.POST)
    if attempt_once(form, "add-skill", lambda: workshop.add_skill(**form.cleaned_data)):
        messages.success(request, _("%(name)s added") % form.cleaned_data)
        return redirect("garages:technicians", request.garage.slug)
    return _technicians(request, form)


@staff(Role.MANAGER)
def skill(request: StaffRequest, garage: str, skill: uuid.UUID) -> HttpResponse:
    """One skill: its name, and who has or needs it."""
    row = get_object_or_404(skills_in_use(), public_id=skill)
    form = SkillForm(posted(request), initial={"name": row.name})
    if attempt(form, lambda: workshop.rename_skill(row, **form.cleaned_data)):
        messages.success(request, _("%(name)s saved") % form.cleaned_data)
        return redirect("garages:technicians", request.garage.slug)
    return answer(request, "skill.html", {"form": form, "skill": row}, form)


@staff(Role.MANAGER)
@require_POST
def skill_remove(request: StaffRequest, garage: str, skill: uuid.UUID) -> HttpResponse:
    """Take a skill off the list: services that needed it need none."""
    row = get_object_or_404(Skill, public_id=skill)
    workshop.remove_skill(row)
    messages.success(request, _("%(name)s removed") % {"name": row.name})
    return redirect("garages:technicians", request.garage.slug)


def _technicians(request: StaffRequest, form: SkillForm) -> HttpResponse:
    context = {"technicians": technicians_with_skills(), "skills": skills_in_use(), "form": form}
    return answer(request, "technicians.html", context, form)
