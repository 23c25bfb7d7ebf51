"""The queue of a company's vehicles in the booking form: filled, changed, looked at and submitted (LEAP-7).

Every address takes the whole form: what was chosen for the queue and in its rows is kept with each act on it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import reswap

from bookings.desk_booking import customer_of
from bookings.draft import Draft, read_draft
from bookings.errors import BookingError
from bookings.forms import BookingForm
from bookings.models import QueueEntry
from bookings.queue import entries_of, read_queue
from bookings.services import queue as queueing
from bookings.services.queue import Wish
from bookings.views.drawing import drawn, drawn_again
from bookings.views.meanwhile import whole_number
from customers.enums import Kind
from customers.models import Customer
from fleet.models import Vehicle
from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.errors import DomainError
from garages.rendering import wants_part
from garages.rows import named
from garages.setup import Setup, setup_of
from integrations.vehicles.answers import ask_lost

# What a form must get right before anything can be queued.
_OF_THE_COMPANY: Final = frozenset({"kind", "customer", "company_name", "phone", "first_name", "last_name", "email"})
# The strip asks for answers every half second, for a minute.
ASKS_AT_MOST: Final = 120


@dataclass
class Sent:
    """The form as it was sent. `typed` is what stands in it afterwards: a plate that was queued is gone."""

    request: StaffRequest
    setup: Setup
    typed: QueryDict
    form: BookingForm

    @classmethod
    def read(cls, request: StaffRequest) -> Sent:
        setup = setup_of(request)
        return cls(request, setup, request.POST.copy(), BookingForm(request.POST, setup=setup))

    def company(self) -> Customer:
        """Whom all this is for, made now when they are new. Raises BookingError where the form does not say."""
        if self.form["kind"].value() != Kind.BUSINESS:
            raise BookingError(_("Vehicles are queued for companies: choose Business."))
        wrong = [field for field in self.form.errors if field in _OF_THE_COMPANY]
        if wrong:
            raise BookingError(str(self.form.errors[wrong[0]][0]), field=wrong[0])
        customer = customer_of(self.form)
        if not customer.is_business:
            raise BookingError(_("Which company is it?"), field="company_name")
        self.typed["customer"] = str(customer.public_id)
        return customer

    def known_company(self) -> Customer | None:
        return named(Customer.objects.all(), self.typed.get("customer"))

    @property
    def wish(self) -> Wish:
        draft, _values = read_draft(self.typed, self.setup)
        start = draft.offer.start if draft.offer else None
        return Wish(draft.services, start)

    @property
    def is_each(self) -> bool:
        return bool(self.typed.get("each"))

    def keep_choices(self, customer: Customer, wish: Wish) -> None:
        """What was chosen for the queue and in its rows."""
        entries, menu, own = entries_of(self.request.membership, customer), self.setup.services_by_id, None
        if not entries:
            return
        if self.is_each:
            own = {name[8:]: menu.get(str(value)) for name, value in self.typed.items() if name.startswith("service-")}
        plates = {name[6:]: str(value) for name, value in self.typed.items() if name.startswith("plate-")}
        queueing.keep_choices(entries, by=self.request.membership, wish=wish, own_services=own, plates_typed=plates)

    def add_typed(self, customer: Customer, wish: Wish) -> None:
        """Queue what stands in the fields of the vehicle, and empty them."""
        lines = str(self.typed.get("registration", "")).splitlines()
        field = self.form.cleaned_data.get
        queueing.add_to_queue(
            by=self.request.membership,
            customer=customer,
            wish=wish,
            plates_typed=lines,
            vehicles=_of_fleet(customer, self.typed.getlist("fleet")),
            make=field("make", ""),
            model=field("model", ""),
            is_exception=self.is_each and bool(wish.services),
        )
        for name in ("registration", "vehicle", "make", "model", "new_make", "new_model"):
            self.typed.pop(name, None)


def _changed(request: StaffRequest, change: Callable[[Sent, Customer, Wish], None] | None = None) -> HttpResponse:
    """The form again, after its choices are kept and what was asked for is done."""
    sent = Sent.read(request)
    try:
        customer = sent.company() if change else sent.known_company()
        wish = sent.wish
        if customer is not None:
            sent.keep_choices(customer, wish)
            if change is not None:
                change(sent, customer, wish)
    except DomainError as error:
        return refused(sent, error)
    return drawn_again(request, sent.typed)


def refused(sent: Sent, error: DomainError) -> HttpResponse:
    """The form as it was, with what is wrong; where only the strip was asked for, the word alone."""
    if wants_part(sent.request) and sent.request.htmx.target not in ("new", None):
        messages.error(sent.request, str(error))
        return reswap(render(sent.request, "components/messages_oob.html", status=422), "none")
    for field in [field for field in sent.form.errors if field not in _OF_THE_COMPANY]:
        del sent.form.errors[field]
    if error.field not in sent.form.errors:
        sent.form.add_error(error.field if error.field in sent.form.fields else None, str(error))
    draft, _values = read_draft(sent.request.POST, sent.setup, beside=sent.request.garage.today())
    return drawn(sent.request, sent.setup, sent.form, draft, status=422)


@staff(Role.RECEPTIONIST)
@require_POST
def queue(request: StaffRequest, garage: str) -> HttpResponse:
    """Keep what was chosen: the work of all or of one row, day and time, the plate of a copy."""
    return _changed(request)


@staff(Role.RECEPTIONIST)
@require_POST
def add(request: StaffRequest, garage: str) -> HttpResponse:
    """Queue the vehicles in the form: ticked, typed, or pasted one per line (FLEET-6)."""
    return _changed(request, Sent.add_typed)


@staff(Role.RECEPTIONIST)
@require_POST
def pick(request: StaffRequest, garage: str) -> HttpResponse:
    """Put the vehicle of the fleet that was just ticked into the queue, or take it out again (FLEET-3)."""
    picked = request.POST.get("picked", "")

    def change(sent: Sent, customer: Customer, wish: Wish) -> None:
        vehicles = _of_fleet(customer, [picked])
        if picked in request.POST.getlist("fleet"):
            each = sent.is_each and bool(wish.services)
            queueing.add_to_queue(
                by=request.membership, customer=customer, wish=wish, vehicles=vehicles, is_exception=each
            )
        for vehicle in vehicles if picked not in request.POST.getlist("fleet") else []:
            queueing.remove_vehicle(vehicle, by=request.membership)

    return _changed(request, change)


@staff(Role.RECEPTIONIST)
@require_POST
def duplicate(request: StaffRequest, garage: str, entry: uuid.UUID) -> HttpResponse:
    """One more such vehicle for the same work (FLEET-7)."""
    for own in _own(request, entry):
        queueing.duplicate(own)
    return _changed(request)


@staff(Role.RECEPTIONIST)
@require_POST
def remove(request: StaffRequest, garage: str, entry: uuid.UUID) -> HttpResponse:
    for own in _own(request, entry):
        own.delete()
    return _changed(request)


@staff(Role.RECEPTIONIST)
@require_POST
def clear(request: StaffRequest, garage: str) -> HttpResponse:
    """Empty the company's queue."""
    customer = Sent.read(request).known_company()
    if customer is not None:
        queueing.clear(customer, by=request.membership)
    return _changed(request)


@staff(Role.RECEPTIONIST)
@require_POST
def look(request: StaffRequest, garage: str) -> HttpResponse:
    """The rows whose answer has come since, and that more is awaited."""
    sent = Sent.read(request)
    customer = sent.known_company()
    draft: Draft = read_draft(sent.typed, sent.setup)[0]
    entries = entries_of(request.membership, customer) if customer else []
    awaited = set(request.POST.get("awaited", "").split())
    ask_lost([entry.registration for entry in entries if str(entry.public_id) in awaited])
    rows = read_queue(entries, sent.setup, vehicle_type=draft.vehicle_type, way=draft.way)
    asked = whole_number(request.POST.get("asked", "")) or 0
    context = {
        "garage": request.garage,
        "setup": sent.setup,
        "today": request.garage.today(),
        "draft": draft,
        "queue": rows,
        "each": sent.is_each or rows.is_each,
        "answered": [row for row in rows.rows if row.public_id in awaited and not row.is_awaited],
        "asked": asked + 1,
        "gives_up": asked >= ASKS_AT_MOST,
    }
    return render(request, "bookings/_queue_look.html", context)


def has_queue(request: StaffRequest) -> bool:
    """Whether something is queued for the company of the form: one query for a company, none for others."""
    company = request.POST.get("customer", "") if request.POST.get("kind") == Kind.BUSINESS else ""
    try:
        public_id = uuid.UUID(company)
    except ValueError:
        return False
    return QueueEntry.objects.waiting(request.membership).filter(customer__public_id=public_id).exists()


def _own(request: StaffRequest, public_id: uuid.UUID) -> list[QueueEntry]:
    """The entry, when it waits in the queue of whoever asks; others' are left alone."""
    entry = get_object_or_404(
        QueueEntry.objects.select_related("membership", "customer", "vehicle"), public_id=public_id
    )
    return [entry] if entry.batch_id is None and entry.membership_id == request.membership.pk else []


def _of_fleet(customer: Customer, asked: list[str]) -> list[Vehicle]:
    """The company's own vehicles among those named."""
    fleet = {str(vehicle.public_id): vehicle for vehicle in customer.vehicles.all()} if any(asked) else {}
    return [fleet[public_id] for public_id in asked if public_id in fleet]
