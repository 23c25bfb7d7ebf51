"""All that is queued for a company, booked at once, with a result for each row."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from bookings.draft import read_draft
from bookings.enums import DropOff
from bookings.errors import BookingError
from bookings.forms import BookingForm
from bookings.models import Booking
from bookings.services.batch import Common, Submitted, submit
from bookings.services.typed import take_over
from bookings.typed import Field
from bookings.views.batches import Done, batch_named
from bookings.views.drawing import desk_context, drawn_again, with_queue
from bookings.views.form_context import form_context, is_quick
from bookings.views.queue import Sent, refused
from bookings.views.quick import landed
from bookings.views.state import view_asked_for
from bookings.views.undoing import say_all_done
from garages import formats
from garages.access import StaffRequest, staff
from garages.acts import acting
from garages.enums import Role
from garages.errors import DomainError
from garages.idempotency import once
from garages.rendering import wants_part


@transaction.non_atomic_requests  # committed before it is drawn, as one booking is
@staff(Role.RECEPTIONIST)
@require_POST
def submit_all(request: StaffRequest, garage: str) -> HttpResponse:
    """One booking for each row of the queue, what still stands in the form included; sent twice, they are made once.
    A row that is refused stays in the queue with its reason."""
    why = None
    try:
        with acting():
            sent = Sent.read(request)
            public_id, _is_new = once(request.POST, "bookings:submit-all", lambda: _submitted(sent))
    except DomainError as error:
        why = error
    with transaction.atomic():
        return refused(sent, why) if why else _answer(request, sent, batch_named(public_id))


def _submitted(sent: Sent) -> str:
    """The public id of the batch; "" when every row was refused. Raises BookingError, and then nothing is kept."""
    if "vehicle_type" in sent.form.errors:
        raise BookingError(str(sent.form.errors["vehicle_type"][0]), field="vehicle_type")
    customer, wish, by = sent.company(), sent.wish, sent.request.membership
    sent.keep_choices(customer, wish)
    sent.add_typed(customer, wish)
    done: Submitted = submit(customer, setup=sent.setup, by=by, common=_common(sent.form))
    for field in sent.form.cleaned_data.get("take_over", []) if done.bookings else []:
        take_over(done.bookings[0], Field(field))
    return str(done.batch.public_id) if done.batch else ""


def _common(form: BookingForm) -> Common:
    data = form.cleaned_data
    return Common(
        vehicle_type=data.get("vehicle_type"),
        confirmed=data.get("confirmed", False),
        workshop_notes=data.get("workshop_notes", ""),
        internal_notes=data.get("internal_notes", ""),
        priority=form.priority,
        drop_off=data.get("drop_off", DropOff.DROP),
        typed_name=form.typed_name,
        typed_phone=form.typed_phone,
        typed_email=data.get("email", ""),
    )


def _answer(request: StaffRequest, sent: Sent, done: Done | None) -> HttpResponse:
    """Say what was done, with a way to undo it, and show row by row what became of the queue."""
    if done is None:
        return drawn_again(request, sent.typed, status=422)
    bookings = [row.booking for row in done.rows if row.booking is not None]
    say_all_done(request, bookings, _said(request, done, bookings))
    new = [booking.reference for booking in bookings]
    if not wants_part(request):
        address = reverse("bookings:desk", args=[request.garage.slug])
        query = urlencode({"new": new, "batch": done.batch.public_id}, doseq=True)
        return redirect(f"{address}?{query}#new")
    left = with_queue(QueryDict("kind=business"), sent.setup, request.membership)
    if is_quick(request) and not left.get("customer"):
        return landed(request, bookings)
    if not left.get("customer"):
        left = QueryDict()
    draft, values = read_draft(left, sent.setup, changed=left.get("changed", ""), beside=request.garage.today())
    form = form_context(request, sent.setup, BookingForm(initial=values, setup=sent.setup), draft)
    listed = desk_context(request, view_asked_for(request, QueryDict(f"new={new[0]}")))
    focus = {"registration" if draft.customer else "phone": True}
    context = listed | form | {"done": done, "new_references": new, "autofocus": focus}
    return render(request, "bookings/_submitted.html", context)


def _said(request: StaffRequest, done: Done, bookings: list[Booking]) -> str:
    locale, zone = formats.locale_of(request.garage), request.garage.zone
    first = min(booking.starts_at for booking in bookings)
    text = ngettext(
        "Booked: %(number)s vehicle of %(company)s, from %(when)s.",
        "Booked: %(number)s vehicles of %(company)s, from %(when)s.",
        len(bookings),
    )
    when = formats.moment(first.astimezone(zone), locale)
    return text % {"number": len(bookings), "company": done.batch.customer.name, "when": when}
