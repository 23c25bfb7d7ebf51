"""Logging in with a second step."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.test import Client

from garages.models import Membership
from tests.conftest import PASSWORD

SECOND_STEP = "/2fa/authenticate/"


@pytest.fixture
def secret(receptionist: Membership) -> str:
    """The receptionist has an authenticator app that shows codes of this secret."""
    secret = generate_totp_secret()
    TOTP.activate(receptionist.user, secret)
    return secret


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(counters()))))


def _first_step(client: Client, membership: Membership) -> Any:
    return client.post("/login/", {"login": membership.user.email, "password": PASSWORD})


def test_anybody_may_turn_it_on(receptionist: Membership) -> None:
    client = Client()
    _first_step(client, receptionist)
    client.get("/email/")  # notes the address down as one that was never confirmed
    client.post("/reauthenticate/", {"password": PASSWORD})
    secret = client.get("/2fa/totp/activate/").context["form"].secret
    assert client.post("/2fa/totp/activate/", {"code": _code(secret)}).url == "/2fa/recovery-codes/"
    codes = client.get("/2fa/recovery-codes/").context["unused_codes"]
    assert len(codes) == 10
    assert _first_step(Client(), receptionist).url == SECOND_STEP


def test_the_code_of_the_app_completes_the_log_in(receptionist: Membership, secret: str) -> None:
    client = Client()
    assert _first_step(client, receptionist).url == SECOND_STEP
    page = client.get(SECOND_STEP)
    assert (page.status_code, page.templates[0].name) == (200, "mfa/authenticate.html")
    assert client.post(SECOND_STEP, {"code": _code(secret)}).url == "/"
    assert client.get("/").url == "/g/here/desk/"


def test_a_recovery_code_does_too_and_once(receptionist: Membership, secret: str) -> None:
    code = RecoveryCodes.activate(receptionist.user).get_unused_codes()[0]
    codes = [code, code]
    landed = []
    for typed in codes:
        client = Client()
        _first_step(client, receptionist)
        landed.append(client.post(SECOND_STEP, {"code": typed}).status_code)
    assert landed == [302, 200]


def test_the_password_alone_opens_nothing(receptionist: Membership, secret: str) -> None:
    client = Client()
    _first_step(client, receptionist)
    assert client.get("/g/here/desk/").url == "/login/?next=/g/here/desk/"
    wrong = client.post(SECOND_STEP, {"code": "000000"})
    assert (wrong.status_code, "_auth_user_id" in client.session) == (200, False)


def test_the_second_step_is_nothing_without_the_first(db: None) -> None:
    answer = Client().get(SECOND_STEP)
    assert (answer.status_code, answer.url) == (302, "/login/")
