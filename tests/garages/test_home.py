"""Where a log-in leads, a person's own choices, passwords, and the shell's menu."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from bookings.models import Booking
from garage_desk.context import shell
from garages.enums import Role
from garages.models import Garage, Membership, User
from garages.tasks import send_account_mails
from notifications.models import Message
from tests.conftest import PASSWORD, logged_in
from tests.factories.garages import make_member


# --- Home ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.TECHNICIAN, "/g/here/my-day/"),
        (Role.RECEPTIONIST, "/g/here/desk/"),
        (Role.MANAGER, "/g/here/dashboard/"),
        (Role.OWNER, "/g/here/dashboard/"),
    ],
)
def test_log_in_leads_to_the_home_of_the_role(garage: Garage, role: Role, page: str) -> None:
    member = make_member(garage, role, password=PASSWORD)
    browser = Client()
    assert browser.get("/").headers["Location"] == "/login/?next=/"
    answer = browser.post("/login/", {"login": member.user.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/"
    assert browser.get("/").headers["Location"] == browser.get("/g/here/").headers["Location"] == page


def test_people_of_several_garages_choose(manager: Membership, other_garage: Garage) -> None:
    Membership.objects.create(garage=other_garage, user=manager.user, role=Role.TECHNICIAN)
    answer = logged_in(manager.user).get("/")
    assert [choice["url"] for choice in answer.context["choices"]] == ["/g/here/dashboard/", "/g/there/my-day/"]


def test_closed_garages_are_no_choice(manager: Membership, other_garage: Garage) -> None:
    Membership.objects.create(garage=other_garage, user=manager.user, role=Role.TECHNICIAN)
    Garage.objects.filter(pk=manager.garage_id).update(is_active=False)
    assert logged_in(manager.user).get("/").headers["Location"] == "/g/there/my-day/"


def test_people_of_no_garage_are_told_so(db: None) -> None:
    answer = logged_in(User.objects.create_user("lost@nowhere.example", PASSWORD)).get("/")
    assert (answer.status_code, answer.context["choices"]) == (200, [])
    assert b"lost@nowhere.example" in answer.content


def test_platform_staff_go_to_the_admin(db: None) -> None:
    assert logged_in(User.objects.create_superuser("a@b.example", PASSWORD)).get("/").headers["Location"] == "/admin/"


# --- Own choices --------------------------------------------------------------------------------------------------
def test_choices_are_kept_one_by_one(desk_client: Client, receptionist: Membership) -> None:
    user = receptionist.user
    for typed in ({"theme": "dark"}, {"language": "fr"}, {"rows_per_page": "50"}):
        answer = desk_client.post("/preferences/", {**typed, "next": "/g/here/desk/?status=pending"})
        assert answer.headers["Location"] == "/g/here/desk/?status=pending"
    user.refresh_from_db()
    assert (user.theme, user.language, user.rows_per_page) == ("dark", "fr", 50)
    desk_client.post("/preferences/", {"theme": ""})
    user.refresh_from_db()
    assert (user.theme, user.language, user.rows_per_page) == ("", "fr", 50)


@pytest.mark.parametrize(
    "typed", [{"theme": "pink"}, {"language": "tlh"}, {"rows_per_page": "7"}, {"language": ""}, {}]
)
def test_unknown_choices_change_nothing(desk_client: Client, receptionist: Membership, typed: dict[str, str]) -> None:
    before = User.objects.values("theme", "language", "rows_per_page").get(pk=receptionist.user_id)
    assert desk_client.post("/preferences/", typed).status_code == 302
    assert User.objects.values("theme", "language", "rows_per_page").get(pk=receptionist.user_id) == before


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_nobody_is_sent_to_another_site(desk_client: Client, address: str) -> None:
    assert desk_client.post("/preferences/", {"theme": "dark", "next": address}).headers["Location"] == "/"


def test_htmx_reloads_the_page(desk_client: Client) -> None:
    typed = {"rows_per_page": "10", "next": "/g/here/desk/"}
    answer = desk_client.post("/preferences/", typed, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/g/here/desk/")


def test_choices_need_a_post_and_a_log_in(desk_client: Client) -> None:
    assert desk_client.get("/preferences/").status_code == 405
    assert Client().post("/preferences/", {"theme": "dark"}).headers["Location"] == "/login/?next=/preferences/"


def test_language_before_the_log_in(db: None) -> None:
    browser = Client()
    browser.post("/language/", {"language": "fr", "next": "/login/"})
    assert b'<html lang="fr"' in browser.get("/login/").content


# --- Passwords ----------------------------------------------------------------------------------------------------
def test_forgotten_password_is_mailed_by_the_worker(receptionist: Membership) -> None:
    browser = Client()
    known = browser.post("/password/reset/", {"email": receptionist.user.email})
    unknown = browser.post("/password/reset/", {"email": "nobody@here.example"})
    assert mail.outbox == []
    assert send_account_mails() == 1
    assert known.headers["Location"] == unknown.headers["Location"] == "/password/reset/done/"
    [message] = mail.outbox
    assert (message.to, message.subject) == ([receptionist.user.email], "Choose a new password")
    link = message.body.split("http://127.0.0.1:8000")[1].split()[0]
    form = browser.get(link).headers["Location"]
    browser.post(form, {"password1": "a-better-one-9", "password2": "a-better-one-9"})
    assert User.objects.get(pk=receptionist.user_id).check_password("a-better-one-9")


# --- The shell ----------------------------------------------------------------------------------------------------
def _menu(client: Client, page: str) -> tuple[dict[str, list[str]], list[str]]:
    """The menu's groups with their entries, and which entry is marked as the current one."""
    nav = client.get(page).context["nav"]
    entries = [item for group in nav for item in group["items"]]
    return (
        {str(group["title"]): [str(item["label"]) for item in group["items"]] for group in nav},
        [str(item["label"]) for item in entries if item["current"]],
    )


def test_each_role_has_its_menu(
    garage: Garage, technician: Membership, receptionist: Membership, owner: Membership
) -> None:
    front_desk = [
        "Reception desk",
        "Planner",
        "Requests",
        "Bookings",
        "Orders",
        "Waiting list",
        "Customers",
        "Companies",
        "Invoices",
        "Due soon",
        "Messages",
        "Handover",
        "Close the day",
    ]
    assert _menu(logged_in(technician.user), "/g/here/my-day/") == ({"Workshop": ["My day", "Planner"]}, ["My day"])
    assert _menu(logged_in(receptionist.user), "/g/here/desk/") == ({"Front desk": front_desk}, ["Reception desk"])
    assert _menu(logged_in(owner.user), "/g/here/settings/bays/") == (
        {"Front desk": front_desk, "Manage": ["Dashboard", "Team", "Settings"]},
        ["Settings"],
    )


@pytest.mark.parametrize(
    ("page", "entry"),
    [
        ("/g/here/bookings/", "Bookings"),
        ("/g/here/requests/", "Requests"),
        ("/g/here/orders/", "Orders"),
        ("/g/here/customers/", "Customers"),
        ("/g/here/settings/team/", "Team"),
        ("/g/here/settings/closures/", "Settings"),
    ],
)
def test_menu_marks_where_one_is(manager_client: Client, page: str, entry: str) -> None:
    assert _menu(manager_client, page)[1] == [entry]


def test_only_those_who_book_see_quick_booking(technician: Membership, receptionist: Membership) -> None:
    assert logged_in(technician.user).get("/g/here/my-day/").context["quick_url"] == ""
    assert logged_in(receptionist.user).get("/g/here/desk/").context["quick_url"] == "/g/here/desk/#new"


def test_menu_counts_pending_bookings_once(manager_client: Client, inside: Garage) -> None:
    with CaptureQueriesContext(connection) as asked:
        page = manager_client.get("/g/here/settings/bays/")
    about_bookings = [query for query in asked.captured_queries if Booking._meta.db_table in query["sql"]]
    assert len(about_bookings) == 1
    assert page.context["nav"][0]["items"][0]["count"] == 0


def test_garages_to_change_to_cost_no_query_of_their_own(
    manager_client: Client, manager: Membership, other_garage: Garage
) -> None:
    Membership.objects.create(garage=other_garage, user=manager.user, role=Role.TECHNICIAN)
    with CaptureQueriesContext(connection) as asked:
        page = manager_client.get("/g/here/settings/bays/")
    assert [(choice["url"], choice["current"]) for choice in page.context["my_garages"]] == [
        ("/g/here/dashboard/", True),
        ("/g/there/my-day/", False),
    ]
    about_people = [query for query in asked.captured_queries if Membership._meta.db_table in query["sql"]]
    assert len(about_people) == 1


def test_counts_of_the_view_are_used_when_it_has_them(inside: Garage, manager: Membership) -> None:
    request = RequestFactory().get("/g/here/settings/bays/")
    request.garage, request.membership, request.memberships = inside, manager, [manager]
    request.resolver_match, request.open_counts = None, {"pending": 7}
    with CaptureQueriesContext(connection) as asked:
        assert shell(request)["nav"][0]["items"][0]["count"] == 7
    assert [Message._meta.db_table in query["sql"] for query in asked.captured_queries] == [True]


def test_pages_without_a_garage_draw_no_menu(desk_client: Client, receptionist: Membership) -> None:
    assert desk_client.get("/g/here/settings/bays/").status_code == 403
    assert shell(RequestFactory().get("/")) == {}
    request = RequestFactory().get("/g/here/desk/")
    request.garage, request.membership = receptionist.garage, receptionist  # as after a 403: no scope is open
    assert shell(request) == {}
