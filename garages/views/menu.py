"""The menu: services, their extras and prices."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from garages import formats
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.forms.menu import PricesForm, ServiceForm
from garages.models import Service
from garages.selectors import active_services, own_prices, service_categories, vehicle_types_in_use
from garages.services.menu import add_service, change_service, put_on_menu, set_prices
from garages.views.acting import answer, attempt, attempt_once, posted


@staff(Role.MANAGER)
def services(request: StaffRequest, garage: str) -> HttpResponse:
    """The menu as a table of prices, in one form."""
    menu, kinds = active_services(), list(vehicle_types_in_use())
    form = PricesForm(
        posted(request), garage=request.garage, services=menu, vehicle_types=kinds, prices=own_prices(menu)
    )
    if attempt(form, lambda: _save_prices(request, form)):
        return redirect("garages:services", request.garage.slug)
    context = {
        "form": form,
        "vehicle_types": kinds,
        "currency": formats.currency_name(request.garage.currency, formats.locale_of(request.garage), count=2),
        "off_menu": Service.objects.filter(is_active=False),
        "some_on_request": any(service.is_request_only for service in menu),
    }
    return answer(request, "services.html", context, form)


@staff(Role.MANAGER)
def service_add(request: StaffRequest, garage: str) -> HttpResponse:
    """A new service."""
    form = ServiceForm(posted(request), garage=request.garage, vehicle_types=list(vehicle_types_in_use()), prices={})
    if attempt_once(form, "add-service", lambda: _add(form)):
        messages.success(request, _("%(name)s added") % form.cleaned_data)
        return redirect("garages:services", request.garage.slug)
    return answer(request, "service.html", {"form": form, "categories": service_categories()}, form)


@staff(Role.MANAGER)
def service(request: StaffRequest, garage: str, service: uuid.UUID) -> HttpResponse:
    """One service."""
    row = get_object_or_404(Service.objects.select_related("skill"), public_id=service)
    kinds = list(vehicle_types_in_use())
    form = ServiceForm(
        posted(request), garage=request.garage, vehicle_types=kinds, prices=own_prices([row]), service=row
    )
    if request.GET.get("minutes", "").isdecimal():  # what finished jobs say, to be looked at and saved
        form.initial["minutes"] = request.GET["minutes"][:4]
    if attempt(form, lambda: _change(row, form)):
        messages.success(request, _("%(name)s saved") % form.cleaned_data)
        return redirect("garages:services", request.garage.slug)
    return answer(request, "service.html", {"form": form, "service": row, "categories": service_categories()}, form)


@staff(Role.MANAGER)
@require_POST
def service_archive(request: StaffRequest, garage: str, service: uuid.UUID) -> HttpResponse:
    """Take a service off the menu; bookings of it stay."""
    row = put_on_menu(get_object_or_404(Service, public_id=service), on=False)
    messages.success(request, _("%(name)s is off the menu") % {"name": row.name})
    return redirect("garages:services", request.garage.slug)


@staff(Role.MANAGER)
@require_POST
def service_restore(request: StaffRequest, garage: str, service: uuid.UUID) -> HttpResponse:
    """Put a service back on the menu."""
    row = put_on_menu(get_object_or_404(Service, public_id=service), on=True)
    messages.success(request, _("%(name)s is on the menu again") % {"name": row.name})
    return redirect("garages:services", request.garage.slug)


def _add(form: ServiceForm) -> Service:
    return add_service(extras=form.cleaned_data["extras"], prices=form.prices, **form.service_fields)


def _change(row: Service, form: ServiceForm) -> None:
    data = form.cleaned_data
    change_service(row, extras=data["extras"], prices=form.prices, after=data["after"], **form.service_fields)


def _save_prices(request: StaffRequest, form: PricesForm) -> None:
    changed = set_prices(own=form.own, cells=form.cells, online=form.online)
    said = ngettext("%(count)d change saved", "%(count)d changes saved", changed) if changed else _("Nothing to change")
    messages.success(request, said % {"count": changed})
