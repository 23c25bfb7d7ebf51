"""Opening hours, closures, public holidays: services and pages."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from garages.errors import DomainError
from garages.models import Closure, Garage, OpeningSpan
from garages.services.hours import HoursOverlap, Span, close, import_holidays, set_opening_hours

HOURS = "/g/here/settings/hours/"
CLOSURES = "/g/here/settings/closures/"


def _week(**changes: Any) -> dict[str, Any]:
    """Monday 08:00-12:00 and 13:00-17:00, closed otherwise."""
    monday = {"opens_0_0": "08:00", "closes_0_0": "12:00", "opens_0_1": "13:00", "closes_0_1": "17:00"}
    return {"open_0": "on", **monday, **changes}


def _spans(garage: Garage) -> list[tuple[int, time, time]]:
    return list(OpeningSpan.objects.values_list("weekday", "opens", "closes"))


def test_setting_hours_replaces_the_week(inside: Garage) -> None:
    set_opening_hours(inside, [Span(5, time(13), time(17)), Span(5, time(9), time(12))])
    assert _spans(inside) == [(5, time(9), time(12)), (5, time(13), time(17))]


def test_spans_may_touch_but_not_overlap(inside: Garage) -> None:
    set_opening_hours(inside, [Span(0, time(8), time(12)), Span(0, time(12), time(17))])
    with pytest.raises(HoursOverlap):
        set_opening_hours(inside, [Span(0, time(8), time(12)), Span(0, time(11, 59), time(17))])
    with pytest.raises(DomainError):
        set_opening_hours(inside, [Span(0, time(8), time(8))])
    assert len(_spans(inside)) == 2


def test_hours_page_saves_several_spans(manager_client: Client, inside: Garage) -> None:
    answer = manager_client.post(HOURS, _week())
    assert (answer.status_code, answer.headers["Location"]) == (302, HOURS)
    assert _spans(inside) == [(0, time(8), time(12)), (0, time(13), time(17))]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"opens_0_1": "11:30"}, "opens_0_1"),
        ({"closes_0_0": "07:00"}, "closes_0_0"),
        ({"closes_0_1": ""}, "closes_0_1"),
        ({"opens_0_1": ""}, "opens_0_1"),
        ({"opens_0_0": "noon"}, "opens_0_0"),
        ({"open_1": "on"}, "opens_1_0"),
    ],
)
def test_wrong_hours_are_errors_of_their_field(
    manager_client: Client, inside: Garage, changes: dict[str, str], field: str
) -> None:
    before = _spans(inside)
    answer = manager_client.post(HOURS, _week(**changes))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert _spans(inside) == before
    assert b'value="17:00"' in answer.content or field == "closes_0_1"  # nothing typed is lost


def test_days_switched_off_and_empty_lines_do_not_count(manager_client: Client, inside: Garage) -> None:
    manager_client.post(HOURS, _week(opens_0_2="", closes_0_2="", opens_3_0="08:00", closes_3_0="09:00"))
    assert {weekday for weekday, _opens, _closes in _spans(inside)} == {0}


def test_one_more_line_and_copying_save_nothing(manager_client: Client, inside: Garage) -> None:
    before = _spans(inside)
    answer = manager_client.post(f"{HOURS}draft/", _week(more="0"))
    assert [len(day.lines) for day in answer.context["form"].days] == [3, 1, 1, 1, 1, 1, 1]
    answer = manager_client.post(f"{HOURS}draft/", _week(copy="0", open_4="on", opens_4_0="10:00"))
    friday, saturday = answer.context["form"].days[4:6]
    assert [opens.value() for opens, _closes in friday.lines] == ["08:00", "13:00"]
    assert [opens.value() for opens, _closes in saturday.lines] == [""]
    assert answer.context["form"].errors == {}
    assert _spans(inside) == before


@pytest.mark.parametrize("button", [{"more": "7"}, {"copy": "x"}, {"more": "00"}, {"more": ""}, {}])
def test_buttons_of_unknown_days_do_nothing(manager_client: Client, garage: Garage, button: dict[str, str]) -> None:
    answer = manager_client.post(f"{HOURS}draft/", _week(**button))
    assert [len(day.lines) for day in answer.context["form"].days] == [2, 1, 1, 1, 1, 1, 1]


def test_htmx_gets_the_form_alone(manager_client: Client, garage: Garage) -> None:
    answer = manager_client.post(f"{HOURS}draft/", _week(more="0"), headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert b'id="week"' in answer.content


# --- Closures -----------------------------------------------------------------------------------------------------
def test_closure_is_one_day_unless_told(manager_client: Client, inside: Garage) -> None:
    manager_client.post(CLOSURES, {"starts_on": "2030-05-06", "ends_on": "", "reason": "Stocktaking"})
    manager_client.post(CLOSURES, {"starts_on": "2030-08-01", "ends_on": "2030-08-14", "reason": "Summer"})
    spans = Closure.objects.values_list("starts_on", "ends_on", "reason")
    assert list(spans) == [
        (date(2030, 5, 6), date(2030, 5, 6), "Stocktaking"),
        (date(2030, 8, 1), date(2030, 8, 14), "Summer"),
    ]


def test_closure_ends_after_it_starts(manager_client: Client, inside: Garage) -> None:
    answer = manager_client.post(CLOSURES, {"starts_on": "2030-05-06", "ends_on": "2030-05-05", "reason": "x"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["ends_on"])
    assert not Closure.objects.exists()


def test_same_closure_sent_twice_is_made_once(manager_client: Client, inside: Garage) -> None:
    form = {
        "idempotency_key": "6f0f6a0e-6a0b-4d53-9a43-0f4d7c7e2a11",
        "starts_on": "2030-05-06",
        "reason": "Stocktaking",
    }
    assert [manager_client.post(CLOSURES, form).status_code for _click in range(2)] == [302, 302]
    assert Closure.objects.count() == 1


def test_deleting_a_closure_opens_the_day(manager_client: Client, inside: Garage) -> None:
    row = close(starts_on=date(2030, 5, 6), ends_on=date(2030, 5, 6), reason="Stocktaking")
    manager_client.post(f"{CLOSURES}{row.public_id}/delete/")
    assert not Closure.objects.exists()


def test_closures_page_parts_past_and_coming(manager_client: Client, inside: Garage) -> None:
    today = inside.today()
    for away, reason in ((-3, "Over"), (0, "Today"), (3, "Soon")):
        close(starts_on=today + timedelta(days=away), ends_on=today + timedelta(days=away), reason=reason)
    context = manager_client.get(CLOSURES).context
    assert [row.reason for row in context["coming"]] == ["Today", "Soon"]
    assert [row.reason for row in context["past"]] == ["Over"]


# --- Public holidays ----------------------------------------------------------------------------------------------
def test_importing_again_adds_nothing_twice(inside: Garage) -> None:
    christmas = (date(2030, 12, 25), "Christmas Day")
    assert import_holidays([christmas]) == 1
    assert import_holidays([christmas, (date(2030, 12, 26), "Boxing Day")]) == 1
    assert list(Closure.objects.values_list("reason", "is_public_holiday")) == [
        ("Christmas Day", True),
        ("Boxing Day", True),
    ]


@time_machine.travel("2026-03-02 09:00Z", tick=False)
def test_holidays_are_previewed_then_imported(manager_client: Client, inside: Garage) -> None:
    Garage.objects.update(subdivision="ENG")
    close(starts_on=date(2026, 12, 24), ends_on=date(2026, 12, 28), reason="Christmas break")
    url = f"{CLOSURES}holidays/2026/"
    days = {row["day"]: row for row in manager_client.get(url).context["days"]}
    assert days[date(2026, 4, 3)] == {"day": date(2026, 4, 3), "name": "Good Friday", "closure": None}
    assert days[date(2026, 12, 25)]["closure"].reason == "Christmas break"
    assert Closure.objects.count() == 1
    for _time in range(2):
        manager_client.post(url, {"days": ["2026-04-03", "2026-05-04"]})
    assert list(Closure.objects.filter(is_public_holiday=True).values_list("starts_on", "reason")) == [
        (date(2026, 4, 3), "Good Friday"),
        (date(2026, 5, 4), "May Day"),
    ]


@time_machine.travel("2026-03-02 09:00Z", tick=False)
def test_only_holidays_can_be_imported(manager_client: Client, inside: Garage) -> None:
    url = f"{CLOSURES}holidays/2026/"
    for days in (["2026-04-02"], ["yesterday"], []):
        assert manager_client.post(url, {"days": days}).status_code == 422
    assert not Closure.objects.exists()
    for year in (2025, 2029, 9999):
        assert manager_client.get(f"{CLOSURES}holidays/{year}/").status_code == 404
