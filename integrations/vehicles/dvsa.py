"""DVSA's MOT history API (https://documentation.history.mot.api.gov.uk), read 2026-11.

OAuth 2.0 client credentials and an API key. The token is kept in the shared cache for as long as DVSA says, less a
minute: its documentation names two lifetimes, so none is assumed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote

import requests
from django.core.cache import cache

from integrations.errors import Refused, Unavailable
from integrations.http import body_of, call, trouble
from integrations.vehicles.facts import Defect, MotTest, VehicleFacts

BASE_URL: Final = "https://history.mot.api.gov.uk"
SCOPE: Final = "https://tapi.dvsa.gov.uk/.default"
NOT_FOUND: Final = "MOTH-NF-01"
DAY_USED_UP: Final = "MOTH-RL-01"
_BAD_PLATE: Final = frozenset({"MOTH-IV-03", "MOTH-IV-01", "MOTH-NP-02"})
_TOKEN_STALE: Final = frozenset({"MOTH-UA-01", "MOTH-FB-02"})
_OK, _UNAUTHORISED, _FORBIDDEN, _NOT_FOUND = 200, 401, 403, 404
_SAFETY_SECONDS: Final = 60


class BadPlate(Refused):
    """DVSA takes this for no registration."""


class NotKnown(Refused):
    """DVSA has no record of it."""


class NotAllowed(Refused):
    """Our own credentials are wrong, or the day's allowance is used up."""


@dataclass(frozen=True)
class Dvsa:
    """One set of credentials. `token_url` is issued whole by DVSA."""

    client_id: str
    client_secret: str
    api_key: str
    token_url: str
    base_url: str = ""

    def vehicle(self, registration: str) -> VehicleFacts:
        """What DVSA knows of a canonical plate. Raises BadPlate, NotKnown, NotAllowed, Unavailable."""
        answer = self._ask(registration, self._token())
        if answer.status_code == _UNAUTHORISED or _code(answer) in _TOKEN_STALE:
            cache.delete(self._token_key)
            answer = self._ask(registration, self._token())
        if answer.status_code == _OK:
            return read(body_of(answer), registration)
        raise _error(answer)

    def _ask(self, registration: str, token: str) -> requests.Response:
        url = f"{self.base_url or BASE_URL}/v1/trade/vehicles/registration/{quote(registration, safe='')}"
        return call("GET", url, headers={"Authorization": f"Bearer {token}", "X-API-Key": self.api_key})

    def _token(self) -> str:
        known: str | None = cache.get(self._token_key)
        if known:
            return known
        answer = call(
            "POST",
            self.token_url,
            form={
                "grant_type": "client_credentials",
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "scope": SCOPE,
            },
        )
        body = body_of(answer)
        if answer.status_code != _OK or not body.get("access_token"):
            error = trouble(answer, str(body.get("error", "")))
            raise NotAllowed(error.code) if isinstance(error, Refused) else error
        lasts = int(body.get("expires_in", 0)) - _SAFETY_SECONDS
        if lasts > 0:
            cache.set(self._token_key, body["access_token"], lasts)
        return str(body["access_token"])

    @property
    def _token_key(self) -> str:
        return f"dvsa-token-{hashlib.sha256(f'{self.client_id} {self.token_url}'.encode()).hexdigest()[:16]}"


def _code(answer: requests.Response) -> str:
    return "" if answer.status_code == _OK else str(body_of(answer).get("errorCode") or "")


def _error(answer: requests.Response) -> Refused | Unavailable:
    code = _code(answer)
    if code == NOT_FOUND:
        return NotKnown(code)
    if code in _BAD_PLATE:
        return BadPlate(code)
    if code == DAY_USED_UP:
        return NotAllowed(code)
    error = trouble(answer, code)
    if isinstance(error, Refused) and answer.status_code in (_UNAUTHORISED, _FORBIDDEN):
        return NotAllowed(error.code)
    return error


def read(body: Mapping[str, Any], registration: str) -> VehicleFacts:
    """A vehicle of DVSA's answer. Fields may be missing, null or of a kind not known yet; none of that is an error."""
    tests = sorted(
        (_test(test) for test in body.get("motTests") or []),
        key=lambda test: test.completed_at.timestamp() if test.completed_at else 0,
        reverse=True,
    )
    expiries = [test.expires_on for test in tests if test.passed and test.expires_on]
    made = _day(body.get("manufactureDate"))
    year = str(body.get("manufactureYear") or "")
    return VehicleFacts(
        registration=str(body.get("registration") or registration),
        make=str(body.get("make") or ""),
        model=str(body.get("model") or ""),
        year=int(year) if year.isdecimal() else (made.year if made else None),
        colour=str(body.get("primaryColour") or ""),
        fuel=str(body.get("fuelType") or ""),
        engine_cc=_number(body.get("engineSize")),
        first_used_on=_day(body.get("firstUsedDate")) or _day(body.get("registrationDate")),
        mot_due_on=max(expiries) if expiries else _day(body.get("motTestDueDate")),
        has_recall={"yes": True, "no": False}.get(str(body.get("hasOutstandingRecall") or "").casefold()),
        tests=tuple(tests),
    )


def _test(test: Mapping[str, Any]) -> MotTest:
    is_read = test.get("odometerResultType") in (None, "READ")
    return MotTest(
        completed_at=_moment(test.get("completedDate")),
        passed=test.get("testResult") == "PASSED",
        expires_on=_day(test.get("expiryDate")),
        mileage=_number(test.get("odometerValue")) if is_read else None,
        mileage_unit=str(test.get("odometerUnit") or "").lower(),
        defects=tuple(
            Defect(str(defect.get("text") or ""), str(defect.get("type") or ""), bool(defect.get("dangerous")))
            for defect in test.get("defects") or []
        ),
    )


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value or "")[:10])
    except ValueError:
        return None


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value or ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _number(value: Any) -> int | None:
    text = str(value if value is not None else "")
    return int(text) if text.isdecimal() else None
