"""Look-ups of plates, against a server that speaks DVSA's protocol."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from integrations.limits import FAILURES_TO_OPEN, OPEN_FOR, LeftAlone, Limit, TooMany
from integrations.vehicles import LookupState, MotStatus, Registers, look_up, sandbox
from integrations.vehicles.dvla import Dvla
from integrations.vehicles.dvsa import Dvsa, read
from tests.standins.dvsa import DvsaServer
from tests.standins.http import Answer, Call, Partner

pytestmark = pytest.mark.django_db


@pytest.fixture
def dvsa() -> Iterator[tuple[Partner, DvsaServer]]:
    server = DvsaServer()
    with Partner(server) as partner:
        yield partner, server


def _registers(partner: Partner, *, dvla: Partner | None = None, **wrong: str) -> Registers:
    keys = {"client_id": "client", "client_secret": "secret", "api_key": "key"} | wrong
    return Registers(
        Dvsa(token_url=f"{partner.url}/token", base_url=partner.url, **keys), Dvla("key", dvla.url) if dvla else None
    )


def test_tested_car_is_found_with_its_history(dvsa: tuple[Partner, DvsaServer]) -> None:
    found = look_up("BD18SMR", _registers(dvsa[0]))
    assert (found.state, found.source) == (LookupState.FOUND, "dvsa")
    facts = found.facts
    assert facts is not None
    assert (facts.make, facts.model, facts.year, facts.colour, facts.fuel) == (
        "FORD",
        "FOCUS ZETEC",
        2018,
        "Silver",
        "Diesel",
    )
    assert facts.mot_due_on == date.today() + timedelta(days=15)
    assert facts.last_test is not None
    assert (facts.last_test.mileage, facts.last_test.mileage_unit) == (61_204, "mi")
    assert [defect.is_advisory for defect in facts.last_test.defects] == [True, True]


def test_car_too_young_for_a_test_says_when_its_first_is_due(dvsa: tuple[Partner, DvsaServer]) -> None:
    found = look_up("LK25OZW", _registers(dvsa[0]))
    assert found.state == LookupState.NEW_CAR
    assert found.facts is not None
    assert found.facts.mot_status(date.today()) == MotStatus.FIRST_DUE
    assert found.facts.year == 2025


@pytest.mark.parametrize(
    ("plate", "state"),
    [
        ("ER19NFD", LookupState.NOT_FOUND),
        ("ER19BAD", LookupState.BAD_PLATE),
        ("ER19DAY", LookupState.NOT_CONFIGURED),
        ("ER19THR", LookupState.BUSY),
        ("ER19ERR", LookupState.DOWN),
        ("ER19PRM", LookupState.NOT_CONFIGURED),
        ("ER19KEY", LookupState.NOT_CONFIGURED),
    ],
)
def test_every_documented_error_is_a_state(dvsa: tuple[Partner, DvsaServer], plate: str, state: LookupState) -> None:
    assert look_up(plate, _registers(dvsa[0])).state == state


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("500", LookupState.DOWN),
        ("reset", LookupState.DOWN),
        ("429", LookupState.BUSY),
        ("403", LookupState.NOT_CONFIGURED),
    ],
)
def test_faults_of_the_line_are_states_too(dvsa: tuple[Partner, DvsaServer], fault: str, state: LookupState) -> None:
    registers = _registers(dvsa[0])
    look_up("LM19KTE", registers)  # has the token
    dvsa[0].faults.append(fault)
    assert look_up("LM19KTE", registers).state == state


def test_token_is_kept_and_a_stale_one_replaced_once(dvsa: tuple[Partner, DvsaServer]) -> None:
    partner, server = dvsa
    registers = _registers(partner)
    look_up("LM19KTE", registers)
    look_up("YK15XWA", registers)
    assert server.handed_out == 1
    server.token = "token-2"
    assert look_up("LM19KTE", registers).state == LookupState.FOUND
    assert server.handed_out == 2


def test_wrong_credentials_are_ours_to_mend(dvsa: tuple[Partner, DvsaServer]) -> None:
    assert look_up("LM19KTE", _registers(dvsa[0], client_secret="old")).state == LookupState.NOT_CONFIGURED
    assert look_up("LM19KTE", _registers(dvsa[0], api_key="old")).state == LookupState.NOT_CONFIGURED


def test_dvla_answers_where_dvsa_cannot(dvsa: tuple[Partner, DvsaServer]) -> None:
    def dvla(call: Call) -> Answer:
        assert call.json == {"registrationNumber": "ER19ERR"}
        return Answer(
            200, {"registrationNumber": "ER19ERR", "make": "AUDI", "colour": "WHITE", "yearOfManufacture": 2016}
        )

    with Partner(dvla) as partner:
        found = look_up("ER19ERR", _registers(dvsa[0], dvla=partner))
    assert found.facts is not None
    assert (found.state, found.source, found.facts.make, found.facts.year) == (LookupState.FOUND, "dvla", "AUDI", 2016)


def test_partner_in_trouble_is_left_alone_and_tried_again(dvsa: tuple[Partner, DvsaServer]) -> None:
    partner, _server = dvsa
    registers = _registers(partner)
    with time_machine.travel(datetime(2026, 6, 1, 9, tzinfo=UTC), tick=False) as clock:
        look_up("LM19KTE", registers)
        partner.faults.extend(["500"] * FAILURES_TO_OPEN)
        for _number in range(FAILURES_TO_OPEN):
            clock.shift(1)
            look_up("LM19KTE", registers)
        asked = len(partner.calls)
        assert look_up("LM19KTE", registers).code == "left-alone"
        assert len(partner.calls) == asked
        clock.shift(OPEN_FOR)
        assert look_up("LM19KTE", registers).state == LookupState.FOUND


def test_limit_lets_a_burst_through_then_its_rate_and_no_more_a_day_than_its_cap() -> None:
    limit = Limit("somebody", rate=2, burst=3, daily=5)
    with time_machine.travel(datetime(2026, 6, 1, 9, tzinfo=UTC), tick=False) as clock:
        for _number in range(3):
            limit.take()
        with pytest.raises(TooMany) as refused:
            limit.take()
        assert refused.value.retry_after == 0.5
        clock.shift(0.5)
        limit.take()
        clock.shift(60)
        limit.take()
        with pytest.raises(TooMany) as refused:
            limit.take()
        assert refused.value.code == "daily-allowance"
        clock.shift(timedelta(days=1))
        limit.take()


def test_breaker_closes_with_an_answer() -> None:
    limit = Limit("somebody", rate=100, burst=100, daily=1000)
    for _number in range(FAILURES_TO_OPEN):
        limit.failed()
    with pytest.raises(LeftAlone):
        limit.take()
    limit.answered()
    limit.take()


def test_without_keys_the_sandbox_answers_and_says_so() -> None:
    found = look_up("LM19KTE", Registers(None, None))
    assert (found.state, found.source) == (LookupState.FOUND, "sandbox")
    assert {look_up(plate, Registers(None, None)).state for plate in sandbox.TROUBLE} == set(sandbox.TROUBLE.values())


@pytest.mark.parametrize(
    ("plate", "status"),
    [
        ("LM19KTE", MotStatus.VALID),
        ("BD18SMR", MotStatus.VALID),
        ("YK15XWA", MotStatus.EXPIRED),
        ("GF16RTO", MotStatus.EXPIRED),
        ("LK25OZW", MotStatus.FIRST_DUE),
        ("HBL964A", MotStatus.NO_HISTORY),
    ],
)
def test_samples_are_what_they_are_named_for(plate: str, status: MotStatus) -> None:
    facts = sandbox.look_up(plate).facts
    assert facts is not None
    assert facts.mot_status(date.today()) == status


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"motTests": None, "hasOutstandingRecall": "Perhaps"},
        {"motTests": [{"completedDate": None, "testResult": "NEW", "defects": None, "odometerValue": "n/a"}]},
        {"manufactureYear": "abc", "manufactureDate": "not a day", "engineSize": ""},
    ],
)
def test_what_is_missing_or_new_in_an_answer_is_no_error(body: dict[str, Any]) -> None:
    assert read(body, "LM19KTE").registration == "LM19KTE"


def test_later_failed_test_does_not_end_a_valid_certificate() -> None:
    body = {
        "motTests": [
            {"completedDate": "2026-05-01T09:00:00.000Z", "testResult": "PASSED", "expiryDate": "2027-05-10"},
            {"completedDate": "2026-06-01T09:00:00.000Z", "testResult": "FAILED"},
        ]
    }
    facts = read(body, "LM19KTE")
    assert facts.last_test is not None
    assert not facts.last_test.passed
    assert facts.mot_status(date(2026, 7, 1)) == MotStatus.VALID


def test_mileage_that_could_not_be_read_is_unknown() -> None:
    body = {"motTests": [{"testResult": "PASSED", "odometerValue": "0", "odometerResultType": "UNREADABLE"}]}
    last = read(body, "X").last_test
    assert last is not None
    assert last.mileage is None


def test_mileage_gap_is_between_tests_that_read_the_same_unit() -> None:
    def of(*read_at: tuple[str, str, str]) -> int:
        tests = [
            {
                "completedDate": f"{day}T09:00:00.000Z",
                "testResult": "PASSED",
                "odometerValue": value,
                "odometerUnit": unit,
            }
            for day, value, unit in read_at
        ]
        return read({"motTests": tests}, "LM19KTE").mileage_gap

    assert of(("2026-05-01", "61200", "MI"), ("2025-05-01", "53000", "MI")) == 8200
    assert of(("2026-05-01", "12000", "MI"), ("2025-05-01", "53000", "MI")) == -41000
    assert of(("2026-05-01", "61200", "MI"), ("2025-05-01", "90000", "KM"), ("2024-05-01", "50000", "MI")) == 11200
    assert of(("2026-05-01", "61200", "MI")) == 0


def test_nobody_at_the_other_end_is_down() -> None:
    registers = Registers(None, Dvla("key", "http://127.0.0.1:9"))
    assert look_up("LM19KTE", registers).state == LookupState.DOWN
