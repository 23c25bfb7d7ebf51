"""The marks of a booking, changed where they are shown."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bookings import services
from bookings.forms import MarksForm
from bookings.views.detail import detail_context
from bookings.views.finding import booking_or_404
from bookings.views.meanwhile import draw_anew, refusal
from bookings.views.undoing import say_done
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.errors import DomainError


@staff(Role.RECEPTIONIST)
@require_POST
def marks(request: StaffRequest, garage: str, reference: str) -> HttpResponse:
    """Save the marks, or show the booking's page again with what was typed and why not."""
    booking = booking_or_404(request, reference)
    form = MarksForm(request.POST)
    if form.is_valid():
        try:
            changed = services.mark(
                booking, version=form.cleaned_data["version"], marks=form.cleaned_data, by=request.membership
            )
        except DomainError as error:
            why = refusal(error, booking, form.cleaned_data["version"], request.garage)
            form.add_error(error.field if error.field in form.fields else None, why)
            draw_anew(form, error, booking)
        else:
            if changed.version != booking.version:
                say_done(request, changed, _("Saved."))
            return redirect("bookings:detail", garage=request.garage.slug, reference=booking.reference)
    context = detail_context(request, booking) | {"marks_form": form}
    return render(request, "bookings/detail.html", context, status=422)
