"""When the workshop works: opening hours, closures, public holidays."""

from __future__ import annotations

import uuid
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from garages import formats
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.forms.hours import ClosureForm, HolidaysForm, HoursForm
from garages.models import Closure
from garages.public_holidays import public_holidays
from garages.rendering import render_page
from garages.selectors import closures_before, closures_from, closures_on, opening_hours
from garages.services.hours import close, import_holidays, reopen, set_opening_hours
from garages.views.acting import answer, attempt, attempt_once, posted, to_affected

YEARS_AHEAD: Final = 2


@staff(Role.MANAGER)
def hours(request: StaffRequest, garage: str) -> HttpResponse:
    """The week, in one form."""
    form = HoursForm(request.POST) if request.method == "POST" else HoursForm.of(opening_hours())
    if attempt(form, lambda: set_opening_hours(request.garage, form.spans)):
        messages.success(request, _("Opening hours saved"))
        return redirect("garages:hours", request.garage.slug)
    return answer(request, "hours.html", {"form": form}, form)


@staff(Role.MANAGER)
@require_POST
def hours_draft(request: StaffRequest, garage: str) -> HttpResponse:
    """The form with one more line, or with one day's hours copied: nothing is saved yet."""
    form = HoursForm.draft(request.POST)
    return render_page(request, "garages/settings/hours.html", {"form": form, "is_draft": True}, part="week")


@staff(Role.MANAGER)
def closures(request: StaffRequest, garage: str) -> HttpResponse:
    """Days off to come and past ones, and a form to add more."""
    form = ClosureForm(posted(request))
    if attempt_once(form, "close", lambda: close(**form.cleaned_data)):
        closed = form.cleaned_data
        messages.success(request, _("Closed: %(reason)s") % {"reason": closed["reason"]})
        return to_affected(request, {"from": closed["starts_on"], "until": closed["ends_on"]})
    today = request.garage.today()
    context = {"form": form, "coming": closures_from(today), "past": closures_before(today), "year": today.year}
    return answer(request, "closures.html", context, form)


@staff(Role.MANAGER)
@require_POST
def closure_delete(request: StaffRequest, garage: str, closure: uuid.UUID) -> HttpResponse:
    """Take a closure back."""
    row = get_object_or_404(Closure, public_id=closure)
    reopen(row)
    messages.success(request, _("Not closed any more: %(reason)s") % {"reason": row.reason})
    return redirect("garages:closures", request.garage.slug)


@staff(Role.MANAGER)
def holidays(request: StaffRequest, garage: str, year: int) -> HttpResponse:
    """The public holidays of a year, to choose which ones to close on."""
    place = request.garage
    if not 0 <= year - place.today().year <= YEARS_AHEAD:
        raise Http404
    known = dict(public_holidays(place.country, place.subdivision, year, place.language))
    form = HolidaysForm(posted(request), holidays=known)
    if attempt(form, lambda: _import(request, form)):
        return redirect("garages:closures", place.slug)
    closed = closures_on(known)
    context = {
        "form": form,
        "days": [{"day": day, "name": name, "closure": closed.get(day)} for day, name in known.items()],
        "year": year,
        "years": [place.today().year + more for more in range(YEARS_AHEAD + 1)],
        "country": formats.country_name(place.country, formats.locale_of(place)),
    }
    return answer(request, "holidays.html", context, form)


def _import(request: StaffRequest, form: HolidaysForm) -> None:
    added = import_holidays(form.chosen)
    messages.success(
        request, ngettext("%(count)d public holiday added", "%(count)d public holidays added", added) % {"count": added}
    )
