"""The gate: who comes is read with their garages; a temporary password opens nothing but the page that replaces it."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from garages.accounts import PeopleBackend
from garages.models import Garage, Membership
from garages.selectors import memberships_of
from tests.conftest import logged_in


@pytest.mark.parametrize("address", ["/", "/g/here/desk/", "/admin/", "/2fa/"])
def test_temporary_password_must_be_changed_first(receptionist: Membership, address: str) -> None:
    user = receptionist.user
    user.must_change_password = user.is_staff = True
    user.save()
    answer = logged_in(user).get(address, follow=True)
    assert answer.redirect_chain[-1][0] == "/password/change/"
    assert answer.status_code == 200


def test_a_person_is_read_with_their_garages(
    receptionist: Membership, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    closed = Garage.objects.create(slug="closed", name="Closed", is_active=False)
    Membership.objects.create(garage=closed, user=receptionist.user, role=receptionist.role)
    with django_assert_num_queries(1):
        person = PeopleBackend().get_user(receptionist.user_id)
        assert person == receptionist.user
        assert [one.pk for one in memberships_of(person)] == [receptionist.pk]  # none of a garage that is closed


def test_somebody_without_a_garage_is_a_person_too(receptionist: Membership) -> None:
    receptionist.delete()
    person = PeopleBackend().get_user(receptionist.user_id)
    assert person == receptionist.user
    assert memberships_of(person) == []


def test_whoever_was_switched_off_is_nobody(receptionist: Membership) -> None:
    client = logged_in(receptionist.user)
    assert client.get("/").status_code == 302
    receptionist.user.is_active = False
    receptionist.user.save()
    assert client.get("/", follow=True).redirect_chain[-1][0].startswith("/login/")
    assert PeopleBackend().get_user(0) is None
