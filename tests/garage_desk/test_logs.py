"""The logs as they are written: driven by real requests and tasks, then searched for everything personal."""

from __future__ import annotations

import io
import json
import logging
import uuid
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
import sentry_sdk
import structlog
from celery import shared_task
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from bookings.links import form_token, token_of
from bookings.models import Booking
from garage_desk.logs import for_sentry, tell_foreign
from garages.models import Garage, Membership
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.conftest import PASSWORD, logged_in
from tests.factories.bookings import make_booking, next_open_day, service_named
from tests.factories.customers import make_customer
from tests.factories.fleet import make_vehicle

# Nobody and nothing else is called so: found in a line, it leaked.
NAME, SURNAME, PHONE, PLATE, EMAIL = "Zoë", "Quandtferrier", "07700 900654", "ZQ19 FRR", "zoe@quandt.example"
CANARIES: Final = ["zoë", "zoe", "quandt", "900654", "7700", "zq19", "frr", "receptionist of", "here.example", PASSWORD]
Line = dict[str, Any]
Log = Callable[[], list[Line]]


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the loggers would have written to standard error, whichever handler of whichever logger it is."""
    loggers = [logging.getLogger(), *map(logging.getLogger, list(logging.root.manager.loggerDict))]
    handlers = {
        handler for logger in loggers for handler in logger.handlers if isinstance(handler, logging.StreamHandler)
    }
    output = io.StringIO()
    streams = {
        handler: handler.setStream(output) for handler in handlers if not type(handler).__module__.startswith("_pytest")
    }
    structlog.contextvars.clear_contextvars()
    yield output
    for handler, stream in streams.items():
        handler.setStream(stream)


@pytest.fixture
def log(written: io.StringIO) -> Log:
    """The lines so far, each of them JSON."""
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def _leaks(lines: list[Line], *more: str) -> list[str]:
    """The lines with anything personal in them, or with a query string. The clock's digits may be those of a number."""
    texts = [json.dumps(line | {"timestamp": ""}, ensure_ascii=False) for line in lines]
    return [text for text in texts if any(word.lower() in text.lower() for word in [*CANARIES, *more, "?"])]


def _requests(lines: list[Line]) -> list[tuple[str | None, str, int]]:
    return [(line["route"], line["method"], line["status"]) for line in lines if line["event"] == "request"]


def _typed(garage: Garage) -> dict[str, Any]:
    with tenant(garage.pk):
        setup = load_setup(garage)
    return {
        "idempotency_key": str(uuid.uuid4()),
        "kind": "individual",
        "phone": PHONE,
        "first_name": NAME,
        "last_name": SURNAME,
        "email": EMAIL,
        "registration": PLATE,
        "vehicle_type": setup.vehicle_types[0].public_id,
        "service": service_named(setup, "Brake check").public_id,
        "date": next_open_day(garage).isoformat(),
        "workshop_notes": f"Call {NAME}",
    }


# --- A day at the desk --------------------------------------------------------------------------------------------
def test_a_days_work_leaves_no_trace_of_anybody(garage: Garage, receptionist: Membership, log: Log) -> None:
    client = Client()
    email = receptionist.user.email
    client.get("/login/", {"next": f"/g/here/desk/?q={SURNAME}"})
    client.post("/login/", {"login": email, "password": "zoe-quandt-guesses"})
    client.post("/login/", {"login": email, "password": PASSWORD})
    client.get("/g/here/desk/", {"q": f"{NAME} {PLATE}"})
    client.get("/g/here/desk/lookup/", {"phone": PHONE})
    client.post("/g/here/desk/create/", _typed(garage) | {"first_name": "", "last_name": ""})
    client.post("/g/here/desk/create/", _typed(garage))
    client.get(f"/g/here/customers/{NAME}-{SURNAME}/", {"phone": PHONE})
    client.get(f"/{SURNAME}/")
    client.get(f"/g/here/bookings/{SURNAME}/")
    client.get("/g/here/settings/team/", {"q": EMAIL})
    client.post("/password/reset/", {"email": EMAIL})
    client.get("/password/reset/key/1-zoequandttoken/")
    Client(enforce_csrf_checks=True).post(f"/login/?next=/{SURNAME}/", {"login": EMAIL, "password": PASSWORD})

    lines = log()
    session, token = client.session.session_key, client.cookies["csrftoken"].value
    assert _leaks(lines, str(session), token, "guesses") == []
    assert _requests(lines) == [
        ("account_login", "GET", 200),
        ("account_login", "POST", 200),
        ("account_login", "POST", 302),
        ("bookings:desk", "GET", 200),
        ("bookings:lookup", "GET", 200),
        ("bookings:create", "POST", 422),
        ("bookings:create", "POST", 302),
        (None, "GET", 404),
        (None, "GET", 404),
        ("bookings:detail", "GET", 404),
        ("garages:team", "GET", 403),
        ("account_reset_password", "POST", 302),
        ("account_reset_password_from_key", "GET", 200),
        ("account_login", "POST", 403),
    ]
    with tenant(garage.pk):
        assert Booking.objects.get().customer.email == EMAIL  # the walk did what it says


def test_customers_own_page_names_neither_its_token_nor_anybody(garage: Garage, log: Log) -> None:
    with tenant(garage.pk):
        customer = make_customer(f"{NAME} {SURNAME}", phone=PHONE, email=EMAIL)
        booking = make_booking(garage, customer=customer)
    token = token_of(booking, garage)
    for below in ("", "cancel/", "move/"):
        Client().get(f"/b/{token}/{below}")
        Client().get(f"/b/{token}x/{below}")
    Client().post(f"/b/{token}/cancel/", {"form": form_token(booking, "cancel"), "reason": f"{NAME} is ill"})
    Client().post(f"/b/{token}/move/", {"form": form_token(booking, "move"), "start": SURNAME})
    lines = log()
    assert _leaks(lines, token, *token.split(".")[1:], "ill") == []
    assert ("visit:cancel", "POST", 302) in _requests(lines)


def test_every_request_says_which_garage_and_who(garage: Garage, receptionist: Membership, log: Log) -> None:
    client = logged_in(receptionist.user)
    answers = [client.get(path) for path in ("/g/here/desk/", "/g/here/settings/", "/g/there/desk/")]
    answers.append(Client().get("/login/"))
    user, lines = receptionist.user_id, [line for line in log() if line["event"] == "request"]
    assert [(line["garage_id"], line["user_id"], line["route"], line["status"]) for line in lines] == [
        (garage.pk, user, "bookings:desk", 200),
        (garage.pk, user, "garages:settings", 403),
        (None, user, "bookings:desk", 404),
        (None, None, "account_login", 200),
    ]
    assert [line["request_id"] for line in lines] == [answer.headers["X-Request-ID"] for answer in answers]
    assert len({line["request_id"] for line in lines}) == 4


def test_request_id_is_believed_from_a_proxy_of_ours_only(settings: Settings, garage: Garage, log: Log) -> None:
    sent = uuid.uuid4().hex
    told = []
    for hops, header in [(0, sent), (1, sent), (1, f"{NAME}_{SURNAME}_{PHONE}"), (1, "Quandtferrier-07700900654")]:
        settings.TRUSTED_PROXY_HOPS = hops
        Client().get("/login/", headers={"X-Request-ID": header})
        told.append(log()[-1]["request_id"] == header)
    assert told == [False, True, False, False]
    assert _leaks(log()) == []


def test_a_made_up_method_is_not_repeated(garage: Garage, log: Log) -> None:
    Client().generic(SURNAME.upper(), "/login/")
    assert log()[-1]["method"] == "other"
    assert _leaks(log()) == []


# --- When things go wrong -----------------------------------------------------------------------------------------
def _speak() -> None:
    raise RuntimeError(f"cannot book {NAME} {SURNAME} ({PHONE})")


def _speak_of_another_error() -> None:
    try:
        int(f"{NAME} {SURNAME}")
    except ValueError as error:
        error.add_note(f"her plate is {PLATE}")
        raise KeyError(PLATE) from error


def _let_the_database_speak() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select %s::integer", [f"{NAME} {SURNAME}"])


def _break_a_constraint() -> None:
    customer = make_customer(f"{NAME} {SURNAME}", phone=PHONE)
    customer.pk = None
    customer.save(force_insert=True)


@pytest.mark.parametrize(
    ("fault", "kinds"),
    [
        (_speak, ["builtins.RuntimeError"]),
        (_speak_of_another_error, ["builtins.KeyError", "builtins.ValueError"]),
        (_let_the_database_speak, ["django.db.utils.DataError", "psycopg.errors.InvalidTextRepresentation"]),
        (_break_a_constraint, ["django.db.utils.IntegrityError", "psycopg.errors.UniqueViolation"]),
    ],
)
def test_an_error_is_told_by_kind_and_place(
    desk_client: Client, log: Log, monkeypatch: pytest.MonkeyPatch, fault: Callable[[], None], kinds: list[str]
) -> None:
    monkeypatch.setattr("bookings.views.desk.setup_of", lambda *_args, **_named: fault())
    desk_client.raise_request_exception = False
    assert desk_client.get("/g/here/desk/", {"q": SURNAME}).status_code == 500
    told, outcome = log()
    assert _leaks([told, outcome]) == []
    assert [error["kind"] for error in told["exception"]] == kinds
    places = told["exception"][0]["at"]
    assert any(place.startswith("bookings/views/desk.py:") and place.endswith(" desk") for place in places)
    assert any(place.endswith(f" {fault.__name__}") for place in places)
    assert told["request_id"] == outcome["request_id"]
    assert told["garage_id"] == outcome["garage_id"]
    assert told["status"] == outcome["status"] == 500


def test_a_broken_constraint_is_named(inside: Garage, log: Log) -> None:
    try:
        _break_a_constraint()
    except Exception:
        structlog.get_logger("tests").exception("broken")
    (line,) = log()
    told = line["exception"][1]
    assert (told["sqlstate"], told["constraint"]) == ("23505", "customers_customer_public_id")
    assert line["garage_id"] == inside.pk


@pytest.mark.parametrize("raised", [SuspiciousOperation, PermissionError, ConnectionError])
def test_refusals_keep_their_reason_to_themselves(
    desk_client: Client, log: Log, monkeypatch: pytest.MonkeyPatch, raised: type[Exception]
) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise raised(f"{SURNAME} was here")

    monkeypatch.setattr("bookings.views.desk.setup_of", refuse)
    desk_client.raise_request_exception = False
    desk_client.get(f"/g/here/desk/?q={SURNAME}")
    assert _leaks(log()) == []
    assert log()[0]["event"] == raised.__name__


def test_a_forged_host_is_not_repeated(settings: Settings, garage: Garage, log: Log) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    assert Client().get("/login/", headers={"host": "quandt.example"}).status_code == 400
    assert _leaks(log()) == []
    assert log()[0]["event"] == "DisallowedHost"


# --- Libraries ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("message", "values", "told"),
    [
        ("Saved %s after %d tries in %.1f s", (SURNAME, 3, 0.25), "Saved […] after 3 tries in 0.2 s"),
        ("%s: %s", (SURNAME, f"/g/here/?q={PHONE}"), "a.library"),
        ("%(who)s called", ({"who": SURNAME},), "[…] called"),
        ("Mail to zoe@quandt.example, +44 7700 900654", (), "Mail to […], […]"),
        ("GET /b/zoequandt/ and /login/?next=zoe", (), "GET /b/[…] and /login/?[…]"),
        ("Number %d", (447700900654,), "Number […]"),
        (KeyError(PLATE), (), "KeyError"),
    ],
)
def test_a_librarys_line_keeps_its_words_and_loses_its_values(
    log: Log, message: object, values: tuple[object, ...], told: str
) -> None:
    logging.getLogger("a.library").warning(message, *values)
    assert [line["event"] for line in log()] == [told]


def test_a_librarys_mistake_is_no_way_out() -> None:
    record = logging.LogRecord("a.library", logging.INFO, __file__, 1, "Row %d", (SURNAME,), None)
    assert tell_foreign(None, "info", {"_record": record, "positional_args": record.args})["event"] == "Row %d"


def test_a_thing_in_a_field_is_told_by_its_kind(inside: Garage, log: Log) -> None:
    booking = make_booking(inside, first_name=NAME, last_name=SURNAME, phone=PHONE)
    vehicle = make_vehicle(booking.customer, registration=PLATE)
    structlog.get_logger("tests").info("seen", who=booking.customer, what=[vehicle], phone=PHONE, raw=447700900654)
    (line,) = log()
    assert _leaks([line]) == []
    assert (line["who"], line["what"], line["phone"], line["raw"]) == ("Customer", "list", "[…]", "[…]")


def test_every_line_goes_through_the_one_handler(written: io.StringIO) -> None:
    """Libraries bring handlers of their own, which know nothing of all this."""
    logging.getLogger("django.request").error("Internal Server Error: %s", "/x/")
    logging.getLogger("django.server").error("Broken pipe from %s", ("127.0.0.1", 8000))
    logging.getLogger("gunicorn.error").error("Error handling request %s", "/x/?q=1")
    logging.getLogger("celery.worker.consumer").error("cannot connect to %s", "redis://:secret@queue/")
    assert [json.loads(line)["event"] for line in written.getvalue().splitlines()] == [
        "Internal Server Error: […]",
        "Broken pipe from […]",
        "Error handling request […]",
        "cannot connect to […]",
    ]


# --- Tasks --------------------------------------------------------------------------------------------------------
@shared_task(name="tests.remind")
def remind(garage_id: int, name: str, phone: str) -> None:
    with tenant(garage_id):
        structlog.get_logger("tests").info("reminding")
        raise LookupError(f"{name} does not answer on {phone}")


def test_a_failing_task_is_told_without_its_arguments(log: Log) -> None:
    remind.apply((7, SURNAME), {"phone": PHONE})
    begun, failed = log()
    assert _leaks([begun, failed]) == []
    assert (begun["task"], begun["garage_id"]) == ("tests.remind", 7)
    assert (failed["task"], failed["task_id"], failed["level"]) == ("tests.remind", begun["task_id"], "error")
    assert failed["exception"][0]["kind"] == "builtins.LookupError"
    assert "task" not in structlog.contextvars.get_contextvars()


# --- Reports to the outside ---------------------------------------------------------------------------------------
def test_an_error_report_carries_no_texts() -> None:
    sent: list[dict[str, Any]] = []
    client = sentry_sdk.Client(
        dsn="https://key@127.0.0.1/1",
        before_send=lambda event, hint: sent.append(for_sentry(event, hint)),
        default_integrations=False,
        include_local_variables=False,
    )
    with sentry_sdk.isolation_scope() as scope:
        scope.set_client(client)
        scope.set_user({"email": EMAIL})
        scope.add_breadcrumb({"message": f"looked up {PHONE}"})
        scope.set_extra("form", {"name": SURNAME})
        try:
            _speak_of_another_error()
        except KeyError:
            sentry_sdk.capture_exception()
        sentry_sdk.capture_message(f"{SURNAME} called")
    client.close()
    assert [error["type"] for error in sent[0]["exception"]["values"]] == ["ValueError", "KeyError"]
    for event in sent:
        frames = [
            frame for error in event.get("exception", {}).get("values", []) for frame in error["stacktrace"]["frames"]
        ]
        for frame in frames:  # the lines of this file around the error
            frame.update(pre_context=[], context_line="", post_context=[])
        assert [
            word for word in (SURNAME, NAME, PHONE, PLATE, EMAIL) if word in json.dumps(event, ensure_ascii=False)
        ] == []
