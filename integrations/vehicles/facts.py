"""What is known of a vehicle, whoever told it. Dates are days; times are aware; mileage keeps its unit."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


class LookupState(StrEnum):
    """What became of a look-up. The desk has a sentence for each."""

    FOUND = "found"
    NEW_CAR = "new_car"  # registered, not tested yet: its first MOT is due
    NOT_FOUND = "not_found"
    BAD_PLATE = "bad_plate"
    BUSY = "busy"  # too many questions, ours or everybody's: again in a moment
    DOWN = "down"
    NOT_CONFIGURED = "not_configured"  # our keys are missing, wrong or used up


class MotStatus(StrEnum):
    VALID = "valid"
    EXPIRED = "expired"
    NO_HISTORY = "no_history"
    FIRST_DUE = "first_due"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Defect:
    """One remark of a test, in the tester's words. `kind` is ADVISORY, MINOR, MAJOR, DANGEROUS, FAIL, PRS ..."""

    text: str
    kind: str
    dangerous: bool = False

    @property
    def is_advisory(self) -> bool:
        return self.kind in ("ADVISORY", "MINOR", "USER ENTERED", "NON SPECIFIC", "SYSTEM GENERATED")


@dataclass(frozen=True)
class MotTest:
    completed_at: datetime | None
    passed: bool
    expires_on: date | None = None
    mileage: int | None = None
    mileage_unit: str = ""  # "mi" or "km"
    defects: tuple[Defect, ...] = ()


@dataclass(frozen=True)
class VehicleFacts:
    """A vehicle as the registers describe it; what they do not say is empty. `tests` are newest first."""

    registration: str
    make: str = ""
    model: str = ""
    year: int | None = None
    colour: str = ""
    fuel: str = ""
    engine_cc: int | None = None
    first_used_on: date | None = None
    mot_due_on: date | None = None
    has_recall: bool | None = None  # an outstanding one; None when nobody knows
    tests: tuple[MotTest, ...] = ()

    def mot_status(self, today: date) -> MotStatus:
        """Where the MOT stands on that day. A later failed test does not end an unexpired certificate."""
        if not self.tests:
            return MotStatus.FIRST_DUE if self.mot_due_on else MotStatus.NO_HISTORY
        if self.mot_due_on is None:
            return MotStatus.EXPIRED if any(not test.passed for test in self.tests) else MotStatus.UNKNOWN
        return MotStatus.VALID if today <= self.mot_due_on else MotStatus.EXPIRED

    @property
    def last_test(self) -> MotTest | None:
        return self.tests[0] if self.tests else None

    @property
    def test_before(self) -> MotTest | None:
        """The latest test before the last that read the odometer in the last one's unit; None when that read none."""
        last = self.last_test
        if last is None or last.mileage is None:
            return None
        earlier = (test for test in self.tests[1:] if test.mileage is not None and test.completed_at is not None)
        return next((test for test in earlier if test.mileage_unit == last.mileage_unit), None)

    @property
    def mileage_gap(self) -> int:
        """How much further the car had gone at the last test than at the one before; negative when it read less."""
        last, before = self.last_test, self.test_before
        return last.mileage - before.mileage if last and before and last.mileage and before.mileage else 0

    def as_json(self) -> dict[str, Any]:
        """What `from_json` reads: dates and times as ISO 8601."""
        written: dict[str, Any] = json.loads(json.dumps(asdict(self), cls=DjangoJSONEncoder))
        return written

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> VehicleFacts:
        days = {name: _day(written[name]) for name in ("first_used_on", "mot_due_on")}
        return cls(**{**written, **days, "tests": tuple(map(_test, written["tests"]))})


def _test(written: Mapping[str, Any]) -> MotTest:
    at = written["completed_at"]
    return MotTest(
        **{
            **written,
            "completed_at": datetime.fromisoformat(at) if at else None,
            "expires_on": _day(written["expires_on"]),
            "defects": tuple(Defect(**defect) for defect in written["defects"]),
        }
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Lookup:
    """The answer to a plate. `source` is "dvsa", "dvla" or "sandbox"; `code` the partner's word in trouble."""

    state: LookupState
    facts: VehicleFacts | None = None
    source: str = ""
    code: str = ""
