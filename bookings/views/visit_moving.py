"""The customer chooses another time: what is offered online, a week at a time, without a script."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from bookings.availability import Day, days
from bookings.enums import Source
from bookings.jobs import Job
from bookings.notice import Step, refusal
from bookings.refusals import Reason
from bookings.services.by_customer import may_choose_time, move_by_customer
from bookings.views.visit import told
from bookings.views.visiting import Visit, visit_page
from garages.setup import Setup, load_setup

_SHOWN: Final = 7


class ChooseForm(forms.Form):
    start = forms.DateTimeField()


@dataclass(frozen=True)
class Choice:
    """One day of the page: its starts, or one word why there is none. What stands in the way in the workshop, and who,
    is the garage's own business."""

    date: date
    starts: list[datetime]
    closed: str


@visit_page("GET", "POST")
def move(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Days with their times. What was taken meanwhile is answered with what is left."""
    setup = load_setup(visit.garage)
    why = None if request.method == "GET" else _moved(request, visit, setup)
    if request.method != "GET" and why is None:
        return redirect(visit.address("page", done="moved"))
    visit = visit.anew()
    refused = refusal(visit.booking, Step.MOVE, visit.garage)
    if refused is not None or not may_choose_time(visit.booking):
        return told(request, visit, why or refused or _("This booking cannot be changed any more."), status=409)
    context = _offered(visit, setup, request.GET.get("from", "")) | {"problem": why}
    return visit.render(request, "bookings/visit/move.html", context, status=409 if why else 200)


def _moved(request: HttpRequest, visit: Visit, setup: Setup) -> str | None:
    form = ChooseForm(request.POST)
    if not form.is_valid():
        return _("Choose a time.")
    start = form.cleaned_data["start"]
    return visit.attempt(
        request, "move", lambda version: move_by_customer(visit.booking, setup=setup, version=version, starts_at=start)
    )


def _offered(visit: Visit, setup: Setup, asked: str) -> dict[str, Any]:
    today = visit.garage.today()
    last = today + timedelta(days=visit.garage.horizon_days)
    first = min(max(_date(asked) or today, today), last)
    dates = [first + timedelta(days=number) for number in range(_SHOWN)]
    job = Job.of_booking(visit.booking, setup)
    week = days(setup, dates, job, ignoring=visit.booking, source=Source.ONLINE)
    choices = [_choice(day, visit.booking.starts_at) for day in week]
    has_starts = any(choice.starts for choice in choices)
    following = None if has_starts else week[-1].next_best
    next_day = following.start.astimezone(visit.garage.zone).date() if following else first + timedelta(days=_SHOWN)
    earlier = max(first - timedelta(days=_SHOWN), today)
    return {
        "choices": choices,
        "has_starts": has_starts,
        "earlier": visit.address("move", **{"from": earlier.isoformat()}) if first > today else "",
        "later": visit.address("move", **{"from": next_day.isoformat()}) if next_day <= last else "",
    }


def _choice(day: Day, kept: datetime) -> Choice:
    starts = [offer.start for offer in day.offers if offer.start != kept]
    return Choice(day.date, starts, "" if starts else _word(day))


def _word(day: Day) -> str:
    reason = day.refusal.reason if day.refusal else None
    if reason == Reason.CLOSED:
        return _("Closed")
    return _("Too soon") if reason in (Reason.PAST, Reason.TOO_SOON) else _("Full")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
