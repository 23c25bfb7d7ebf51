"""What the garage is called, where it is, and its booking rules."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from garages import formats
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.forms.details import DetailsForm, RulesForm
from garages.services.details import update_garage
from garages.views.acting import answer, attempt, posted


@staff(Role.MANAGER)
def index(request: StaffRequest, garage: str) -> HttpResponse:
    """Settings open on what is changed most."""
    return redirect("garages:services", request.garage.slug)


@staff(Role.MANAGER)
def details(request: StaffRequest, garage: str) -> HttpResponse:
    """Name, place, contacts, time zone, languages."""
    form = DetailsForm(posted(request), garage=request.garage)
    if attempt(form, lambda: update_garage(request.garage, **form.cleaned_data)):
        messages.success(request, _("Garage details saved"))
        return redirect("garages:details", request.garage.slug)
    locale = formats.locale_of(request.garage)
    fixed = {
        "country": formats.country_name(request.garage.country, locale),
        "currency": formats.currency_name(request.garage.currency, locale),
    }
    return answer(request, "details.html", {"form": form, **fixed}, form)


@staff(Role.MANAGER)
def rules(request: StaffRequest, garage: str) -> HttpResponse:
    """How bookings start and which times are offered."""
    form = RulesForm(posted(request), garage=request.garage)
    if attempt(form, lambda: update_garage(request.garage, **form.cleaned_data)):
        messages.success(request, _("Booking rules saved"))
        return redirect("garages:rules", request.garage.slug)
    return answer(request, "rules.html", {"form": form}, form)
