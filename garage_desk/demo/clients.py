"""Customers and vehicles of a demo garage as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from customers.enums import ContactRole, Kind
from customers.models import Contact, Customer
from fleet.models import MileageReading, Vehicle
from garage_desk.demo.cars import Car
from garage_desk.demo.people import Person
from garage_desk.demo.profile import Profile
from garage_desk.demo.workshop import Workshop
from garage_desk.demo.writer import Row, new_ids, record_inserts, write
from garages.models import Garage


@dataclass
class Client:
    """A customer with the vehicles they drive, as rows; written once it is known when these were last here."""

    person: Person
    customer: Row
    vehicles: list[Row]


def make_clients(
    workshop: Workshop, people: Sequence[Person], rng: Random, *, known_since: datetime, known_until: datetime
) -> list[Client]:
    """Rows for these people, met between the two moments. Not written yet."""
    customer_ids = new_ids(Customer, len(people))
    vehicle_ids = iter(new_ids(Vehicle, sum(len(person.cars) for person in people)))
    clients = []
    for person, pk in zip(people, customer_ids, strict=True):
        met = (known_since + rng.random() * (known_until - known_since)).replace(microsecond=0)
        customer = _customer(workshop, person, pk, met, rng)
        vehicles = [_vehicle(workshop, customer, car, next(vehicle_ids), rng) for car in person.cars]
        clients.append(Client(person, customer, vehicles))
    return clients


def write_clients(workshop: Workshop, clients: Sequence[Client], now: datetime, rng: Random) -> None:
    """Write customers, vehicles, some readings of their odometers, and the history of the first two."""
    customers = [client.customer for client in clients]
    vehicles = [vehicle for client in clients for vehicle in client.vehicles]
    write(Customer, customers)
    record_inserts(Customer, customers, [row["created_at"] for row in customers])
    write(Vehicle, vehicles)
    record_inserts(Vehicle, vehicles, [row["created_at"] for row in vehicles])
    readings = [reading for vehicle in vehicles for reading in _readings(vehicle, workshop.profile, now, rng)]
    for reading, pk in zip(readings, new_ids(MileageReading, len(readings)), strict=True):
        reading["id"] = pk
    write(MileageReading, readings)
    contacts = [contact for client in clients for contact in _contacts(client, workshop.profile)]
    for contact, pk in zip(contacts, new_ids(Contact, len(contacts)), strict=True):
        contact["id"] = pk
    write(Contact, contacts)
    record_inserts(Contact, contacts, [row["created_at"] for row in contacts])


def mistyped(client: Client, vehicle: Row, at: datetime, rng: Random) -> Client:
    """The same person with their car, as they took themselves down online: a slip in the surname, and no plate."""
    person, known = client.person, client.customer
    [pk], [vehicle_pk] = new_ids(Customer, 1), new_ids(Vehicle, 1)
    met = {"created_at": at, "updated_at": at}
    last_name = known["last_name"][:-2] + known["last_name"][-1:]
    customer = known | met | {"id": pk, "public_id": random_uuid(rng), "last_name": last_name, "notes": ""}
    bare = {"registration": "", "registration_typed": "", "mot_expires_on": None}
    car = vehicle | met | bare | {"id": vehicle_pk, "public_id": random_uuid(rng), "customer_id": pk}
    return Client(person, customer, [car])


def random_uuid(rng: Random) -> UUID:
    """A version 4 UUID from the seed, so that a demo's addresses stay the same from load to load."""
    return UUID(int=rng.getrandbits(128), version=4)


def _customer(workshop: Workshop, person: Person, pk: int, met: datetime, rng: Random) -> Row:
    return {
        "id": pk,
        "garage_id": workshop.garage.pk,
        "public_id": random_uuid(rng),
        "kind": Kind.BUSINESS if person.company else Kind.INDIVIDUAL,
        "company_name": person.company,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "phone": person.number.e164,
        "phone_typed": person.number.typed,
        "email": person.email,
        "language": person.language,
        "preferred_channel": person.channel,
        "labels": person.labels,
        "referral": person.referral,
        "notes": person.notes,
        "purchase_order": f"PO {1000 + pk % 9000}" if person.company else "",
        "created_at": met,
        "updated_at": met,
    }


def _vehicle(workshop: Workshop, customer: Row, car: Car, pk: int, rng: Random) -> Row:
    return {
        "id": pk,
        "garage_id": workshop.garage.pk,
        "public_id": random_uuid(rng),
        "customer_id": customer["id"],
        "registration": car.registration,
        "registration_typed": car.plate,
        "make": car.make,
        "model": car.model,
        "year": car.year,
        "colour": rng.choice(workshop.profile.colours),
        "fuel": car.fuel,
        "mot_expires_on": _mot_expires_on(workshop.garage, car, pk),
        "vehicle_type_id": workshop.vehicle_types[min(car.body, len(workshop.vehicle_types) - 1)].pk,
        "created_at": customer["created_at"],
        "updated_at": customer["created_at"],
    }


def _mot_expires_on(garage: Garage, car: Car, number: int) -> date | None:
    """Spread over the year, a few just over; unknown for every third car, and none before the third year."""
    today = garage.today()
    if garage.country != "GB" or number % 3 == 0 or today.year - car.year <= 3:
        return None
    return today + timedelta(days=number * 37 % 380 - 15)


def _contacts(client: Client, profile: Profile) -> list[Row]:
    """Whom else to ask for at a company: one for each role."""
    if not client.person.company:
        return []
    customer, (_local, _at, domain) = client.customer, client.person.email.partition("@")
    return [
        {
            "garage_id": customer["garage_id"],
            "public_id": UUID(int=customer["public_id"].int ^ place, version=4),
            "customer_id": customer["id"],
            "role": role,
            "name": f"{profile.first_names[-place]} {profile.last_names[-place]}",
            "email": f"{role}@{domain}",
            "created_at": customer["created_at"],
            "updated_at": customer["created_at"],
        }
        for place, role in enumerate(ContactRole.values, 1)
    ]


def _readings(vehicle: Row, profile: Profile, now: datetime, rng: Random) -> list[Row]:
    """None for most, else up to three, each later one higher."""
    age = now.year - vehicle["year"] + 0.5
    yearly = rng.randint(5_000, 12_000) if profile.unit == "mi" else rng.randint(8_000, 19_000)
    count = rng.choice((0, 0, 1, 2, 3))
    readings = []
    for years_ago in reversed(range(count)):
        read_at = now - timedelta(days=365 * years_ago + 45)
        readings.append(
            {
                "garage_id": vehicle["garage_id"],
                "public_id": random_uuid(rng),
                "vehicle_id": vehicle["id"],
                "value": round(yearly * max(age - years_ago, 0.2)) + 400 - 100 * years_ago,
                "unit": profile.unit,
                "read_on": read_at.date(),
                "created_at": read_at,
            }
        )
    return readings
