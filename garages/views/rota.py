"""Bays out of service, technicians who are away, their working hours."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.forms.rota import AwayForm, ShiftsForm, first_times
from garages.models import Bay, BayOutage, Technician, TechnicianAbsence
from garages.services import rota
from garages.views.acting import answer, attempt, attempt_once, posted, to_affected


@staff(Role.MANAGER)
def away(request: StaffRequest, garage: str) -> HttpResponse:
    """What and who is away now or later, and a form to add to it."""
    form = AwayForm(posted(request), initial=first_times(request.garage))
    if attempt_once(form, "away", lambda: _add(form)):
        messages.success(request, _("Noted. Bookings that are already there stay: they are listed here."))
        kind, public_id = form.cleaned_data["what"].split(":")
        times = {"from": form.times()["starts_at"].isoformat(), "until": form.times()["ends_at"].isoformat()}
        return to_affected(request, {kind: public_id, **times})
    coming = {"ends_at__gt": timezone.now()}
    context = {
        "form": form,
        "outages": BayOutage.objects.filter(**coming).select_related("bay"),
        "absences": TechnicianAbsence.objects.filter(**coming).select_related("technician"),
    }
    return answer(request, "away.html", context, form)


@staff(Role.MANAGER)
@require_POST
def outage_end(request: StaffRequest, garage: str, outage: uuid.UUID) -> HttpResponse:
    """The bay can be used again."""
    row = get_object_or_404(BayOutage.objects.select_related("bay"), public_id=outage)
    rota.put_bay_back(row)
    messages.success(request, _("%(name)s is back.") % {"name": row.bay.name})
    return redirect("garages:away", request.garage.slug)


@staff(Role.MANAGER)
@require_POST
def absence_end(request: StaffRequest, garage: str, absence: uuid.UUID) -> HttpResponse:
    """The technician is there after all."""
    row = get_object_or_404(TechnicianAbsence.objects.select_related("technician"), public_id=absence)
    rota.take_absence_back(row)
    messages.success(request, _("%(name)s is back.") % {"name": row.technician.name})
    return redirect("garages:away", request.garage.slug)


@staff(Role.MANAGER)
def shifts(request: StaffRequest, garage: str, technician: uuid.UUID) -> HttpResponse:
    """A technician's working week."""
    row = get_object_or_404(Technician, public_id=technician)
    form = ShiftsForm(posted(request), technician=row)
    if attempt(form, lambda: rota.set_shifts(row, form.spans())):
        messages.success(request, _("%(name)s saved") % {"name": row.name})
        return redirect("garages:technician", request.garage.slug, row.public_id)
    return answer(request, "shifts.html", {"form": form, "technician": row}, form)


def _add(form: AwayForm) -> BayOutage | TechnicianAbsence:
    chosen, reason = form.chosen(), form.cleaned_data["reason"]
    if isinstance(chosen, Bay):
        return rota.take_bay_out(chosen, reason=reason, **form.times())
    return rota.note_absence(chosen, reason=reason, **form.times())
