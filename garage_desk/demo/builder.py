"""Writes one demo garage: its people, workshop, menu, customers, vehicles and diary."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Final

from django.contrib.auth.hashers import make_password

from bookings.models import HandoverNote
from fleet.register import has_register
from garage_desk.demo.clients import make_clients, write_clients
from garage_desk.demo.closures import closed_days
from garage_desk.demo.days import write_days
from garage_desk.demo.diary import Diary
from garage_desk.demo.extras import write_orders
from garage_desk.demo.further import write_further_times
from garage_desk.demo.invoices import write_invoices
from garage_desk.demo.numbers import phone_numbers
from garage_desk.demo.paces import write_card_offers, write_paces
from garage_desk.demo.people import People
from garage_desk.demo.plan import Calendar
from garage_desk.demo.profile import Profile
from garage_desk.demo.story import DAYS_BACK, Story
from garage_desk.demo.told import write_due, write_messages
from garage_desk.demo.workshop import equip
from garage_desk.demo.writer import without_history
from garages.enums import Role
from garages.models import Garage, Membership, User
from garages.tenancy.context import tenant

PASSWORD: Final = "garage-desk-demo"  # noqa: S105 - printed at every start of the demo
INDIVIDUALS: Final = 180
LOG_INS: Final = {
    "reception": Role.RECEPTIONIST,
    "tech": Role.TECHNICIAN,
    "manager": Role.MANAGER,
    "owner": Role.OWNER,
}
PLATFORM_LOG_IN: Final = ("admin@garage-desk.example", "Platform Admin")
CHAIN_LOG_IN: Final = ("chain@garage-desk.example", "Noor Chainani")


def build_garage(profile: Profile, now: datetime, password: str) -> Garage:
    """Write everything of one garage. `password` is already hashed. Call it inside a transaction.

    The same every time for one profile, but for `now`, which the diary is laid out around.
    """
    rng = Random(f"garage desk {profile.slug}")  # noqa: S311 - repeatable is what is wanted
    garage = Garage.objects.create(
        slug=profile.slug,
        name=profile.name,
        town=profile.town,
        address=profile.address,
        phone=profile.own_phone,
        email=f"desk@{profile.domain}",
        country=profile.country,
        subdivision=profile.subdivision,
        time_zone=profile.time_zone,
        currency=profile.currency,
        languages=list(profile.languages),
        vat_percent=profile.vat_percent,
        vat_number=profile.vat_number,
        payment_days=7,
        invoice_footer=profile.phrases.invoice_footer,
        notice_to_cancel=24 * 60,
        notice_to_move=120,
    )
    staff = _hire(profile, garage, password)
    with tenant(garage.pk):
        closed = closed_days(profile, now.astimezone(garage.zone).date())
        workshop = equip(profile, garage, staff["tech"], closed)
        with without_history():
            people = People(profile, phone_numbers(profile.country, profile.phone_kinds, rng), rng, plates=set())
            invented = [people.company(fleet, this_year=now.year) for fleet in profile.fleets]
            invented += islice(people.individuals(this_year=now.year), INDIVIDUALS)
            clients = make_clients(
                workshop,
                invented,
                rng,
                known_since=now - timedelta(days=4 * 365),
                known_until=now - timedelta(days=DAYS_BACK + 15),
            )
            visits = Story(Calendar(profile, frozenset(day.day for day in closed)), now, rng).tell()
            diary = Diary(workshop, {name: member.user for name, member in staff.items()}, rng)
            chosen = diary.visit_clients(visits, clients)
            mistaken = diary.mistake_one(chosen)
            write_clients(workshop, [*clients, mistaken] if mistaken else clients, now, rng)
            diary.write(chosen)
        write_days(workshop, now)
        write_orders(now, staff["reception"].user)
        with without_history():
            write_further_times(garage, now)
            write_invoices(garage, now, staff["reception"].user)
        write_messages(garage, now)
        write_due(garage, now)
        today = now.astimezone(garage.zone).date()
        write_paces(today, rng)
        if has_register(garage):
            write_card_offers(today, rng)
        note = HandoverNote.objects.create(text=profile.phrases.handover, written_by=staff["manager"].user)
        HandoverNote.objects.filter(pk=note.pk).update(written_at=now - timedelta(hours=15))
    return garage


def create_platform_people(garages: Iterable[Garage], password: str) -> None:
    """The platform's admin, and the manager of a chain of all these garages."""
    email, name = PLATFORM_LOG_IN
    User.objects.get_or_create(
        email=email, defaults={"name": name, "password": password, "is_staff": True, "is_superuser": True}
    )
    email, name = CHAIN_LOG_IN
    chain, _new = User.objects.get_or_create(email=email, defaults={"name": name, "password": password})
    for garage in garages:
        Membership.objects.get_or_create(garage=garage, user=chain, defaults={"role": Role.MANAGER})


def hashed_password() -> str:
    """The demo password, hashed once for everybody: hashing is slow on purpose."""
    return make_password(PASSWORD)


def find_staff(garage: Garage) -> dict[str, User]:
    """Somebody of each role, by the local part of the demo's log-ins; roles that nobody has are left out."""
    people = Membership.objects.filter(garage=garage).select_related("user").order_by("-pk")
    by_role = {member.role: member.user for member in people}
    return {local: by_role[role] for local, role in LOG_INS.items() if role in by_role}


def _hire(profile: Profile, garage: Garage, password: str) -> dict[str, Membership]:
    staff = {}
    for local, role in LOG_INS.items():
        user, _new = User.objects.get_or_create(
            email=f"{local}@{profile.domain}", defaults={"name": profile.staff[local], "password": password}
        )
        staff[local] = Membership.objects.create(garage=garage, user=user, role=role)
    return staff
