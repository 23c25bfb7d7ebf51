"""Services, extras and prices: services and pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from garages.enums import BayKind, Role
from garages.errors import DomainError
from garages.forms.menu import PricesForm
from garages.models import Garage, Service, ServicePrice, Skill, VehicleType
from garages.selectors import active_services, own_prices
from garages.services.menu import add_service, change_service, put_on_menu, set_prices
from garages.tenancy.context import tenant
from tests.conftest import logged_in
from tests.factories.garages import make_garage, make_member

SERVICES = "/g/here/settings/services/"
FACTS: dict[str, Any] = {
    "name": "Clutch",
    "category": "Repairs",
    "minutes": 240,
    "price": 45_000,
    "extras": [],
    "prices": {},
}


def _form(**changes: Any) -> dict[str, Any]:
    """What the page of a new service sends."""
    typed = {"name": "Clutch", "category": "Repairs", "minutes": "240", "price": "450", "is_online": "on"}
    return {**typed, **changes}


def _prices_form(**changes: str) -> dict[str, str]:
    """What the table of prices sends when nothing is changed, with changes by label."""
    services, kinds = active_services(), list(VehicleType.objects.all())
    form = PricesForm(
        None, garage=Garage.objects.get(), services=services, vehicle_types=kinds, prices=own_prices(services)
    )
    typed = {}
    for name in form.fields:
        value = form[name].value()
        if value is not False:
            typed[name] = "on" if value is True else value or ""
        if form[name].label in changes:
            typed[name] = changes[form[name].label]
    return typed


# --- Services -----------------------------------------------------------------------------------------------------
def test_added_service_stands_last(inside: Garage) -> None:
    service = add_service(**FACTS)
    assert Service.objects.last() == service


def test_names_are_unique_in_a_garage_only(inside: Garage, other_garage: Garage) -> None:
    add_service(**FACTS)
    with pytest.raises(DomainError) as refused:
        add_service(**FACTS)
    assert (refused.value.field, str(refused.value)) == ("name", "A service has this name.")
    with tenant(other_garage.pk):
        assert add_service(**FACTS).name == "Clutch"


def test_changing_a_service_moves_it_and_sets_extras_and_prices(inside: Garage) -> None:
    service, last = add_service(**FACTS), Service.objects.order_by("position")[0]
    extra = add_service(**{**FACTS, "name": "Valet", "is_extra": True})
    van = VehicleType.objects.get(name="Van")
    change_service(service, extras=[extra, service], prices={van: 50_000}, after=last, name="Clutch and flywheel")
    assert [row.name for row in Service.objects.all()[:2]] == [last.name, "Clutch and flywheel"]
    assert list(service.extras.all()) == [extra]
    assert own_prices([service]) == {(service.pk, van.pk): 50_000}
    change_service(service, extras=[], prices={van: None}, after=None)
    assert Service.objects.first() == service
    assert (list(service.extras.all()), own_prices([service])) == ([], {})


def test_services_off_the_menu_are_kept(inside: Garage) -> None:
    service = add_service(**FACTS)
    put_on_menu(service, on=False)
    assert service not in active_services()
    assert put_on_menu(Service.objects.get(pk=service.pk), on=True) in active_services()


def test_menu_keeps_categories_together(inside: Garage) -> None:
    add_service(**{**FACTS, "name": "Oil change", "category": "Servicing"})
    categories = [service.category for service in active_services()]
    assert categories == ["Servicing", "Servicing", "MOT", "Brakes", "Special"]


def test_service_page_keeps_every_field(manager_client: Client, inside: Garage) -> None:
    skill = Skill.objects.create(name="Clutches")
    extra = add_service(**{**FACTS, "name": "Valet", "is_extra": True})
    van = VehicleType.objects.get(name="Van")
    typed = _form(
        description="With flywheel",
        buffer_before="10",
        buffer_after="15",
        bay_kind="general",
        skill=str(skill.public_id),
        is_request_only="on",
        extras=[str(extra.public_id)],
        **{f"price_{van.public_id.hex}": "£499.99"},
    )
    assert manager_client.post(f"{SERVICES}add/", typed).headers["Location"] == SERVICES
    service = Service.objects.get(name="Clutch")
    kept = {name: getattr(service, name) for name in ("category", "description", "minutes", "buffer_before", "price")}
    assert kept == {
        "category": "Repairs",
        "description": "With flywheel",
        "minutes": 240,
        "buffer_before": 10,
        "price": 45_000,
    }
    assert (service.buffer_after, service.bay_kind, service.skill) == (15, BayKind.GENERAL, skill)
    assert (service.is_request_only, service.is_online, service.is_extra) == (True, True, False)
    assert list(service.extras.all()) == [extra]
    assert own_prices([service]) == {(service.pk, van.pk): 49_999}
    shown = manager_client.get(f"{SERVICES}{service.public_id}/").context["form"]
    assert shown["price"].value() == "450"
    assert [field.value() for field in shown.price_fields] == [None, "499.99"]
    assert b'value="499.99"' in manager_client.get(f"{SERVICES}{service.public_id}/").content


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "MOT test"}, "name"),
        ({"minutes": "4"}, "minutes"),
        ({"minutes": "100000"}, "minutes"),
        ({"price": "free"}, "price"),
        ({"price": ""}, "price"),
        ({"buffer_after": "-1"}, "buffer_after"),
        ({"skill": "6f0f6a0e-6a0b-4d53-9a43-0f4d7c7e2a11"}, "skill"),
        ({"extras": ["nonsense"]}, "extras"),
    ],
)
def test_wrong_service_is_an_error_of_its_field(
    manager_client: Client, inside: Garage, changes: dict[str, Any], field: str
) -> None:
    before = Service.objects.count()
    answer = manager_client.post(f"{SERVICES}add/", _form(**changes))
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Service.objects.count() == before


def test_same_service_sent_twice_is_added_once(manager_client: Client, inside: Garage) -> None:
    typed = _form(idempotency_key="6f0f6a0e-6a0b-4d53-9a43-0f4d7c7e2a11")
    assert [manager_client.post(f"{SERVICES}add/", typed).status_code for _click in range(2)] == [302, 302]
    assert Service.objects.filter(name="Clutch").count() == 1


def test_archiving_and_restoring_on_the_page(manager_client: Client, inside: Garage) -> None:
    service = Service.objects.get(name="MOT test")
    manager_client.post(f"{SERVICES}{service.public_id}/archive/")
    assert list(manager_client.get(SERVICES).context["off_menu"]) == [service]
    manager_client.post(f"{SERVICES}{service.public_id}/restore/")
    assert list(manager_client.get(SERVICES).context["off_menu"]) == []


# --- The table of prices ------------------------------------------------------------------------------------------
def test_setting_prices_writes_only_what_differs(inside: Garage) -> None:
    full, mot = Service.objects.get(name="Full service"), Service.objects.get(name="MOT test")
    saloon, van = VehicleType.objects.all()
    cells = {(full, saloon): 19_900, (full, van): None, (mot, saloon): None, (mot, van): 6_000}
    online = {full: True, mot: False}
    assert set_prices(own={full: 20_000, mot: 5_485}, cells=cells, online=online) == 4
    assert set_prices(own={full: 20_000, mot: 5_485}, cells=cells, online=online) == 0
    assert own_prices([full, mot]) == {(full.pk, saloon.pk): 19_900, (mot.pk, van.pk): 6_000}
    assert Service.objects.get(pk=full.pk).price == 20_000
    assert not Service.objects.get(pk=mot.pk).is_online


def test_table_sent_back_as_shown_changes_nothing(manager_client: Client, inside: Garage) -> None:
    before = list(ServicePrice.objects.values_list("pk", "price")), list(Service.objects.values_list("pk", "price"))
    assert manager_client.post(SERVICES, _prices_form()).headers["Location"] == SERVICES
    assert before == (
        list(ServicePrice.objects.values_list("pk", "price")),
        list(Service.objects.values_list("pk", "price")),
    )


def test_table_takes_prices_as_typed(manager_client: Client, inside: Garage) -> None:
    typed = _prices_form(
        **{"Full service: price": "1,250", "Full service: price for Van": "", "MOT test: price for Van": "58,60"}
    )
    manager_client.post(SERVICES, typed)
    full, mot = Service.objects.get(name="Full service"), Service.objects.get(name="MOT test")
    saloon, van = VehicleType.objects.all()
    assert full.price == 125_000
    assert own_prices([full, mot]) == {(full.pk, saloon.pk): 19_900, (mot.pk, van.pk): 5_860}


def test_wrong_price_saves_none_and_keeps_what_was_typed(manager_client: Client, inside: Garage) -> None:
    answer = manager_client.post(
        SERVICES, _prices_form(**{"Full service: price": "210", "MOT test: price for Van": "cheap"})
    )
    labels = [answer.context["form"][name].label for name in answer.context["form"].errors]
    assert (answer.status_code, labels) == (422, ["MOT test: price for Van"])
    assert b'value="cheap"' in answer.content
    assert b'value="210"' in answer.content
    assert Service.objects.get(name="Full service").price == 19_900


def test_prices_of_a_french_garage_are_in_euros_and_commas(db: None) -> None:
    garage = make_garage("quai", country="FR", currency="EUR", languages=["fr"], time_zone="Europe/Paris")
    page = logged_in(make_member(garage, Role.MANAGER).user).get("/g/quai/settings/services/").content.decode()
    assert 'value="54,85"' in page


def test_table_asks_the_database_the_same_whatever_its_size(
    manager_client: Client, inside: Garage, django_assert_num_queries: Any
) -> None:
    manager_client.get(SERVICES)
    for more in ("", "another"):
        if more:
            for number in range(3):
                add_service(**{**FACTS, "name": f"Clutch {number}"})
        with django_assert_num_queries(10):
            manager_client.get(SERVICES)
