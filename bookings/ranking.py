"""Who should do a job: plain scoring by skill, load and knowing the car (P-16), with the reasons in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from garages import formats

SKILL_POINTS: Final = 50
ROOM_POINTS: Final = 30
CAR_POINTS: Final = 20
FULL_DAY: Final = timedelta(hours=8)


@dataclass(frozen=True)
class Candidate:
    """A technician as far as one job is concerned. `load` is what they have that day besides it, `visits` how often
    they completed work on this car, `is_busy` whether another job of theirs is at that very time, `is_away` whether
    their shifts and absences keep them from it."""

    public_id: str
    name: str
    skills: frozenset[int]
    load: timedelta
    visits: int
    is_busy: bool
    is_away: bool = False


@dataclass(frozen=True)
class Reason:
    text: str
    is_good: bool


@dataclass(frozen=True)
class Ranked:
    """A candidate with points out of 100, and why. Who is busy or away at that time can do the job only if it
    moves."""

    candidate: Candidate
    points: int
    reasons: list[Reason]


def ranked(candidates: Iterable[Candidate], needed: Mapping[int, str]) -> list[Ranked]:
    """The best first; `needed` are the skills the job asks for, by key. Equals stay in the garage's order."""
    judged = [_judged(candidate, needed) for candidate in candidates]
    return sorted(judged, key=lambda one: (one.candidate.is_away, one.candidate.is_busy, -one.points))


def _judged(candidate: Candidate, needed: Mapping[int, str]) -> Ranked:
    has = candidate.skills & needed.keys()
    skill = len(has) / len(needed) if needed else 1
    room = 1 - min(1, candidate.load / FULL_DAY)
    points = round(SKILL_POINTS * skill + ROOM_POINTS * room + (CAR_POINTS if candidate.visits else 0))
    return Ranked(candidate, points, list(_reasons(candidate, needed)))


def _reasons(candidate: Candidate, needed: Mapping[int, str]) -> Iterable[Reason]:
    if candidate.is_away:
        yield Reason(_("Is not there at that time"), is_good=False)
    if candidate.is_busy:
        yield Reason(_("Has another job at that time"), is_good=False)
    for key, name in needed.items():
        if key in candidate.skills:
            yield Reason(_("Has the skill: %(skill)s") % {"skill": name}, is_good=True)
        else:
            yield Reason(_("Lacks the skill: %(skill)s") % {"skill": name}, is_good=False)
    if candidate.visits:
        known = ngettext("Worked on this car once", "Worked on this car %(number)s times", candidate.visits)
        yield Reason(known % {"number": candidate.visits}, is_good=True)
    if candidate.load:
        length = formats.minutes(int(candidate.load.total_seconds()) // 60)
        yield Reason(_("%(length)s of other work that day") % {"length": length}, is_good=candidate.load < FULL_DAY / 2)
    else:
        yield Reason(_("Nothing else that day"), is_good=True)
