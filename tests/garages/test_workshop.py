"""Bays, vehicle types, skills, technicians: services and pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from garages.enums import BayKind
from garages.errors import DomainError
from garages.models import Bay, Garage, Membership, Service, Skill, Technician, VehicleType
from garages.services import workshop
from garages.services.saving import place_after

SETTINGS = "/g/here/settings"


def _names(model: Any) -> list[str]:
    return [row.name for row in model.objects.all()]


def test_added_things_stand_last(inside: Garage) -> None:
    workshop.add_bay(name="Bay 2", kind=BayKind.TYRES)
    workshop.add_vehicle_type(name="Camper")
    assert (_names(Bay)[-1], _names(VehicleType)[-1]) == ("Bay 2", "Camper")


def test_placing_after_another(inside: Garage) -> None:
    first, second, third = (workshop.add_vehicle_type(name=name) for name in ("SUV", "Estate", "Camper"))
    place_after(third, first, VehicleType.objects.all())
    assert _names(VehicleType) == ["Saloon", "Van", "SUV", "Camper", "Estate"]
    place_after(second, None, VehicleType.objects.all())
    assert _names(VehicleType) == ["Estate", "Saloon", "Van", "SUV", "Camper"]


def test_two_bays_of_one_name_are_refused(inside: Garage) -> None:
    with pytest.raises(DomainError) as refused:
        workshop.add_bay(name="Bay 1", kind=BayKind.GENERAL)
    assert (refused.value.field, str(refused.value)) == ("name", "A bay has this name.")


def test_removing_a_skill_frees_what_needed_it(inside: Garage) -> None:
    skill = workshop.add_skill(name="Brakes")
    service = Service.objects.get(name="Brake check")
    service.skill = skill
    service.save()
    workshop.change_technician(
        Technician.objects.get(), name="Sam", skills=[skill], membership=None, is_active=True, after=None
    )
    workshop.remove_skill(skill)
    service.refresh_from_db()
    assert service.skill is None
    assert list(Technician.objects.get().skills.all()) == []


def test_one_log_in_belongs_to_one_technician(inside: Garage, technician: Membership) -> None:
    workshop.add_technician(name="Ana", skills=[], membership=technician)
    with pytest.raises(DomainError) as refused:
        workshop.add_technician(name="Ben", skills=[], membership=technician)
    assert refused.value.field == "membership"
    assert _names(Technician) == ["Sam Okoro", "Ana"]


# --- Pages --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("page", "typed", "model"),
    [
        ("bays/", {"name": "Bay 2", "kind": "tyres"}, Bay),
        ("vehicle-types/", {"name": "Camper"}, VehicleType),
        ("technicians/add/", {"name": "Ana"}, Technician),
    ],
)
def test_adding_on_the_page_happens_once(
    manager_client: Client, inside: Garage, page: str, typed: dict[str, str], model: Any
) -> None:
    typed = {**typed, "idempotency_key": "6f0f6a0e-6a0b-4d53-9a43-0f4d7c7e2a11"}
    assert [manager_client.post(f"{SETTINGS}/{page}", typed).status_code for _click in range(2)] == [302, 302]
    assert _names(model).count(typed["name"]) == 1


def test_name_that_is_taken_is_an_error_of_the_field(manager_client: Client, inside: Garage) -> None:
    for page, name in (("bays/", "Bay 1"), ("vehicle-types/", "Van")):
        answer = manager_client.post(f"{SETTINGS}/{page}", {"name": name, "kind": "general"})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])


def test_bay_goes_out_of_use_on_its_page(manager_client: Client, inside: Garage) -> None:
    bay, other = Bay.objects.all()
    typed = {"name": "Bay one", "kind": "tyres", "after": str(other.public_id)}
    manager_client.post(f"{SETTINGS}/bays/{bay.public_id}/", typed)
    assert list(Bay.objects.values_list("name", "kind", "is_active")) == [
        ("MOT bay", "mot", True),
        ("Bay one", "tyres", False),
    ]


def test_vehicle_type_is_renamed_on_its_page(manager_client: Client, inside: Garage) -> None:
    van = VehicleType.objects.get(name="Van")
    manager_client.post(f"{SETTINGS}/vehicle-types/{van.public_id}/", {"name": "Light van", "is_active": "on"})
    assert list(VehicleType.objects.values_list("name", "is_active")) == [("Light van", True), ("Saloon", True)]


def test_technician_page_keeps_skills_and_log_in(
    manager_client: Client, inside: Garage, technician: Membership
) -> None:
    brakes, _tyres = workshop.add_skill(name="Brakes"), workshop.add_skill(name="Tyres")
    sam = Technician.objects.get()
    typed = {"name": "Sam", "skills": [str(brakes.public_id)], "membership": technician.pk, "is_active": "on"}
    manager_client.post(f"{SETTINGS}/technicians/{sam.public_id}/", typed)
    sam.refresh_from_db()
    assert (sam.name, list(sam.skills.all()), sam.membership) == ("Sam", [brakes], technician)
    offered = manager_client.get(f"{SETTINGS}/technicians/add/").context["form"].fields["membership"].queryset
    assert technician not in offered


def test_technician_cannot_be_linked_to_a_stranger(
    manager_client: Client, inside: Garage, stranger: Membership
) -> None:
    answer = manager_client.post(f"{SETTINGS}/technicians/add/", {"name": "Ana", "membership": stranger.pk})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["membership"])


def test_skills_are_added_renamed_and_removed(manager_client: Client, inside: Garage) -> None:
    manager_client.post(f"{SETTINGS}/skills/add/", {"name": "Brakes"})
    again = manager_client.post(f"{SETTINGS}/skills/add/", {"name": "Brakes"})
    assert (again.status_code, list(again.context["form"].errors)) == (422, ["name"])
    skill = Skill.objects.get()
    manager_client.post(f"{SETTINGS}/skills/{skill.public_id}/", {"name": "Brakes and discs"})
    assert _names(Skill) == ["Brakes and discs"]
    manager_client.post(f"{SETTINGS}/skills/{skill.public_id}/remove/")
    assert _names(Skill) == []
