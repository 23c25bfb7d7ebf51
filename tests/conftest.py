"""The database as the product uses it, and the cast: two garages, four roles, one stranger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache, caches
from django.db import connection, connections
from django.test import Client

from garages import queue
from garages.enums import Role
from garages.models import Garage, Membership, User
from garages.tenancy.context import tenant
from garages.tenancy.roles import APP_ROLE
from tests.factories.garages import make_garage, make_member
from tests.no_browser import pytest_sessionfinish  # noqa: F401 - pytest looks for it here

PASSWORD = "garage-desk-tests"


def pytest_configure() -> None:
    """Making a person takes no quarter of a second: the tests' passwords need no protection."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session", autouse=True)
def _own_redis(worker_id: str) -> None:
    """Each worker of the suite has a Redis database of its own: clearing the cache clears everything in it."""
    number = int(worker_id.removeprefix("gw")) if worker_id != "master" else 0
    own = re.sub(r"([?&]db=|:\d+/)\d+$", rf"\g<1>{number}", settings.REDIS_URL)
    settings.REDIS_URL = settings.CACHES["default"]["LOCATION"] = own
    if hasattr(caches._connections, "default"):  # made while Django started, with the address of all workers
        del caches["default"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Databases are created and migrated by their owner; see `django_db_setup`."""
    settings.DATABASES["default"]["OPTIONS"].pop("assume_role", None)
    connections["default"].settings_dict["OPTIONS"].pop("assume_role", None)
    # The live server's threads must not sit on connections when the database is dropped.
    settings.DATABASES["default"]["CONN_MAX_AGE"] = connections["default"].settings_dict["CONN_MAX_AGE"] = 0


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """After migrating, become the runtime role: tests that ran as the owner would pass by row-level security."""
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(f"grant truncate on all tables in schema public to {APP_ROLE}")  # how tests clean up
        connection.settings_dict["OPTIONS"]["assume_role"] = APP_ROLE
        connection.close()
    yield
    with django_db_blocker.unblock():  # only the owner may drop the database
        del connection.settings_dict["OPTIONS"]["assume_role"]
        connection.close()


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest, django_db_blocker: Any) -> Iterator[None]:
    """Rate limits and the like do not leak from one test into the next."""
    yield
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        with django_db_blocker.unblock():  # the cache's table, should Redis not have answered
            cache.clear()


@pytest.fixture(autouse=True)
def _queue_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue that one test could not reach is not left alone in the next."""
    monkeypatch.setattr(queue._Pause, "until", 0.0)


@pytest.fixture
def garage(db: None) -> Garage:
    return make_garage(slug="here", name="Here Motors")


@pytest.fixture
def other_garage(db: None) -> Garage:
    return make_garage(slug="there", name="There Motors")


@pytest.fixture
def inside(garage: Garage) -> Iterator[Garage]:
    """The test runs inside the garage's scope."""
    with tenant(garage.pk):
        yield garage


@pytest.fixture
def owner(garage: Garage) -> Membership:
    return make_member(garage, Role.OWNER, password=PASSWORD)


@pytest.fixture
def manager(garage: Garage) -> Membership:
    return make_member(garage, Role.MANAGER, password=PASSWORD)


@pytest.fixture
def receptionist(garage: Garage) -> Membership:
    return make_member(garage, Role.RECEPTIONIST, password=PASSWORD)


@pytest.fixture
def technician(garage: Garage) -> Membership:
    return make_member(garage, Role.TECHNICIAN, password=PASSWORD)


@pytest.fixture
def stranger(other_garage: Garage) -> Membership:
    """The owner of another garage."""
    return make_member(other_garage, Role.OWNER, password=PASSWORD)


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="garages.accounts.PeopleBackend")
    return client


@pytest.fixture
def desk_client(receptionist: Membership) -> Client:
    """A browser of the receptionist's."""
    return logged_in(receptionist.user)


@pytest.fixture
def manager_client(manager: Membership) -> Client:
    return logged_in(manager.user)
