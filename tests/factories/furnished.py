"""One of each thing an address can name. Call inside the garage's scope."""

from __future__ import annotations

from datetime import timedelta

from billing.enums import Way
from billing.services import draft_of, issue, pay
from bookings.models import Allocation, Order, QueueEntry, WaitingEntry
from bookings.services.merge import merge
from customers.contacts import add_contact
from customers.enums import ContactRole
from garages.enums import Role
from garages.models import (
    Bay,
    BayOutage,
    Closure,
    CourtesyCar,
    DayNote,
    Garage,
    Service,
    Skill,
    Technician,
    TechnicianAbsence,
)
from notifications.models import ReminderRule
from tests.factories.bookings import make_booking
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle
from tests.factories.garages import make_member


def furnish(place: Garage) -> None:
    """A garage of `make_garage` with a customer, their car and booking, and everything else there is a page about."""
    customer = make_customer(phone="07700 900456")
    vehicle = make_vehicle(customer, registration="AB12 CDE")
    booking = make_booking(place, customer=customer, vehicle=vehicle)
    valet = Service.objects.create(name="Valet", minutes=10, price=2_400, is_extra=True, position=9)
    span = {"starts_at": booking.ends_at, "ends_at": booking.ends_at + timedelta(hours=1)}
    Allocation.objects.create(booking=booking, technician=Technician.objects.get(), **span)
    Order.objects.create(booking=booking, extra=valet, name="Valet", minutes=10, price=2_400)
    merge(customer, make_customer(phone="07700 900457"), chosen={}, reason="The same", by=None)
    day = place.today()
    Closure.objects.create(starts_on=day, ends_on=day, reason="Stocktaking")
    queueing = make_member(place, Role.RECEPTIONIST, email=f"queue@{place.slug}.example")
    pay(issue(draft_of(booking)), amount=1_000, way=Way.CASH, by=queueing)
    QueueEntry.objects.create(membership=queueing, customer=customer, registration="AB12CDE")
    add_contact(customer, region="GB", role=ContactRole.DRIVER, name="Ada Byron")
    WaitingEntry.objects.create(customer=customer, services=[Service.objects.all()[0].pk])
    week = {"starts_at": place.now(), "ends_at": place.now() + timedelta(days=7), "reason": "Broken"}
    BayOutage.objects.create(bay=Bay.objects.get(name="MOT bay"), **week)
    TechnicianAbsence.objects.create(technician=Technician.objects.get(), **week)
    Skill.objects.create(name="Brakes")
    CourtesyCar.objects.create(name="Corsa")
    DayNote.objects.create(day=day, text="Lee is on leave")
    ReminderRule.objects.create(hours_before=3)
