"""The reception desk: the list on the left, the walk-in form on the right."""

from __future__ import annotations

from functools import partial
from time import monotonic
from urllib.parse import urlsplit
from uuid import uuid4

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import reswap, trigger_client_event

from bookings.desk_booking import book
from bookings.draft import read_draft
from bookings.enums import DeskPath
from bookings.forms import BookingForm
from bookings.holding import hold_for_caller, release_hold
from bookings.lookup import companies, matches
from bookings.models import Booking
from bookings.onebox import look_for
from bookings.selectors import desk_view, find_booking, read_row
from bookings.selectors.desk import ROWS_CHOICES, group_of
from bookings.services.pace import note_offers, note_pace
from bookings.views import found
from bookings.views.batches import batch_named
from bookings.views.drawing import desk_context, drawn_again, page_context, refused, with_queue
from bookings.views.form_context import is_quick
from bookings.views.fresh import fresh_form, fresh_mark
from bookings.views.plates import mot_of
from bookings.views.queue import has_queue
from bookings.views.quick import landed
from bookings.views.state import STATE, list_context, view_asked_for
from bookings.views.submitting import submit_all
from bookings.views.undoing import say_done
from customers.enums import Kind
from garages import formats
from garages.access import StaffRequest, staff
from garages.acts import acting
from garages.addresses import address
from garages.enums import Role
from garages.errors import DomainError
from garages.idempotency import once
from garages.rendering import wants_part
from garages.setup import Setup, setup_of
from garages.words import words_of


@staff(Role.RECEPTIONIST)
@require_GET
def desk(request: StaffRequest, garage: str) -> HttpResponse:
    """The page; for HTMX only the list."""
    wants_list = wants_part(request)
    view = view_asked_for(request, request.GET, queue_of=None if wants_list else request.membership)
    if wants_list:
        return render(request, "bookings/desk.html#booking-list", list_context(request, view))
    setup = setup_of(request)
    if request.GET.keys() <= STATE and not view.queued:
        draft, fresh = fresh_form(request, setup, beside=view.day)
        context = desk_context(request, view) | {"fresh_form": fresh, "day": draft.beside}
        return render(request, "bookings/desk.html", context)
    asked = request.GET.copy()
    if view.queued and not asked.get("customer"):
        asked["kind"] = Kind.BUSINESS
        asked = with_queue(asked, setup, request.membership)
    changed = "customer" if asked.get("customer") else ""
    draft, values = read_draft(asked, setup, changed=changed, beside=view.day)
    values["path"] = DeskPath.PROFILE if draft.customer else ""
    form = BookingForm(initial=values, setup=setup)
    context = page_context(request, view, setup, form, draft) | {"done": batch_named(asked.get("batch", ""))}
    return render(request, "bookings/desk.html", context)


@staff(Role.RECEPTIONIST)
@require_POST
def form(request: StaffRequest, garage: str) -> HttpResponse:
    """The form after a choice: same values, new possibilities. Keeps everything typed, judges nothing.

    A POST although it changes nothing: names and numbers do not belong into an address.
    """
    typed = request.POST.copy()
    if "reset" in typed:
        release_hold(typed)
    if "pick" in typed:  # a button of the page without scripts: customer and vehicle in one value
        customer, _space, vehicle = str(typed["pick"]).partition(" ")
        typed.update({"customer": customer, "vehicle": vehicle, "changed": "customer"})
    return drawn_again(request, typed)


@staff(Role.RECEPTIONIST)
@require_POST
def hold(request: StaffRequest, garage: str) -> HttpResponse:
    """Keep the picked time for the caller, instead of the one kept so far; the foot says until when (LEAP-4)."""
    typed = request.POST.copy()
    try:
        kept = hold_for_caller(typed, setup_of(request))
    except DomainError as error:
        return drawn_again(request, typed, hold_error=str(error))
    typed["hold"] = str(kept.public_id) if kept else ""
    return drawn_again(request, typed)


@staff(Role.RECEPTIONIST)
@require_POST
def find(request: StaffRequest, garage: str) -> HttpResponse:
    """What the text in a box to find something may mean. Without scripts the only possibility is taken at once.

    A POST although it changes nothing: names and numbers do not belong into an address.
    """
    text = words_of(request.POST, "find")
    answer = look_for(text, request.garage)
    if wants_part(request):
        return found.meant(answer, request.garage, text, to_go="go" in request.POST)
    if answer.booking is not None:
        return redirect("bookings:detail", garage=request.garage.slug, reference=answer.booking.reference)
    if answer.others:
        return redirect(answer.others[0].address)
    typed = request.POST.copy()
    if len(answer.hits) == 1:
        caller = answer.hits[0].caller
        vehicle = str(caller.car_id or "")
        picked = {"customer": str(caller.customer_id), "vehicle": vehicle, "path": DeskPath.ONE_BOX}
        typed.update(picked | {"changed": "customer"})
    elif not answer.hits:
        typed.update(answer.as_typed)
    return drawn_again(request, typed, answer=answer)


@staff(Role.RECEPTIONIST)
@require_GET
def lookup(request: StaffRequest, garage: str) -> HttpResponse:
    """The customers whose number fits the digits typed so far (LOOK-1, LOOK-2), or companies by their name."""
    typed, region = request.GET.get("phone", ""), request.GET.get("phone_region", "")
    company = words_of(request.GET, "company_name")
    callers = companies(company) if company else matches(typed, region or request.garage.phone_region)
    return found.matches(callers, request.garage, typed)


@transaction.non_atomic_requests  # committed before it is drawn: whoever else books here waits for it, not for a page
@staff(Role.RECEPTIONIST)
@require_POST
def create(request: StaffRequest, garage: str) -> HttpResponse:
    """Book what the form says; sent twice, it books once. Refused, the form comes back as it was, with the reason. What
    is queued for a company means all of it, whatever was pressed."""
    began = monotonic()
    booked = None
    try:
        with acting():
            setup = setup_of(request)
            bound = BookingForm(request.POST, setup=setup)
            is_queued = has_queue(request)
            if not is_queued and bound.is_valid():
                booked = _book_once(request, bound, began)
    except DomainError as error:
        bound.add_error(error.field if error.field in bound.fields else None, str(error))
    if is_queued:
        return submit_all(request, garage)
    with transaction.atomic():
        if booked is not None:
            return _booked(request, setup, *booked)
        draft, _values = read_draft(request.POST, setup, beside=request.garage.today())
        return refused(request, setup, bound, draft)


@staff(Role.RECEPTIONIST)
@require_POST
def rows(request: StaffRequest, garage: str) -> HttpResponse:
    """Remember how many rows this person wants to see (DESK-9)."""
    wanted = request.POST.get("rows", "")
    if wanted in map(str, ROWS_CHOICES):
        request.user.rows_per_page = int(wanted)
        request.user.save(update_fields=["rows_per_page"])
    if wants_part(request):
        view = view_asked_for(request, request.GET)
        return render(request, "bookings/desk.html#booking-list", list_context(request, view))
    return redirect("bookings:desk", garage=request.garage.slug)


def _book_once(request: StaffRequest, form: BookingForm, began: float) -> tuple[Booking, bool]:
    """The booking this very form makes, or made when it was sent before, and whether it is new. How long it took and
    what the plate card sold are noted beside it."""
    made: list[Booking] = []

    def make() -> str:
        made.append(book(form, by=request.membership))
        note_pace(
            request.POST,
            request.garage,
            server_ms=round((monotonic() - began) * 1000),
            is_known=form.cleaned_data["customer"] is not None,
            is_business=form.cleaned_data["kind"] == Kind.BUSINESS,
        )
        note_offers(request.POST, request.garage, has_mot=mot_of(form.setup) in form.cleaned_data["service"])
        return made[0].reference

    reference, is_new = once(request.POST, "bookings:create", make)
    return (made[0] if made else find_booking(reference)), is_new


def _booked(request: StaffRequest, setup: Setup, booking: Booking, is_new: bool) -> HttpResponse:
    """Say it and show it in the list: as one more row where today's list stands, else as that list. The form for the
    next caller is the browser's own copy of the empty one; it only needs a key."""
    locale = formats.locale_of(request.garage)
    when = formats.moment(booking.starts_at.astimezone(request.garage.zone), locale)
    say_done(
        request,
        booking,
        _("Booked: %(name)s, %(when)s. Reference %(reference)s.")
        % {"name": booking.customer.name, "when": when, "reference": booking.reference},
        links=[
            (address("bookings:job-card", request.garage.slug, booking.reference), _("Job card")),
            (address("billing:of-booking", request.garage.slug, booking.reference), _("Invoice")),
        ],
    )
    if not wants_part(request):
        return redirect(reverse("bookings:desk", args=[request.garage.slug]) + f"?new={booking.reference}")
    if is_quick(request):
        return landed(request, [booking])
    group = group_of(booking.status)
    todays = partial(desk_view, request.garage, day=request.garage.today(), size=request.user.rows_per_page)
    view = todays(pinned=booking.reference, counts_only=True)
    is_row = is_new and not urlsplit(request.htmx.current_url or "").query and view.had_heading(group)
    if not is_row:
        view = todays(pinned=booking.reference)
    context = list_context(request, view) | {"new_references": [booking.reference]}
    if is_row:
        context |= {"row": read_row(booking.reference), "group": group}
    answer = render(request, "bookings/_booked.html", context)
    ready = {"mark": fresh_mark(request, setup), "key": str(uuid4())}
    return trigger_client_event(reswap(answer, "none"), "booked", ready, after="swap")
