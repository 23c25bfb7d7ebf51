"""What the official registers know of a garage's vehicles: asked by plate, taken over, kept with its date.

Only where the plates are the registers' own: DVSA and DVLA know British vehicles (PLATE-1).
"""

from __future__ import annotations

from typing import Any, Final

from fleet import catalogue
from fleet.enums import Fuel, MileageSource
from fleet.models import MileageReading, RegisterCheck, Vehicle
from fleet.services import VehicleFields, update_vehicle
from garages.acts import act
from garages.models import Garage
from integrations.models import PlateAnswer
from integrations.vehicles import LookupState, VehicleFacts
from integrations.vehicles.answers import KEPT, ask, facts_of

COUNTRIES: Final = frozenset({"GB"})
# The answers that asking again changes nothing about today.
_SETTLED: Final = frozenset({*KEPT, LookupState.NOT_CONFIGURED})
# The registers' words hold several fuels at times: "HYBRID ELECTRIC (CLEAN)", "GAS BI-FUEL".
_FUELS: Final = (
    ("hybrid", Fuel.HYBRID),
    ("electric diesel", Fuel.HYBRID),
    ("electric", Fuel.ELECTRIC),
    ("gas", Fuel.GAS),
    ("petrol", Fuel.PETROL),
    ("diesel", Fuel.DIESEL),
)


def has_register(garage: Garage) -> bool:
    """Whether there is anybody to ask about this garage's plates."""
    return garage.country in COUNTRIES


def fields_of(facts: VehicleFacts) -> VehicleFields:
    """The registers' words as this garage writes them; what they do not say is left out."""
    make = catalogue.make_called(facts.make)
    said: dict[str, Any] = {
        "make": _titled(make),
        "model": _titled(catalogue.model_within(make, facts.model)),
        "year": facts.year,
        "colour": facts.colour.capitalize(),
        "fuel": fuel_of(facts.fuel),
        "mot_expires_on": facts.mot_due_on,
    }
    return VehicleFields(**{name: value for name, value in said.items() if value})  # type: ignore[typeddict-item]


def fuel_of(text: str) -> str:
    """A register's word for the fuel as one of ours; "" for none."""
    word = text.casefold()
    return next((fuel for part, fuel in _FUELS if part in word), Fuel.OTHER if word else "")


@act
def keep(vehicle: Vehicle, row: PlateAnswer) -> None:
    """Take over what the registers said: blanks are filled in, what people entered stays; the MOT date is theirs, and
    the last test's mileage is one more reading. Nothing happens without facts, or when this answer was taken over
    before."""
    facts = facts_of(row)
    if facts is None or row.answered_at is None or vehicle.register_checks.filter(checked_at=row.answered_at).exists():
        return
    RegisterCheck.objects.update_or_create(
        vehicle=vehicle, defaults={"facts": row.facts, "source": row.source, "checked_at": row.answered_at}
    )
    said = fields_of(facts)
    if vehicle.make:
        said.pop("make", None)
        said.pop("model", None)
    news = {
        name: value
        for name, value in said.items()
        if (name == "mot_expires_on" or not getattr(vehicle, name)) and getattr(vehicle, name) != value
    }
    if news:
        update_vehicle(vehicle, **news)  # type: ignore[arg-type]  # a subset of the same fields
    _keep_mileage(vehicle, facts)


@act
def refresh(vehicle: Vehicle, garage: Garage) -> bool:
    """Whether what is known of the vehicle is of today, or nobody knows it better. Where it is not, the registers are
    asked: ask again in a while. A vehicle in hand is not changed by what they said."""
    if not (vehicle.registration and has_register(garage)):
        return True
    row = ask(vehicle.registration)
    if row.state:
        keep(vehicle, row)
    return row.state in _SETTLED


def _keep_mileage(vehicle: Vehicle, facts: VehicleFacts) -> None:
    test = facts.last_test
    if test is None or test.completed_at is None or not test.mileage or test.mileage_unit not in ("mi", "km"):
        return
    MileageReading.objects.get_or_create(
        vehicle=vehicle,
        read_on=test.completed_at.date(),
        source=MileageSource.TEST,
        defaults={"value": test.mileage, "unit": test.mileage_unit},
    )


def _titled(text: str) -> str:
    """The registers shout; what is in no list of ours is written like a name. Short words are letters: BMW, GT."""
    return " ".join(word if len(word) <= 3 or not word.isupper() else word.capitalize() for word in text.split())
