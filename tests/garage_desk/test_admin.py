"""The platform's admin: who may enter, what it shows, and that nobody can make a row of two garages."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import transaction
from django.test import Client
from django.urls import reverse

from bookings.models import Booking
from customers.models import Customer
from fleet.models import Vehicle
from garages.enums import Role
from garages.models import Bay, Garage, Membership, Service, ServiceExtra, ServicePrice, Skill, User, VehicleType
from garages.tenancy.context import platform, tenant
from tests.conftest import PASSWORD, logged_in
from tests.factories.garages import make_garage

OWN_APPS = ("garages", "customers", "fleet", "bookings", "billing", "notifications")
# Edited inside the page of the row they hang on.
INLINE_ONLY = {
    "ServicePrice",
    "ServiceExtra",
    "TechnicianSkill",
    "TechnicianShift",
    "BookingLine",
    "InvoiceLine",
    "Payment",
}


@pytest.fixture
def root(db: None) -> User:
    return User.objects.create_superuser("root@platform.example", PASSWORD, name="Root")


@pytest.fixture
def root_client(root: User) -> Client:
    return logged_in(root)


@pytest.fixture
def clerk(db: None) -> User:
    """Platform staff who are no superuser, with every permission there is."""
    user = User.objects.create_user("clerk@platform.example", PASSWORD, name="Clerk", is_staff=True)
    user.user_permissions.set(Permission.objects.all())
    return user


@pytest.fixture
def customer(garage: Garage) -> Customer:
    with tenant(garage.pk):
        return Customer.objects.create(
            first_name="Ann", last_name="Ox", phone="+447700900123", phone_typed="07700 900123"
        )


@pytest.fixture
def booking(garage: Garage, customer: Customer) -> Booking:
    starts = datetime(2026, 6, 9, 9, tzinfo=ZoneInfo("Europe/London"))
    ends = starts + timedelta(hours=1)
    with tenant(garage.pk):
        return Booking.objects.create(
            reference="VX4T7K",
            customer=customer,
            starts_at=starts,
            ends_at=ends,
            ready_at=ends,
            held_from=starts,
            held_until=ends,
            bay=Bay.objects.first(),
            search_text="ann ox 447700900123 vx4t7k",
        )


def admin_url(model: type, page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


# --- The door ---
@pytest.mark.django_db
def test_strangers_are_sent_to_the_throttled_login() -> None:
    response = Client().get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/login/")
    assert Client().get("/admin/login/").url.startswith("/login/")


@pytest.mark.django_db
def test_a_posted_password_is_not_looked_at_by_the_admin(root: User) -> None:
    client = Client()
    response = client.post("/admin/login/", {"username": root.email, "password": PASSWORD})
    assert response.status_code == 302
    assert response.url.startswith("/login/")
    assert "_auth_user_id" not in client.session


def test_a_garages_owner_is_refused(owner: Membership) -> None:
    client = logged_in(owner.user)
    assert client.get("/admin/", follow=True).status_code == 403
    assert client.get("/admin/customers/customer/", follow=True).status_code == 403


def test_changing_ones_password_is_the_products_own_page(root_client: Client) -> None:
    assert root_client.get("/admin/password_change/").url == reverse("account_change_password")


def test_policy_is_relaxed_on_admin_pages_only(root_client: Client) -> None:
    page = root_client.get("/admin/")
    assert "'unsafe-eval'" in page["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    for other in ("/login/", "/adminx/", "/2fa/"):
        policy = root_client.get(other)["Content-Security-Policy"]
        assert "unsafe-eval" not in policy
        assert "style-src 'self'" in policy.split("; ")


# --- What is there ---
def test_every_model_of_ours_is_registered() -> None:
    models = [model for app in OWN_APPS for model in apps.get_app_config(app).get_models()]
    missing = {
        model.__name__
        for model in models
        if not hasattr(model, "pgh_tracked_model") and not admin.site.is_registered(model)
    }
    assert missing == INLINE_ONLY


def test_every_list_and_form_opens(root_client: Client, booking: Booking, garage: Garage) -> None:
    for model, model_admin in admin.site._registry.items():
        assert root_client.get(admin_url(model, "changelist")).status_code == 200, model
        assert root_client.get(admin_url(model, "changelist"), {"q": "ann"}).status_code == 200, model
        with platform():
            row = model._default_manager.first()
        if row is not None:
            assert root_client.get(admin_url(model, "change", row.pk)).status_code == 200, model
            assert root_client.get(admin_url(model, "history", row.pk)).status_code == 200, model
        request = type("Request", (), {"user": User(is_superuser=True, is_staff=True)})()
        if model_admin.has_add_permission(request):
            assert root_client.get(admin_url(model, "add"), {"garage": garage.pk}).status_code == 200, model


def test_lists_cost_no_query_per_row(
    root_client: Client, garage: Garage, django_assert_max_num_queries: object
) -> None:
    with tenant(garage.pk):
        for number in range(12):
            owner = Customer.objects.create(last_name=f"Owner {number}")
            Vehicle.objects.create(registration=f"AB{number:02}CDE", customer=owner)
    with django_assert_max_num_queries(9):
        root_client.get(admin_url(Vehicle, "changelist"))
    with django_assert_max_num_queries(9):
        root_client.get(admin_url(Customer, "changelist"))


def test_garage_page_counts_and_links_what_is_inside(root_client: Client, customer: Customer, garage: Garage) -> None:
    page = root_client.get(admin_url(Garage, "change", garage.pk))
    counts = {str(entry["label"]): (entry["count"], entry["url"]) for entry in page.context["contents"]}
    assert counts["customers"] == (1, f"/admin/customers/customer/?garage__id__exact={garage.pk}")
    assert counts["bays"][0] == 2
    assert f'href="/admin/customers/customer/?garage__id__exact={garage.pk}"' in page.content.decode()


def test_list_is_narrowed_to_one_garage(root_client: Client, customer: Customer, other_garage: Garage) -> None:
    with tenant(other_garage.pk):
        elsewhere = Customer.objects.create(last_name="Elsewhere")
    page = root_client.get(admin_url(Customer, "changelist"), {"garage__id__exact": other_garage.pk})
    assert list(page.context["cl"].result_list) == [elsewhere]


@pytest.mark.parametrize("typed", ["Ann Öx", "ox ann", "07700 900 123", "+44 7700 900123", "900123"])
def test_customers_are_found_by_name_and_number(root_client: Client, customer: Customer, typed: str) -> None:
    page = root_client.get(admin_url(Customer, "changelist"), {"q": typed})
    assert list(page.context["cl"].result_list) == [customer]


# --- Adding ---
def test_adding_begins_with_the_garage(root_client: Client, garage: Garage) -> None:
    page = root_client.get(admin_url(Bay, "add"))
    assert list(page.context["form"].fields) == ["garage"]
    page = root_client.get(admin_url(Bay, "add"), {"garage": garage.pk})
    assert "name" in page.context["adminform"].form.fields
    assert root_client.get(admin_url(Bay, "add"), {"garage": "1; drop"}).context["form"].fields.keys() == {"garage"}


def test_an_added_row_belongs_to_the_chosen_garage(root_client: Client, garage: Garage, other_garage: Garage) -> None:
    url = f"{admin_url(Bay, 'add')}?garage={other_garage.pk}"
    data = {"name": "Pit", "kind": "general", "position": 9, "is_active": "on", "garage": garage.pk}
    assert root_client.post(url, data).status_code == 302
    with platform():
        assert Bay.objects.get(name="Pit").garage == other_garage


def test_a_taken_name_is_an_error_on_the_form(root_client: Client, garage: Garage, other_garage: Garage) -> None:
    data = {"name": "Bay 1", "kind": "general", "position": 9}
    page = root_client.post(f"{admin_url(Bay, 'add')}?garage={garage.pk}", data)
    assert page.context["adminform"].form.non_field_errors() == ["A bay has this name."]
    with tenant(other_garage.pk):
        Bay.objects.filter(name="Bay 1").delete()
    assert root_client.post(f"{admin_url(Bay, 'add')}?garage={other_garage.pk}", data).status_code == 302


def test_overlapping_hours_are_an_error_on_the_form(root_client: Client, garage: Garage) -> None:
    from garages.models import OpeningSpan

    data = {"weekday": 0, "opens": "17:00", "closes": "19:00"}
    page = root_client.post(f"{admin_url(OpeningSpan, 'add')}?garage={garage.pk}", data)
    assert page.context["adminform"].form.non_field_errors() == ["These hours overlap others of the same day."]


def test_rows_of_another_garage_cannot_be_chosen(root_client: Client, garage: Garage, other_garage: Garage) -> None:
    with tenant(other_garage.pk):
        theirs = Customer.objects.create(last_name="Elsewhere")
    data = {"registration_typed": "ab12 cde", "customer": theirs.pk}
    page = root_client.post(f"{admin_url(Vehicle, 'add')}?garage={garage.pk}", data)
    assert "customer" in page.context["adminform"].form.errors
    with platform():
        assert not Vehicle.objects.exists()


def test_autocomplete_offers_the_garages_own_rows(
    root_client: Client, customer: Customer, garage: Garage, other_garage: Garage
) -> None:
    with tenant(other_garage.pk):
        Customer.objects.create(last_name="Ox")
    form = root_client.get(admin_url(Vehicle, "add"), {"garage": garage.pk}).content.decode()
    assert f"/admin/autocomplete/?garage={garage.pk}" in form
    asked = {"app_label": "fleet", "model_name": "vehicle", "field_name": "customer", "term": "ox"}
    found = root_client.get("/admin/autocomplete/", {**asked, "garage": garage.pk}).json()["results"]
    assert found == [{"id": str(customer.pk), "text": "Ann Ox"}]


def test_an_inline_price_belongs_to_the_services_garage(root_client: Client, garage: Garage) -> None:
    with tenant(garage.pk):
        service = Service.objects.get(name="MOT test")
        van = VehicleType.objects.get(name="Van")
    form = root_client.get(admin_url(Service, "change", service.pk)).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value is not None}
    data |= {
        **{
            "prices-TOTAL_FORMS": 1,
            "prices-INITIAL_FORMS": 0,
            "prices-0-vehicle_type": van.pk,
            "prices-0-price": "70.50",
        },
        **{"extra_links-TOTAL_FORMS": 0, "extra_links-INITIAL_FORMS": 0},
    }
    response = root_client.post(admin_url(Service, "change", service.pk), data)
    assert response.status_code == 302
    with platform():
        price = ServicePrice.objects.get(service=service)
        assert (price.garage, price.price) == (garage, 7050)


def test_prices_are_typed_as_amounts(root_client: Client, garage: Garage) -> None:
    with tenant(garage.pk):
        service = Service.objects.get(name="MOT test")
    url = admin_url(Service, "change", service.pk)
    form = root_client.get(url).context["adminform"].form
    assert form["price"].value() == "54.85"
    data = {name: value for name, value in form.initial.items() if value is not None}
    data |= {"prices-TOTAL_FORMS": 0, "prices-INITIAL_FORMS": 0}
    data |= {"extra_links-TOTAL_FORMS": 0, "extra_links-INITIAL_FORMS": 0}
    page = root_client.post(url, {**data, "price": "cheap"})
    assert page.context["adminform"].form.errors == {"price": ["Type an amount, such as 199."]}
    root_client.post(url, {**data, "price": "£1,054.90"})
    with tenant(garage.pk):
        service.refresh_from_db()
    assert service.price == 105_490


def test_an_inline_cannot_reach_into_another_garage(root_client: Client, garage: Garage, other_garage: Garage) -> None:
    with tenant(garage.pk):
        service = Service.objects.get(name="MOT test")
    with tenant(other_garage.pk):
        theirs = Service.objects.get(name="Brake check")
    form = root_client.get(admin_url(Service, "change", service.pk)).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value is not None}
    data |= {
        **{"prices-TOTAL_FORMS": 0, "prices-INITIAL_FORMS": 0},
        **{"extra_links-TOTAL_FORMS": 1, "extra_links-INITIAL_FORMS": 0, "extra_links-0-extra": theirs.pk},
    }
    assert root_client.post(admin_url(Service, "change", service.pk), data).status_code == 200
    with platform():
        assert not ServiceExtra.objects.exists()


def test_a_contradiction_found_only_by_the_database_is_no_crash(
    root_client: Client, garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Skill, "validate_constraints", lambda *args, **kwargs: None)  # noqa: ARG005
    monkeypatch.setattr(Skill, "validate_unique", lambda *args, **kwargs: None)  # noqa: ARG005
    with tenant(garage.pk):
        Skill.objects.create(name="Diesel")
    response = root_client.post(f"{admin_url(Skill, 'add')}?garage={garage.pk}", {"name": "Diesel"}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    with platform():
        assert Skill.objects.filter(name="Diesel").count() == 1


@pytest.mark.django_db(transaction=True)
def test_pages_are_rendered_while_their_rows_can_be_seen() -> None:
    """Django renders the admin after the view's transaction, when row-level security shows nothing."""
    garage = make_garage()
    client = logged_in(User.objects.create_superuser("root@platform.example", PASSWORD))
    with tenant(garage.pk), transaction.atomic():
        service = Service.objects.get(name="Full service")
        van = VehicleType.objects.get(name="Van")
    page = client.get(admin_url(Service, "change", service.pk)).content.decode()
    assert f'<option value="{van.pk}" selected>Van</option>' in page
    assert "Brake check" in page  # offered as an extra
    assert "Brake check" in client.get(admin_url(Service, "changelist")).content.decode()


# --- Customers and vehicles ---
def test_a_customer_is_saved_through_the_service(root_client: Client, garage: Garage, booking: Booking) -> None:
    customer = booking.customer
    data = {"kind": "individual", "first_name": "Anne", "last_name": "Ox", "phone_typed": "07700 900 999"}
    assert root_client.post(admin_url(Customer, "change", customer.pk), data).status_code == 302
    with tenant(garage.pk):
        customer.refresh_from_db()
        booking.refresh_from_db()
    assert (customer.first_name, str(customer.phone)) == ("Anne", "+447700900999")
    assert "anne ox" in booking.search_text  # the desk finds them by the new name at once


def test_an_odd_number_is_kept(root_client: Client, garage: Garage) -> None:
    data = {"kind": "individual", "last_name": "Odd", "phone_typed": "ask the neighbour"}
    assert root_client.post(f"{admin_url(Customer, 'add')}?garage={garage.pk}", data).status_code == 302
    with platform():
        customer = Customer.objects.get(last_name="Odd")
    assert (customer.garage, str(customer.phone), customer.phone_typed) == (garage, "", "ask the neighbour")


def test_a_nameless_business_is_an_error_on_the_form(root_client: Client, garage: Garage) -> None:
    data = {"kind": "business", "last_name": "Ox"}
    page = root_client.post(f"{admin_url(Customer, 'add')}?garage={garage.pk}", data)
    assert page.context["adminform"].form.non_field_errors() == ["A business needs its name."]


def test_a_taken_registration_is_an_error_on_the_form(root_client: Client, garage: Garage) -> None:
    with tenant(garage.pk):
        Vehicle.objects.create(registration="AB12CDE", registration_typed="AB12 CDE")
    page = root_client.post(f"{admin_url(Vehicle, 'add')}?garage={garage.pk}", {"registration_typed": "ab 12 cde"})
    assert page.context["adminform"].form.non_field_errors() == ["A vehicle has this registration."]


def test_a_customer_with_bookings_cannot_be_deleted(root_client: Client, booking: Booking) -> None:
    page = root_client.post(admin_url(Customer, "delete", booking.customer_id), {"post": "yes"})
    assert page.status_code == 200
    assert page.context["protected"]


# --- Bookings ---
def test_bookings_can_be_neither_added_nor_deleted(root_client: Client, booking: Booking, garage: Garage) -> None:
    assert root_client.get(admin_url(Booking, "add"), {"garage": garage.pk}).status_code == 403
    assert root_client.post(admin_url(Booking, "delete", booking.pk), {"post": "yes"}).status_code == 403


def test_only_notes_and_priority_of_a_booking_change(root_client: Client, booking: Booking, garage: Garage) -> None:
    data = {"priority": 1, "workshop_notes": "Noise", "internal_notes": "", "status": "cancelled", "bay": ""}
    data |= {"lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0}
    assert root_client.post(admin_url(Booking, "change", booking.pk), data).status_code == 302
    before = (booking.status, booking.bay_id, booking.version)
    with tenant(garage.pk):
        booking.refresh_from_db()
    assert (booking.priority, booking.workshop_notes) == (1, "Noise")
    assert (booking.status, booking.bay_id, booking.version - 1) == before


# --- History and audit ---
def test_history_names_who_changed_what(root_client: Client, root: User, booking: Booking) -> None:
    data = {"priority": 0, "workshop_notes": "Noise", "internal_notes": ""}
    data |= {"lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0}
    root_client.post(admin_url(Booking, "change", booking.pk), data)
    changes = root_client.get(admin_url(Booking, "history", booking.pk)).context["changes"]
    assert [change.kind for change in changes] == ["changed", "added"]
    assert (changes[0].who, changes[0].route) == (str(root), "admin:bookings_booking_change")
    assert [(value.label, value.old, value.new) for value in changes[0].values] == [("notes", "", "Noise")]
    shown = {value.label: value.new for value in changes[1].values}
    assert (shown["customer"], shown["bay"], shown["status"]) == ("Ann Ox", "Bay 1", "Pending")


def test_acts_are_logged_and_found_by_who_did_them(root_client: Client, root: User, garage: Garage) -> None:
    data = {"name": "Pit", "kind": "general", "position": 9}
    root_client.post(f"{admin_url(Bay, 'add')}?garage={garage.pk}", data)
    page = root_client.get(admin_url(LogEntry, "changelist"), {"q": "root@platform"})
    assert [(entry.user, entry.object_repr) for entry in page.context["cl"].result_list] == [(root, "Pit")]
    assert root_client.get(admin_url(LogEntry, "changelist"), {"q": "nobody"}).context["cl"].result_count == 0


def test_the_audit_log_cannot_be_written(root_client: Client, root: User, garage: Garage) -> None:
    root_client.post(f"{admin_url(Skill, 'add')}?garage={garage.pk}", {"name": "Diesel"})
    entry = LogEntry.objects.get()
    assert root_client.post(admin_url(LogEntry, "delete", entry.pk), {"post": "yes"}).status_code == 403
    assert root_client.post(admin_url(LogEntry, "change", entry.pk), {"object_repr": "x"}).status_code == 403
    assert root_client.get(admin_url(LogEntry, "add")).status_code == 403


# --- Who may do more ---
def test_superuser_rights_are_not_shown_to_others(clerk: User, root_client: Client, owner: Membership) -> None:
    page = logged_in(clerk).get(admin_url(User, "change", owner.user_id))
    fields = page.context["adminform"].form.fields
    assert {"is_staff", "is_superuser", "groups", "user_permissions"} & fields.keys() == set()
    fields = root_client.get(admin_url(User, "change", owner.user_id)).context["adminform"].form.fields
    assert {"is_staff", "is_superuser", "groups"} <= fields.keys()


def test_nobody_makes_themselves_a_superuser(clerk: User, owner: Membership) -> None:
    client = logged_in(clerk)
    data = {"email": "x@example.example", "is_superuser": "on", "is_staff": "on", "rows_per_page": 25}
    client.post(admin_url(User, "change", owner.user_id), data)
    client.post(admin_url(User, "change", clerk.pk), data)
    assert set(User.objects.filter(is_superuser=True)) == set()
    assert list(User.objects.filter(is_staff=True)) == [clerk]


def test_staff_cannot_take_over_a_superuser(clerk: User, root: User) -> None:
    client = logged_in(clerk)
    password = {"password1": "brand-new-password-1", "password2": "brand-new-password-1", "usable_password": "true"}
    assert client.post(reverse("admin:auth_user_password_change", args=[root.pk]), password).status_code == 403
    assert client.post(admin_url(User, "change", root.pk), {"email": "mine@example.example"}).status_code == 403
    root.refresh_from_db()
    assert root.check_password(PASSWORD)


def test_groups_are_for_superusers(clerk: User, root_client: Client) -> None:
    assert logged_in(clerk).get("/admin/auth/group/").status_code == 403
    assert root_client.get("/admin/auth/group/").status_code == 200


def test_staff_without_permissions_see_nothing(db: None, customer: Customer) -> None:
    user = User.objects.create_user("new@platform.example", PASSWORD, is_staff=True)
    client = logged_in(user)
    assert client.get("/admin/").status_code == 200
    for url in ("/admin/customers/customer/", "/admin/admin/logentry/", "/admin/garages/garage/"):
        assert client.get(url).status_code == 403


def test_a_new_person_must_choose_a_password_of_their_own(root_client: Client) -> None:
    data = {"email": "New.Person@Garage.example", "name": "New", "usable_password": "true"}
    data |= {"password1": "brand-new-password-1", "password2": "brand-new-password-1"}
    assert root_client.post(admin_url(User, "add"), data).status_code == 302
    user = User.objects.get(email="new.person@garage.example")
    assert user.must_change_password
    assert not user.is_staff


def test_a_password_set_by_staff_is_temporary(root_client: Client, receptionist: Membership) -> None:
    password = {"password1": "brand-new-password-1", "password2": "brand-new-password-1", "usable_password": "true"}
    root_client.post(reverse("admin:auth_user_password_change", args=[receptionist.user_id]), password)
    receptionist.user.refresh_from_db()
    assert receptionist.user.check_password("brand-new-password-1")
    assert receptionist.user.must_change_password


def test_people_and_garages_cannot_be_deleted(root_client: Client, owner: Membership, garage: Garage) -> None:
    assert root_client.post(admin_url(User, "delete", owner.user_id), {"post": "yes"}).status_code == 403
    assert root_client.post(admin_url(Garage, "delete", garage.pk), {"post": "yes"}).status_code == 403


def test_memberships_are_edited_on_the_garages_page(root_client: Client, garage: Garage, stranger: Membership) -> None:
    form = root_client.get(admin_url(Garage, "change", garage.pk)).context["adminform"].form
    data = {name: value for name, value in form.initial.items() if value is not None and value is not False}
    data |= {"languages": "en", "memberships-TOTAL_FORMS": 1, "memberships-INITIAL_FORMS": 0}
    data |= {"memberships-0-user": stranger.user_id, "memberships-0-role": Role.MANAGER}
    assert root_client.post(admin_url(Garage, "change", garage.pk), data).status_code == 302
    assert Membership.objects.get(garage=garage, user=stranger.user).role == Role.MANAGER
