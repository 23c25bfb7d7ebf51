"""The registers' stand-in: sample cars in DVSA's own words, a plate for every state.

Used where no credentials are set, and by the HTTP stand-in of the tests, which serves the same bodies. Plates are
invented; the dates move with the calendar so that each sample stays what its name says.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from integrations.vehicles.dvsa import read
from integrations.vehicles.facts import Lookup, LookupState

Body = dict[str, Any]


def _test(
    on: date,
    *,
    passed: bool = True,
    expires: date | None = None,
    miles: int = 40_000,
    defects: list[Body] | None = None,
) -> Body:
    return {
        "completedDate": f"{on}T10:14:31.000Z",
        "testResult": "PASSED" if passed else "FAILED",
        "expiryDate": expires.isoformat() if expires else None,
        "odometerValue": str(miles),
        "odometerUnit": "MI",
        "odometerResultType": "READ",
        "motTestNumber": "518302774091",
        "dataSource": "DVSA",
        "defects": defects or [],
    }


def _car(plate: str, make: str, model: str, year: int, colour: str, fuel: str, tests: list[Body], **more: Any) -> Body:
    return {
        "registration": plate,
        "make": make,
        "model": model,
        "firstUsedDate": f"{year}-04-11",
        "registrationDate": f"{year}-04-11",
        "manufactureDate": f"{year}-03-02",
        "fuelType": fuel,
        "primaryColour": colour,
        "engineSize": "1399",
        "hasOutstandingRecall": "No",
        "motTests": tests,
        **more,
    }


_TYRE: Final = {
    "text": "Offside rear tyre close to the legal limit (5.2.3 (e))",
    "type": "ADVISORY",
    "dangerous": False,
}
_BRAKE: Final = {
    "text": "Nearside front brake pad worn close to the limit (1.1.13 (a) (ii))",
    "type": "ADVISORY",
    "dangerous": False,
}
_HOSE: Final = {
    "text": "Nearside front brake hose deteriorated (1.1.12 (b) (ii))",
    "type": "DANGEROUS",
    "dangerous": True,
}


def _valid(today: date) -> Body:
    on = today - timedelta(days=120)
    expires = today + timedelta(days=245)
    return _car(
        "LM19KTE", "VAUXHALL", "ASTRA SRI", 2019, "Blue", "Petrol", [_test(on, expires=expires, defects=[_TYRE])]
    )


def _due_soon(today: date) -> Body:
    on, expires = today - timedelta(days=350), today + timedelta(days=15)
    tests = [_test(on, expires=expires, miles=61_204, defects=[_TYRE, _BRAKE])]
    return _car("BD18SMR", "FORD", "FOCUS ZETEC", 2018, "Silver", "Diesel", tests)


def _expired(today: date) -> Body:
    on, expires = today - timedelta(days=420), today - timedelta(days=55)
    return _car(
        "YK15XWA", "VOLKSWAGEN", "GOLF TDI", 2015, "Black", "Diesel", [_test(on, expires=expires, miles=98_770)]
    )


def _failed(today: date) -> Body:
    failed = _test(today - timedelta(days=3), passed=False, miles=77_310, defects=[_HOSE, _TYRE])
    passed = _test(today - timedelta(days=372), expires=today - timedelta(days=7), miles=69_882)
    return _car("GF16RTO", "NISSAN", "QASHQAI N-CONNECTA", 2016, "White", "Petrol", [failed, passed])


def _recalled(today: date) -> Body:
    on, expires = today - timedelta(days=60), today + timedelta(days=305)
    tests = [_test(on, expires=expires, miles=22_450)]
    return _car("KP20HZN", "TOYOTA", "YARIS HYBRID", 2020, "Red", "Hybrid Electric", tests, hasOutstandingRecall="Yes")


def _new_car(today: date) -> Body:
    due = today + timedelta(days=540)
    return {
        "registration": "LK25OZW",
        "make": "DACIA",
        "model": "DUSTER",
        "manufactureYear": "2025",
        "fuelType": "Petrol",
        "primaryColour": "Green",
        "registrationDate": "2025-05-20",
        "manufactureDate": "2025-04-01",
        "motTestDueDate": due.isoformat(),
        "hasOutstandingRecall": "Unknown",
    }


def _no_history(_today: date) -> Body:
    """Tests of historic vehicles are voluntary."""
    return {
        "registration": "HBL964A",
        "make": "MORRIS",
        "model": "MINOR",
        "manufactureYear": "1963",
        "fuelType": "Petrol",
        "primaryColour": "Green",
        "registrationDate": "1963-06-01",
        "hasOutstandingRecall": "Unknown",
    }


CARS: Final[dict[str, Callable[[date], Body]]] = {
    "LM19KTE": _valid,
    "BD18SMR": _due_soon,
    "YK15XWA": _expired,
    "GF16RTO": _failed,
    "KP20HZN": _recalled,
    "LK25OZW": _new_car,
    "HBL964A": _no_history,
}
# Plates of trouble: the state the desk has to live with.
TROUBLE: Final[dict[str, LookupState]] = {
    "ER19NFD": LookupState.NOT_FOUND,
    "ER19BAD": LookupState.BAD_PLATE,
    "ER19THR": LookupState.BUSY,
    "ER19ERR": LookupState.DOWN,
    "ER19KEY": LookupState.NOT_CONFIGURED,
}


def look_up(registration: str, today: date | None = None) -> Lookup:
    """A sample car, a sample trouble, or "not found" for every other plate."""
    if registration in TROUBLE:
        return Lookup(TROUBLE[registration], source="sandbox")
    make_body = CARS.get(registration)
    if make_body is None:
        return Lookup(LookupState.NOT_FOUND, source="sandbox")
    facts = read(make_body(today or date.today()), registration)
    return Lookup(LookupState.FOUND if facts.tests else LookupState.NEW_CAR, facts, "sandbox")
