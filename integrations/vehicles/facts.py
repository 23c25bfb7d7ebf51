"""What is known of a vehicle, whoever told it. Dates are days; times are aware; mileage keeps its unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


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


@dataclass(frozen=True)
class Lookup:
    """The answer to a plate. `source` is "dvsa", "dvla" or "sandbox"; `code` the partner's word in trouble."""

    state: LookupState
    facts: VehicleFacts | None = None
    source: str = ""
    code: str = ""
