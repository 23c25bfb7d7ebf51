"""DVSA's MOT history API as far as we use it: the token, the key, a vehicle by its plate, every documented error."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from integrations.vehicles import sandbox
from tests.standins.http import Answer, Call

CLIENT: Final = {
    "grant_type": "client_credentials",
    "client_id": "client",
    "client_secret": "secret",
    "scope": "https://tapi.dvsa.gov.uk/.default",
}
# A plate for each documented error: its status and code.
ERRORS: Final[dict[str, tuple[int, str]]] = {
    "ER19NFD": (404, "MOTH-NF-01"),
    "ER19BAD": (400, "MOTH-IV-03"),
    "ER19DAY": (429, "MOTH-RL-01"),
    "ER19THR": (429, "MOTH-RL-02"),
    "ER19ERR": (500, "MOTH-UN-01"),
    "ER19PRM": (403, "MOTH-FB-01"),
    "ER19KEY": (403, "MOTH-FB-03"),
}


class DvsaServer:
    """Give it to `Partner`. `token` is the one it takes; change it and the old one is stale."""

    def __init__(self) -> None:
        self.token = "token-1"
        self.handed_out = 0

    def __call__(self, call: Call) -> Answer:
        if call.path == "/token":
            if call.fields != CLIENT:
                return Answer(401, {"error": "invalid_client", "error_description": "AADSTS7000215"})
            self.handed_out += 1
            return Answer(200, {"token_type": "Bearer", "expires_in": 1199, "access_token": self.token})
        if call.headers.get("Authorization") != f"Bearer {self.token}":
            return _error(403, "MOTH-FB-02")
        if call.headers.get("X-Api-Key", call.headers.get("X-API-Key")) != "key":
            return Answer(403, {"message": "Forbidden"})
        return self.vehicle(call.path.rpartition("/")[2])

    def vehicle(self, plate: str) -> Answer:
        if plate in ERRORS:
            return _error(*ERRORS[plate])
        make_body = sandbox.CARS.get(plate)
        return Answer(200, make_body(date.today())) if make_body else _error(404, "MOTH-NF-01")


def _error(status: int, code: str) -> Answer:
    body: dict[str, Any] = {"errorCode": code, "errorMessage": "as documented", "requestId": "1"}
    return Answer(status, body)
