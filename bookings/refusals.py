"""Why a day cannot be had, in words for the person who asks (LEAP-9): every blocked day says its reason."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from bookings.ledger import Chance, Wanted, Why
from bookings.slots import Range
from garages.setup import Away, Setup


class Reason(StrEnum):
    """The codes; other programs may rely on them."""

    PAST = "past"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    CLOSED = "closed"
    MARKED_FULL = "marked_full"
    CARS = "cars"
    WAITERS = "waiters"
    SHUTTLES = "shuttles"
    DROPS = "drops"
    COURTESY_CARS = "courtesy_cars"
    HANDOVERS = "handovers"
    TOO_LONG = "too_long"
    NO_BAY = "no_bay"
    BAY_OUT = "bay_out"
    BAYS = "bays"
    NOBODY_THERE = "nobody_there"
    TECHNICIANS = "technicians"


@dataclass(frozen=True)
class Refusal:
    """A code and its sentence."""

    reason: Reason
    text: str | Promise


def refusal_of_day(setup: Setup, day: date, opening: Range, looks: Collection[Chance | Why], wanted: Wanted) -> Refusal:
    """Why none of the day's starts can be had. `looks` is what came of each."""
    if not looks:
        return Refusal(Reason.PAST, _("The day is over."))
    if wanted.bays is not None and not wanted.bays:
        return Refusal(Reason.NO_BAY, _("No bay fits this work."))
    if Why.TECHNICIANS in looks:
        return _of_technicians(setup, day, opening, wanted)
    if Why.BAYS in looks:
        return _of_bays(setup, opening, wanted)
    return Refusal(Reason.TOO_LONG, _("The work does not fit into what is left of the day."))


def _of_bays(setup: Setup, opening: Range, wanted: Wanted) -> Refusal:
    bays = [bay for bay in setup.bays if bay.pk in (wanted.bays or ())]
    out = [(bay, away) for bay in bays for away in bay.outages if _all_of(opening, away)]
    if out and len({bay.pk for bay, _away in out}) == len(bays):
        bay, away = out[0]
        words = {"bay": bay.name, "reason": away.reason}
        return Refusal(Reason.BAY_OUT, _("%(bay)s is out of service: %(reason)s.") % words)
    if len(bays) == 1:
        return Refusal(Reason.BAYS, _("%(bay)s is taken all day.") % {"bay": bays[0].name})
    return Refusal(Reason.BAYS, _("All bays are taken."))


def _of_technicians(setup: Setup, day: date, opening: Range, wanted: Wanted) -> Refusal:
    able = [
        person
        for person in setup.technicians
        if (wanted.skill is None or wanted.skill in person.skills) and wanted.technician in (None, person.pk)
    ]
    if not able:
        return Refusal(Reason.NOBODY_THERE, _("Nobody in the team has the skill for this work."))
    there = [
        person
        for person in able
        if (not person.shifts or person.shifts.get(day.weekday()))
        and not any(_all_of(opening, away) for away in person.absences)
    ]
    if there:
        return Refusal(Reason.TECHNICIANS, _("No technician with the skill is free."))
    names = ", ".join(person.name for person in able)
    return Refusal(Reason.NOBODY_THERE, _("Not there that day: %(names)s.") % {"names": names})


def _all_of(opening: Range, away: Away) -> bool:
    return away.starts_at <= opening.start and opening.end <= away.ends_at
