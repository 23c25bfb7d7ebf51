"""The card under the plate: at once, with what is known, and never over what was typed."""

from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import Client

from fleet.models import Vehicle
from fleet.services import create_vehicle
from garages.models import Garage, VehicleType
from garages.tenancy.context import tenant
from integrations.models import PlateAnswer
from integrations.vehicles import answers

pytestmark = pytest.mark.django_db
URL = "/g/here/desk/look-up/"


@pytest.fixture(autouse=True)
def _no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "hand_over", lambda *_args, **_kwargs: None)


def _known(client: Client, plate: str, **more: str) -> str:
    """The card once the worker has answered."""
    client.post(URL, {"registration": plate})
    answers.answer(PlateAnswer.objects.get().pk)
    return _text(client.post(URL, {"registration": plate, **more}))


def _text(answer: HttpResponse) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_form_is_answered_at_once_and_asks_again(desk_client: Client, garage: Garage) -> None:
    card = _text(desk_client.post(URL, {"registration": "bd18 smr"}))
    assert 'hx-trigger="load delay:300ms"' in card
    assert "asked" in card
    slow = _text(desk_client.post(URL, {"registration": "bd18 smr", "asked": "8"}))
    assert "Type make and model yourself" in slow
    assert "hx-trigger" not in _text(desk_client.post(URL, {"registration": "bd18 smr", "asked": "200"}))


def test_car_mot_advisories_and_the_fields(desk_client: Client, garage: Garage) -> None:
    card = _known(desk_client, "BD18 SMR")
    for said in (
        "Ford Focus",
        "2018 · Silver · Diesel",
        "MOT due soon",
        "Last test passed",
        "61,204 miles",
        "2 remarks",
    ):
        assert said in card
    assert card.count('data-key="alt+a"') == 2
    assert "<option selected>Ford</option>" in card
    assert "Add MOT test" in card
    assert "Sandbox: sample data" in card


def test_the_form_is_told_when_such_cars_are_of_another_type(desk_client: Client, garage: Garage) -> None:
    _known(desk_client, "BD18 SMR")
    asked = {"registration": "BD18 SMR"}
    assert "HX-Trigger-After-Settle" not in desk_client.post(URL, asked).headers
    with tenant(garage.pk):
        create_vehicle(customer=None, make="Ford", model="Focus", vehicle_type=VehicleType.objects.get(name="Van"))
    assert desk_client.post(URL, asked).headers["HX-Trigger-After-Settle"] == "car-known"


def test_what_was_typed_is_offered_not_overwritten(desk_client: Client, garage: Garage) -> None:
    card = _known(desk_client, "BD18 SMR", make="Fiat", model="Panda")
    assert "make-model" not in card
    assert "The register says Ford Focus." in card
    used = _text(desk_client.post(URL, {"registration": "BD18SMR", "make": "Fiat", "model": "Panda", "use": "on"}))
    assert 'id="make-model"' in used


def test_states_in_plain_words(desk_client: Client, garage: Garage) -> None:
    words = {
        "ER19 NFD": "No vehicle is registered as ER19 NFD",
        "ER19 BAD": "does not look like a British registration",
        "ER19 THR": "The register is busy",
        "ER19 ERR": "The register does not answer",
        "ER19 KEY": "Plate look-up is not set up",
    }
    for plate, said in words.items():
        card = _known(desk_client, plate)
        assert said in card
        assert "Type make and model yourself." in card
        assert "Sandbox: sample data" in card
        PlateAnswer.objects.all().delete()


def test_the_last_test_stands_open_without_remarks_too(desk_client: Client, garage: Garage) -> None:
    card = _known(desk_client, "YK15 XWA")
    assert "98,770 miles" in card[card.index('<details class="mot__test" open>') :]


def test_how_far_it_went_between_the_last_two_tests(desk_client: Client, garage: Garage) -> None:
    assert "7,428 miles since" in _known(desk_client, "GF16 RTO")


def test_one_test_alone_has_no_mileage_gap(desk_client: Client, garage: Garage) -> None:
    assert "miles since" not in _known(desk_client, "KP20 HZN")


def test_a_car_without_tests_has_no_mot_history(desk_client: Client, garage: Garage) -> None:
    assert "No MOT history" in _known(desk_client, "HBL 964A")


def test_a_new_car_has_its_first_mot_ahead(desk_client: Client, garage: Garage) -> None:
    card = _known(desk_client, "LK25 OZW")
    assert "First MOT" in card
    assert "Add MOT" not in card


def test_a_known_vehicle_keeps_what_was_found(desk_client: Client, garage: Garage) -> None:
    with tenant(garage.pk):
        vehicle = create_vehicle(customer=None, registration_typed="BD18 SMR")
    _known(desk_client, "BD18 SMR")
    with tenant(garage.pk):
        assert Vehicle.objects.get(pk=vehicle.pk).mot_expires_on is not None


def test_of_a_car_on_file_nothing_is_asked(desk_client: Client, garage: Garage) -> None:
    """The register does not know it, the garage does: neither another plate nor make and model are suggested."""
    with tenant(garage.pk):
        create_vehicle(customer=None, registration_typed="ER19 NFD", make="Ford", model="Focus")
    card = _known(desk_client, "ER19 NFD")
    assert "No vehicle is registered as ER19 NFD" in card
    assert "Type make and model yourself." not in card
    assert "data-put" not in card


def test_only_where_there_is_a_register(desk_client: Client, garage: Garage) -> None:
    Garage.objects.filter(pk=garage.pk).update(country="FR")
    assert desk_client.post(URL, {"registration": "AB-123-CD"}).status_code == 404
    assert "Look up plate" not in desk_client.get("/g/here/desk/").content.decode()
