"""The garage's details and booking rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from garages.models import Garage

DETAILS = "/g/here/settings/garage/"
RULES = "/g/here/settings/rules/"


def _typed(**changes: Any) -> dict[str, Any]:
    typed = {"name": "Here & Now", "town": "Leeds", "address": "1 High Street\nLeeds", "phone": "0113 496 0000"}
    place = {"time_zone": "Europe/London", "languages": ["en", "fr"], "first_language": "fr", "subdivision": "ENG"}
    return {**typed, **place, "email": "desk@here.example", **changes}


def test_details_are_kept(manager_client: Client, garage: Garage) -> None:
    assert manager_client.post(DETAILS, _typed()).headers["Location"] == DETAILS
    garage.refresh_from_db()
    kept = (garage.name, garage.town, garage.address, garage.phone, garage.email, garage.subdivision)
    assert kept == (
        "Here & Now",
        "Leeds",
        "1 High Street\r\nLeeds".replace("\r", ""),
        "+44 113 496 0000",
        "desk@here.example",
        "ENG",
    )
    assert garage.languages == ["fr", "en"]


def test_odd_phone_number_is_kept_as_typed(manager_client: Client, garage: Garage) -> None:
    manager_client.post(DETAILS, _typed(phone="ask for Bob"))
    garage.refresh_from_db()
    assert garage.phone == "ask for Bob"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "desk"}, "email"),
        ({"time_zone": "Europe/Paris"}, "time_zone"),
        ({"subdivision": "75"}, "subdivision"),
        ({"languages": []}, "languages"),
        ({"first_language": "es"}, "first_language"),
    ],
)
def test_wrong_details_are_errors_of_their_field(
    manager_client: Client, garage: Garage, changes: dict[str, Any], field: str
) -> None:
    answer = manager_client.post(DETAILS, _typed(**changes))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    garage.refresh_from_db()
    assert garage.name == "Here Motors"


def test_country_currency_and_address_name_are_not_changed_here(manager_client: Client, garage: Garage) -> None:
    manager_client.post(DETAILS, _typed(country="FR", currency="EUR", slug="mine", is_active=""))
    garage.refresh_from_db()
    assert (garage.country, garage.currency, garage.slug, garage.is_active) == ("GB", "GBP", "here", True)


def test_rules_are_kept(manager_client: Client, garage: Garage) -> None:
    typed = {"staff_bookings_start": "confirmed", "slot_step": "15", "horizon_days": "30", "cars_a_day": "12"}
    typed["online_confirmed"] = "on"
    manager_client.post(RULES, typed)
    garage.refresh_from_db()
    limits = (garage.cars_a_day, garage.waiters_a_day, garage.hold_minutes, garage.notice_online)
    assert limits == (12, None, 10, 120)
    kept = (garage.staff_bookings_start, garage.receptionists_confirm, garage.slot_step, garage.horizon_days)
    assert kept == ("confirmed", False, 15, 30)
    assert garage.online_confirmed


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slot_step": "7"}, "slot_step"),
        ({"horizon_days": "0"}, "horizon_days"),
        ({"horizon_days": "731"}, "horizon_days"),
    ],
)
def test_wrong_rules_are_errors_of_their_field(
    manager_client: Client, garage: Garage, changes: dict[str, str], field: str
) -> None:
    typed = {"staff_bookings_start": "pending", "slot_step": "30", "horizon_days": "90"}
    answer = manager_client.post(RULES, typed | changes)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


# --- Symptoms ---------------------------------------------------------------------------------------------------------
def _rules(**changes: Any) -> dict[str, Any]:
    return {"staff_bookings_start": "pending", "slot_step": "30", "horizon_days": "90", **changes}


def test_symptoms_are_the_usual_ones_until_changed(manager_client: Client, garage: Garage) -> None:
    assert garage.symptoms[:3] == ["Noise", "Brakes", "Warning light"]
    manager_client.post(RULES, _rules(symptom_chips="\n".join(garage.symptoms)))
    garage.refresh_from_db()
    assert garage.symptom_chips is None
    manager_client.post(RULES, _rules(symptom_chips=" Rattles \n\nRattles\nSmokes"))
    garage.refresh_from_db()
    assert garage.symptoms == ["Rattles", "Smokes"]
    manager_client.post(RULES, _rules(symptom_chips=""))
    garage.refresh_from_db()
    assert garage.symptoms == []


@pytest.mark.parametrize("typed", ["\n".join("abcdefghi"), "x" * 41])
def test_too_many_or_too_long_symptoms_are_refused(manager_client: Client, garage: Garage, typed: str) -> None:
    answer = manager_client.post(RULES, _rules(symptom_chips=typed))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["symptom_chips"])


def test_what_is_asked_for_at_the_desk(manager_client: Client, garage: Garage) -> None:
    manager_client.post(RULES, _rules(intake=["phone", "registration"]))
    garage.refresh_from_db()
    assert garage.intake == ["phone", "registration"]
    assert manager_client.post(RULES, _rules(intake=["blood group"])).status_code == 422
    manager_client.post(RULES, _rules())
    garage.refresh_from_db()
    assert garage.intake == []


def test_what_stands_on_invoices_is_kept(manager_client: Client, garage: Garage) -> None:
    said = {"vat_percent": "5.5", "vat_number": "GB 123", "payment_days": "14", "invoice_footer": "Thank you."}
    assert manager_client.post(DETAILS, _typed(**said)).headers["Location"] == DETAILS
    garage.refresh_from_db()
    assert (garage.vat_percent, garage.vat_number) == (Decimal("5.5"), "GB 123")
    assert (garage.payment_days, garage.invoice_footer) == (14, "Thank you.")


def test_a_garage_without_vat_is_not_registered(manager_client: Client, garage: Garage) -> None:
    manager_client.post(DETAILS, _typed(vat_percent="", payment_days=""))
    garage.refresh_from_db()
    assert (garage.vat_percent, garage.payment_days) == (None, 0)


@pytest.mark.parametrize("typed", ["-1", "much", "120"])
def test_no_such_vat(manager_client: Client, garage: Garage, typed: str) -> None:
    answer = manager_client.post(DETAILS, _typed(vat_percent=typed))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["vat_percent"])
