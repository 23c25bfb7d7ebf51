"""DVLA's vehicle enquiry service, v1.2.0 (https://developer-portal.driver-vehicle-licensing.api.gov.uk), read 2026-11.

It knows make, colour, fuel, year and the MOT's date, and no model. A plate travels in the body: DVLA keeps it out of
addresses and so do we.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from integrations.http import body_of, call, trouble
from integrations.vehicles.dvsa import BadPlate, NotAllowed, NotKnown
from integrations.vehicles.facts import VehicleFacts

BASE_URL: Final = "https://driver-vehicle-licensing.api.gov.uk"
_OK, _BAD, _FORBIDDEN, _NOT_FOUND = 200, 400, 403, 404


@dataclass(frozen=True)
class Dvla:
    api_key: str
    base_url: str = ""

    def vehicle(self, registration: str) -> VehicleFacts:
        """What DVLA knows of a canonical plate. Raises BadPlate, NotKnown, NotAllowed, Unavailable."""
        answer = call(
            "POST",
            f"{self.base_url or BASE_URL}/vehicle-enquiry/v1/vehicles",
            headers={"x-api-key": self.api_key},
            json={"registrationNumber": registration},
        )
        if answer.status_code == _OK:
            return read(body_of(answer), registration)
        code = f"dvla-{answer.status_code}"
        if answer.status_code == _NOT_FOUND:
            raise NotKnown(code)
        if answer.status_code == _BAD:
            raise BadPlate(code)
        if answer.status_code == _FORBIDDEN:
            raise NotAllowed(code)
        raise trouble(answer, code)


def read(body: dict[str, Any], registration: str) -> VehicleFacts:
    """A vehicle of DVLA's answer; only the plate is sure to be there."""
    year = body.get("yearOfManufacture")
    capacity = body.get("engineCapacity")
    return VehicleFacts(
        registration=str(body.get("registrationNumber") or registration),
        make=str(body.get("make") or ""),
        year=year if isinstance(year, int) else None,
        colour=str(body.get("colour") or ""),
        fuel=str(body.get("fuelType") or ""),
        engine_cc=capacity if isinstance(capacity, int) else None,
        mot_due_on=_day(body.get("motExpiryDate")),
    )


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value or ""))
    except ValueError:
        return None
