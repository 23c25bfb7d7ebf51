"""The settings as production would use them, and what they refuse."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import connection

from garage_desk.embedded.postgres import SUPERUSER
from garage_desk.embedded.process import ROOT
from garages.tenancy.postgresql.base import DatabaseWrapper
from garages.tenancy.roles import APP_ROLE

PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "a-secret-as-long-and-as-random-as-Django-asks-for-0123456789!",
    "ALLOWED_HOSTS": "desk.example",
    "SITE_URL": "https://desk.example",
    "DATABASE_URL": "postgres://garage_desk:password@postgres:5432/garage_desk",
    "REDIS_URL": "redis://valkey:6379/0",
    "TRUSTED_PROXY_HOPS": "1",
    "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
}
ASK = """
from django.conf import settings
print(*(getattr(settings, name) for name in NAMES), sep="|")
"""


def _run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Python with the environment of production; an empty value is one that is not set."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=own | {"DATABASE_OWNER_URL": "", "SENTRY_DSN": "", "SECURE_SSL_REDIRECT": ""} | PRODUCTION | changes,
        capture_output=True,
        text=True,
        check=False,
    )


def _settings(*names: str, **changes: str) -> list[str]:
    asked = _run("-c", ASK.replace("NAMES", repr(names)), **changes, DJANGO_SETTINGS_MODULE="garage_desk.settings")
    assert asked.returncode == 0, asked.stderr
    return asked.stdout.strip().split("|")


def test_check_deploy_is_clean() -> None:
    checked = _run("manage.py", "check", "--deploy", "--fail-level", "DEBUG")
    assert (checked.returncode, checked.stdout, checked.stderr) == (
        0,
        "System check identified no issues (0 silenced).\n",
        "",
    )


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_what_production_must_have_is_asked_for_in_one_line(name: str) -> None:
    refused = _run("manage.py", "check", **{name: ""})
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr == (
        f"Garage Desk cannot start: {name} is not set. With DEBUG=0 it must be: see .env.example.\n"
    )


def test_the_web_server_is_told_so_too() -> None:
    refused = _run("-c", "import garage_desk.wsgi", SECRET_KEY="")
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[-1] == (
        "django.core.exceptions.ImproperlyConfigured: SECRET_KEY is not set. With DEBUG=0 it must be: see .env.example."
    )


def test_production_keeps_its_cookies_and_pages_to_itself() -> None:
    switches = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SECURE_SSL_REDIRECT"]
    others = ["DEBUG", "X_FRAME_OPTIONS", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SECURE_PROXY_SSL_HEADER"]
    assert _settings(*switches, *others) == [
        *("True", "True", "True", "True"),
        *("False", "DENY", "['desk.example']", "['https://desk.example']", "('HTTP_X_FORWARDED_PROTO', 'https')"),
    ]


def test_what_is_left_empty_takes_the_safe_way(tmp_path: Path) -> None:
    """No proxy is believed, plain http is not served, and no mail leaves the machine."""
    left_empty = {"TRUSTED_PROXY_HOPS": "", "SECURE_SSL_REDIRECT": "", "EMAIL_URL": "", "CONN_MAX_AGE": "", "DEBUG": ""}
    names = ["DEBUG", "SECURE_PROXY_SSL_HEADER", "SECURE_SSL_REDIRECT", "EMAIL_BACKEND", "EMAIL_FILE_PATH"]
    assert _settings(*names, **left_empty, DATA_DIR=str(tmp_path)) == [
        *("False", "None", "True"),
        *("django.core.mail.backends.filebased.EmailBackend", f"{tmp_path}/mail"),
    ]


def test_every_setting_read_is_listed_with_a_comment() -> None:
    """`.env.example` lists all: what the settings read, and what the page of addresses promises."""
    settings_file = (ROOT / "garage_desk" / "settings.py").read_text()
    read = set(re.findall(r'\b(?:env(?:\.\w+)?|required)\(\s*"([A-Z_]+)"', settings_file))
    assert {"SECRET_KEY", "DEBUG", "EMAIL_URL", "CONN_MAX_AGE"} <= read
    lines = (ROOT / ".env.example").read_text().splitlines()
    listed = {
        line[1:].split("=")[0]: lines[at - 1] for at, line in enumerate(lines) if line.startswith("#") and "=" in line
    }
    assert read - listed.keys() == set()
    assert [name for name, above in listed.items() if name.isupper() and not above.startswith("# ")] == []


# --- The database -------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)


Roles = Callable[..., list[str]]


@pytest.fixture
def complaints(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Roles]:
    """What `check --database default` says of a connection as this role, made with these options."""
    opened: list[DatabaseWrapper] = []

    def connected_as(user: str, **options: str) -> list[str]:
        found = deepcopy(connection.settings_dict) | {"USER": user}
        found["OPTIONS"].pop("assume_role")
        found["OPTIONS"] |= options
        opened.append(DatabaseWrapper(found, "default"))
        monkeypatch.setattr("garages.checks.connections", {"default": opened[-1]})
        said = run_checks(tags=[Tags.database], databases=["default"])
        return [f"{message.id} {message.msg}" for message in said]

    yield connected_as
    for one in opened:
        one.close()


def test_the_runtime_role_passes_the_check(complaints: Roles) -> None:
    assert complaints(connection.settings_dict["USER"], assume_role=APP_ROLE) == []
    assert run_checks(tags=[Tags.database], databases=["default"]) == []


def test_a_superuser_is_refused_whatever_role_it_takes(complaints: Roles) -> None:
    """Superusers walk past row-level security, and `reset role` makes one of them again."""
    refusal = [f"garages.E001 The role {SUPERUSER!r} is not bound by row-level security."]
    assert complaints(SUPERUSER) == refusal
    assert complaints(SUPERUSER, assume_role=APP_ROLE) == refusal


def test_the_owner_of_the_tables_is_refused(complaints: Roles) -> None:
    owner = connection.settings_dict["USER"]
    assert complaints(owner) == [f"garages.E001 The role {owner!r} is not bound by row-level security."]


def test_other_databases_are_not_asked() -> None:
    """Without the `db` fixture a query would be an error."""
    assert run_checks(tags=[Tags.database], databases=["owner"]) == []
