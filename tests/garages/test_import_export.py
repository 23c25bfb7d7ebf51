"""Import and export: one garage, a preview before anything is written, problems named by row and column."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from import_export.results import Result

from bookings.models import Booking
from customers.models import Customer
from fleet.models import OwnModel, Vehicle
from fleet.resources import VehicleResource
from garages.exchange.formats import CsvFile, XlsxFile
from garages.exchange.problems import FileProblem
from garages.models import Garage, Service, Skill, User, VehicleType
from garages.tenancy.context import platform, tenant
from tests.conftest import PASSWORD, logged_in


@pytest.fixture
def root_client(db: None) -> Client:
    return logged_in(User.objects.create_superuser("root@platform.example", PASSWORD, name="Root"))


def url(model: type, page: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")


def upload(client: Client, model: type, garage: Garage, content: str | bytes, name: str = "old-system.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile(name, data)
    return client.post(url(model, "import"), {"garage": garage.pk, "import_file": file, "resource": "0"})


def confirm(client: Client, model: type, preview: Any, **changed: Any) -> Any:
    assert "confirm_form" in preview.context, problems(preview)
    return client.post(url(model, "process_import"), {**preview.context["confirm_form"].initial, **changed})


def import_file(client: Client, model: type, garage: Garage, content: str | bytes) -> Any:
    done = confirm(client, model, upload(client, model, garage, content))
    assert done.status_code == 302, (problems(done), [e.errors[0].traceback for e in done.context["result"].error_rows])
    return done


def problems(response: Any) -> list[tuple[int, dict[str, list[str]]]]:
    """Of each refused row: its number in the spreadsheet, and what is wrong by column."""
    result: Result = response.context["result"]
    return [(row.number + 1, dict(row.error_dict)) for row in result.invalid_rows]


def file_problem(response: Any) -> str:
    errors = response.context["form"].errors.get("import_file")
    if errors:
        return errors[0]
    return str(response.context["result"].base_errors[0].error)


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def names(garage: Garage) -> list[str]:
    with tenant(garage.pk):
        return [customer.name for customer in Customer.objects.order_by("pk")]


CUSTOMERS = "first_name,last_name,phone,email\nAnn,Ox,07700 900123,ann@example.example\nBo,Yak,07700 900124,\n"


# --- The way through ---
def test_a_preview_writes_nothing(root_client: Client, garage: Garage) -> None:
    preview = upload(root_client, Customer, garage, CUSTOMERS)
    assert dict(preview.context["result"].totals)["new"] == 2
    assert preview.context["result"].diff_headers == ["first_name", "last_name", "phone", "email"]
    assert "Ann" in preview.content.decode()
    assert names(garage) == []
    assert not LogEntry.objects.exists()


def test_a_confirmed_import_goes_to_the_chosen_garage(
    root_client: Client, garage: Garage, other_garage: Garage
) -> None:
    done = import_file(root_client, Customer, garage, CUSTOMERS)
    assert done.url == url(Customer, "changelist")
    assert names(garage) == ["Ann Ox", "Bo Yak"]
    assert names(other_garage) == []
    with tenant(garage.pk):
        ann = Customer.objects.get(first_name="Ann")
    assert (str(ann.phone), ann.phone_typed, ann.email) == ("+447700900123", "07700 900123", "ann@example.example")


def test_an_import_is_in_the_audit_log_and_the_history(root_client: Client, garage: Garage) -> None:
    import_file(root_client, Customer, garage, CUSTOMERS)
    entries = [(entry.object_repr, entry.get_change_message()) for entry in LogEntry.objects.order_by("object_repr")]
    assert entries == [("Ann Ox", "Imported from a file."), ("Bo Yak", "Imported from a file.")]
    with platform():
        ann = Customer.objects.get(first_name="Ann")
        assert ann.events.get().pgh_context["name"] == "Root"


def test_importing_twice_changes_nothing(root_client: Client, garage: Garage) -> None:
    import_file(root_client, Customer, garage, CUSTOMERS)
    again = upload(root_client, Customer, garage, CUSTOMERS)
    totals = dict(again.context["result"].totals)
    assert (totals["new"], totals["update"], totals["skip"]) == (0, 0, 2)
    confirm(root_client, Customer, again)
    assert names(garage) == ["Ann Ox", "Bo Yak"]


def test_the_preview_shows_old_against_new(root_client: Client, garage: Garage) -> None:
    import_file(root_client, Customer, garage, CUSTOMERS)
    changed = CUSTOMERS.replace("ann@example.example", "ox@example.example")
    preview = upload(root_client, Customer, garage, changed)
    assert "<del>ann@example.example</del> <ins>ox@example.example</ins>" in preview.content.decode()
    confirm(root_client, Customer, preview)
    with tenant(garage.pk):
        assert Customer.objects.get(first_name="Ann").email == "ox@example.example"


def test_cells_are_shown_as_text(root_client: Client, garage: Garage) -> None:
    preview = upload(root_client, Customer, garage, "last_name\n<img src=x onerror=alert(1)>\n")
    assert "<img src=x" not in preview.content.decode()
    assert "&lt;img src=x" in preview.content.decode()


def test_a_dropped_file_is_asked_for_again(root_client: Client, garage: Garage) -> None:
    preview = upload(root_client, Customer, garage, CUSTOMERS)
    cache.clear()
    done = confirm(root_client, Customer, preview)
    assert done.url == url(Customer, "import")
    assert names(garage) == []


def test_a_name_of_a_file_on_the_server_is_no_upload(root_client: Client, garage: Garage) -> None:
    preview = upload(root_client, Customer, garage, CUSTOMERS)
    done = confirm(root_client, Customer, preview, import_file_name="../../etc/passwd")
    assert done.url == url(Customer, "import")


def test_data_that_changed_since_the_preview_stops_everything(root_client: Client, garage: Garage) -> None:
    rows = "registration,owner_phone\nAB12CDE,07700 900123\nCD34EFG,07700 900124\n"
    import_file(root_client, Customer, garage, CUSTOMERS)
    preview = upload(root_client, Vehicle, garage, rows)
    with tenant(garage.pk):
        Customer.objects.filter(first_name="Bo").delete()
    done = confirm(root_client, Vehicle, preview)
    assert [number for number, _errors in problems(done)] == [3]
    with tenant(garage.pk):
        assert not Vehicle.objects.exists()


def test_a_row_somebody_else_added_meanwhile_stops_everything(
    root_client: Client, garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "registration\nAB12CDE\nCD34EFG\n"
    preview = upload(root_client, Vehicle, garage, rows)
    with tenant(garage.pk):
        Vehicle.objects.create(registration="CD34EFG")
    monkeypatch.setattr(VehicleResource, "find", lambda *args: None)  # noqa: ARG005  it was added after we looked
    done = confirm(root_client, Vehicle, preview)
    assert "Somebody saved something that contradicts this file." in done.content.decode()
    with tenant(garage.pk):
        assert [vehicle.registration for vehicle in Vehicle.objects.all()] == ["CD34EFG"]


def test_staff_without_the_permissions_cannot_import(garage: Garage) -> None:
    client = logged_in(User.objects.create_user("s@platform.example", PASSWORD, is_staff=True))
    assert client.get(url(Customer, "import")).status_code == 403
    assert upload(client, Customer, garage, CUSTOMERS).status_code == 403
    assert client.post(url(Customer, "process_import"), {}).status_code == 403
    assert client.get(url(Customer, "export")).status_code == 403


def test_a_garage_must_be_chosen(root_client: Client, garage: Garage) -> None:
    file = SimpleUploadedFile("x.csv", CUSTOMERS.encode())
    page = root_client.post(url(Customer, "import"), {"import_file": file, "resource": "0"})
    assert page.context["form"].errors["garage"] == ["This field is required."]


def test_from_the_list_of_a_garage_the_garage_is_chosen(root_client: Client, garage: Garage) -> None:
    query = {"garage__id__exact": garage.pk}
    page = root_client.get(url(Customer, "changelist"), query).content.decode()
    assert f"{url(Customer, 'import')}?garage__id__exact={garage.pk}" in page
    form = root_client.get(url(Customer, "import"), query).context["form"]
    assert form["garage"].value() == str(garage.pk)


# --- Customers ---
def test_people_sharing_a_number_stay_two(root_client: Client, garage: Garage) -> None:
    import_file(root_client, Customer, garage, "first_name,last_name,phone\nAnn,Ox,07700900123\nBob,Ox,07700900123\n")
    assert names(garage) == ["Ann Ox", "Bob Ox"]


def test_the_same_person_is_found_in_any_writing(root_client: Client, garage: Garage) -> None:
    import_file(root_client, Customer, garage, "first_name,last_name,phone\nZoë,Nuñez,07700 900123\n")
    shouted = "FIRST NAME;Surname;Mobile;Notes\nZOE;NUNEZ;+44 7700 900123;Rings back\n"
    preview = upload(root_client, Customer, garage, shouted)
    assert dict(preview.context["result"].totals)["update"] == 1
    confirm(root_client, Customer, preview)
    with tenant(garage.pk):
        kept = Customer.objects.get()
    assert (kept.name, kept.phone_typed, kept.notes) == ("Zoë Nuñez", "07700 900123", "Rings back")


def test_an_id_finds_a_customer_whose_name_changes(root_client: Client, garage: Garage) -> None:
    import_file(root_client, Customer, garage, CUSTOMERS)
    with tenant(garage.pk):
        ann = Customer.objects.get(first_name="Ann")
    import_file(root_client, Customer, garage, f"id,first_name,last_name\n{ann.public_id},Ann,Yak\n")
    with tenant(garage.pk):
        ann.refresh_from_db()
    assert ann.name == "Ann Yak"


def test_another_garages_id_is_unknown(root_client: Client, garage: Garage, other_garage: Garage) -> None:
    with tenant(other_garage.pk):
        theirs = Customer.objects.create(last_name="Elsewhere")
    rows = f"id,last_name\n{theirs.public_id},Stolen\nnonsense,Ox\n"
    refused = problems(upload(root_client, Customer, garage, rows))
    sentence = {"id": ["This garage has no customer with this id."]}
    assert refused == [(2, sentence), (3, sentence)]


def test_rows_of_another_garages_export_are_refused(root_client: Client, garage: Garage, other_garage: Garage) -> None:
    rows = "last_name,garage\nOx,here\nYak,there\n"
    refused = problems(upload(root_client, Customer, garage, rows))
    assert refused == [(3, {"garage": ["This row is of “there”, not of “Here Motors”."]})]


def test_odd_numbers_are_kept(root_client: Client, garage: Garage) -> None:
    import_file(root_client, Customer, garage, "last_name,phone\nOx,ask next door\nYak,0800 00 1066 ext 2\n")
    with tenant(garage.pk):
        kept = list(Customer.objects.order_by("pk").values_list("phone_typed", flat=True))
    assert kept == ["ask next door", "0800 00 1066 ext 2"]


def test_an_empty_cell_changes_nothing(root_client: Client, garage: Garage) -> None:
    import_file(root_client, Customer, garage, CUSTOMERS)
    emptied = CUSTOMERS.replace("ann@example.example", "")
    assert dict(upload(root_client, Customer, garage, emptied).context["result"].totals)["skip"] == 2


def test_a_company_makes_a_business(root_client: Client, garage: Garage) -> None:
    import_file(root_client, Customer, garage, "company,first_name,last_name\nVan Hire Ltd,Ann,Ox\n")
    with tenant(garage.pk):
        company = Customer.objects.get()
    assert (company.kind, company.name, company.contact_name) == ("business", "Van Hire Ltd", "Ann Ox")


def test_every_problem_is_named_by_row_and_column(root_client: Client, garage: Garage) -> None:
    rows = (
        "type,company,last_name,email,language\n"
        "individual,,Fine,,\n"
        "robot,,Ox,not an address,Klingon\n"
        "business,,Yak,,\n"
        "individual,,,x@example.example,\n"
        "individual,,Fine,,\n"
    )
    page = upload(root_client, Customer, garage, rows)
    assert problems(page) == [
        (
            3,
            {
                "type": ["“robot” is none of: individual, business."],
                "language": ["“Klingon” is none of: en, fr, es."],
                "email": ["Enter a valid email address."],
            },
        ),
        (4, {"company": ["A business needs its name."]}),
        (5, {"last_name": ["A customer needs a name."]}),
        (6, {"__all__": ["The same as row 2."]}),
    ]
    assert "confirm_form" not in page.context
    text = page.content.decode()
    assert "Klingon" in text
    assert "Traceback" not in text
    assert names(garage) == []


def test_bookings_are_found_by_an_imported_name(root_client: Client, garage: Garage) -> None:
    from tests.garage_desk.test_admin import booking as make_booking  # the same booking as there

    import_file(root_client, Customer, garage, CUSTOMERS)
    with tenant(garage.pk):
        ann = Customer.objects.get(first_name="Ann")
    booking = make_booking.__wrapped__(garage, ann)
    import_file(root_client, Customer, garage, f"id,last_name\n{ann.public_id},Antelope\n")
    with tenant(garage.pk):
        assert "antelope" in Booking.objects.get(pk=booking.pk).search_text


# --- Vehicles ---
def test_vehicles_find_their_owners(root_client: Client, garage: Garage) -> None:
    import_file(root_client, Customer, garage, CUSTOMERS)
    rows = (
        "Registration,Make,Model,Type,Year,Owner phone,Owner name\n"
        "ab12 cde,FORD,focus,van,2019,07700900123,\n"
        ",VW,Golf,,,,Bo Yak\n"
    )
    import_file(root_client, Vehicle, garage, rows)
    with tenant(garage.pk):
        first, second = Vehicle.objects.select_related("customer", "vehicle_type").order_by("pk")
    assert (first.registration, first.registration_typed, first.make, first.year) == (
        "AB12CDE",
        "ab12 cde",
        "Ford",
        2019,
    )
    assert (first.customer.name, first.vehicle_type.name) == ("Ann Ox", "Van")
    assert (second.registration, second.make, second.customer.name) == ("", "Volkswagen", "Bo Yak")
    again = dict(upload(root_client, Vehicle, garage, rows).context["result"].totals)
    assert (again["new"], again["update"], again["skip"]) == (0, 0, 2)


def test_vehicles_name_what_is_wrong_with_them(root_client: Client, garage: Garage) -> None:
    import_file(root_client, Customer, garage, "first_name,last_name,phone\nAnn,Ox,07700900123\nBob,Ox,07700900123\n")
    rows = (
        "registration,make,type,year,owner_phone\n"
        "AB12CDE,,,,07700900123\n"
        "CD34EFG,,Spaceship,,\n"
        "EF56GHJ,,,1066,\n"
        "GH78JKL,,,last,07700900199\n"
        ",,van,,\n"
        "ab-12 cde,,,,\n"
        "???,,,,\n"
    )
    assert problems(upload(root_client, Vehicle, garage, rows)) == [
        (2, {"owner_phone": ["Several customers fit. Give name and number, or the owner's exported id."]}),
        (3, {"type": ["This garage has no “Spaceship”. It has: Saloon, Van."]}),
        (4, {"year": ["No vehicle was built then."]}),
        (
            5,
            {
                "year": ["“last” is not a whole number."],
                "owner_phone": ["This garage has no such customer. Import the customers first."],
            },
        ),
        (6, {"registration": ["A vehicle needs a registration or a make."]}),
        (7, {"__all__": ["The same as row 2."]}),
        (8, {"registration": ["“???” has neither letters nor digits."]}),
    ]


def test_a_model_that_is_in_no_list_is_offered_from_then_on(root_client: Client, garage: Garage) -> None:
    import_file(root_client, Vehicle, garage, "registration,make,model\nAB12CDE,Ford,Nonesuch\nCD34EFG,Ford,Focus\n")
    with tenant(garage.pk):
        assert [str(model) for model in OwnModel.objects.all()] == ["Ford Nonesuch"]


def test_another_garages_plate_is_a_new_vehicle(root_client: Client, garage: Garage, other_garage: Garage) -> None:
    with tenant(other_garage.pk):
        Vehicle.objects.create(registration="AB12CDE", make="Ford")
    import_file(root_client, Vehicle, garage, "registration,make\nAB12CDE,Skoda\n")
    with platform():
        makes = dict(Vehicle.objects.values_list("garage__slug", "make"))
    assert makes == {"here": "Škoda", "there": "Ford"}


def test_a_new_owner_is_shown_and_kept(root_client: Client, garage: Garage) -> None:
    import_file(root_client, Customer, garage, CUSTOMERS)
    import_file(root_client, Vehicle, garage, "registration,owner_name\nAB12CDE,Ann Ox\n")
    preview = upload(root_client, Vehicle, garage, "registration,owner_name\nAB12CDE,Bo Yak\n")
    assert "<del>Ann Ox</del> <ins>Bo Yak</ins>" in preview.content.decode()
    confirm(root_client, Vehicle, preview)
    with tenant(garage.pk):
        assert Vehicle.objects.get().customer.name == "Bo Yak"


# --- Services ---
def test_services_with_prices_in_the_garages_currency(root_client: Client, garage: Garage) -> None:
    with tenant(garage.pk):
        Skill.objects.create(name="Diesel")
    rows = "name;minutes;price;skill;bay;online\nMOT test;;49,99;;;no\nTurbo;90;£1,250.00;diesel;General lift;oui\n"
    preview = upload(root_client, Service, garage, rows)
    totals = dict(preview.context["result"].totals)
    assert (totals["new"], totals["update"]) == (1, 1)
    import_file(root_client, Service, garage, rows)
    with tenant(garage.pk):
        mot, turbo = Service.objects.get(name="MOT test"), Service.objects.get(name="Turbo")
        assert (mot.price, mot.minutes, mot.is_online) == (4999, 60, False)
        assert (turbo.price, turbo.minutes, turbo.skill.name, turbo.bay_kind) == (125_000, 90, "Diesel", "general")
        assert turbo.position > mot.position


def test_a_change_of_a_service_keeps_its_extras_and_prices(root_client: Client, garage: Garage) -> None:
    with tenant(garage.pk):
        full, check = Service.objects.get(name="Full service"), Service.objects.get(name="Brake check")
        full.extra_links.create(extra=check)
    import_file(root_client, Service, garage, "name,price\nFull service,210\n")
    with tenant(garage.pk):
        full.refresh_from_db()
        assert full.price == 21_000
        assert [link.extra for link in full.extra_links.all()] == [check]
        assert full.prices.count() == VehicleType.objects.count()


def test_services_name_what_is_wrong_with_them(root_client: Client, garage: Garage) -> None:
    rows = "name,minutes,price,online\nNew,,,\nOther,1,free,perhaps\n,30,10,\nMOT test,soon,-5,\n"
    refused = problems(upload(root_client, Service, garage, rows))
    assert refused == [
        (2, {"minutes": ["Missing."], "price": ["Missing."]}),
        (
            3,
            {
                "price": ["Type an amount, such as 199."],
                "online": ["“perhaps” is neither yes nor no."],
                "minutes": ["Between 5 minutes and 5 days."],
            },
        ),
        (4, {"name": ["Missing."]}),
        (5, {"minutes": ["“soon” is not a whole number."], "price": ["Type an amount, such as 199."]}),
    ]


def test_a_mistake_of_ours_stops_everything_and_is_not_shown(
    root_client: Client, garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError("secret")

    import_file(root_client, Customer, garage, CUSTOMERS)
    preview = upload(root_client, Customer, garage, CUSTOMERS.replace("ann@", "ox@") + "Cy,Zebra,,\n")
    monkeypatch.setattr("customers.resources.update_customer", fails)
    page = confirm(root_client, Customer, preview).content.decode()
    assert "Row 2 could not be imported because of a mistake of ours" in page
    assert "secret" not in page
    assert names(garage) == ["Ann Ox", "Bo Yak"]


# --- Files ---
def test_a_workbook_is_read_whatever_it_is_called(root_client: Client, garage: Garage) -> None:
    book = workbook(["Last name", "Phone", "Notes"], ["Ox", 7700900123, 12.0], [], ["Yak", "07700 900124", None])
    confirm(root_client, Customer, upload(root_client, Customer, garage, book, name="customers.csv"))
    with tenant(garage.pk):
        rows = list(Customer.objects.order_by("pk").values_list("last_name", "phone", "notes"))
    assert [(name, str(phone), notes) for name, phone, notes in rows] == [
        ("Ox", "+447700900123", "12"),
        ("Yak", "+447700900124", ""),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_of_any_usual_encoding_are_read(root_client: Client, garage: Garage, encoding: str) -> None:
    import_file(root_client, Customer, garage, "last_name\nNuñez\n".encode(encoding))
    assert names(garage) == ["Nuñez"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The submitted file is empty."),
        (b"\n\n", "The file is empty. Its first line must name the columns."),
        (b"colour,size\nred,4\n", "The file has no column “id” / “last_name” / “first_name” / “company”."),
        (b"last_name,Surname\nOx,Ox\n", "Two columns are called “last_name”."),
        (b"last_name\n", "No valid data to import."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "This is not a text file."),
        (bytes(range(128, 256)) * 20, "This is not a text file."),
        (b"PK\x03\x04 and then nothing", "This file is damaged or is not a workbook (.xlsx)."),
        (b'last_name\n"Ox\n' + b"x" * 140_000, "This file is damaged or is not a CSV file."),
        (b"last_name\nOx,extra\n", "Row 2 has more cells than there are columns."),
        (b"last_name\n" + b"x" * 20_000 + b"\n", "A cell holds more than 10000 characters."),
        (b",".join(b"c%d" % n for n in range(80)) + b"\n1\n", "At most 60 columns."),
    ],
)
def test_a_bad_file_is_refused_in_words(root_client: Client, garage: Garage, content: bytes, sentence: str) -> None:
    page = upload(root_client, Customer, garage, content)
    assert page.status_code == 200
    assert file_problem(page).startswith(sentence)
    assert "Traceback" not in page.content.decode()
    assert names(garage) == []


def test_unknown_columns_are_named_and_left_out(root_client: Client, garage: Garage) -> None:
    page = upload(root_client, Customer, garage, "last_name,Shoe size,Shoe size\nOx,43,44\n")
    assert page.context["result"].ignored == ["Shoe size", "Shoe size"]
    confirm(root_client, Customer, page)
    assert names(garage) == ["Ox"]


def test_too_many_rows_and_bytes_are_refused(root_client: Client, garage: Garage) -> None:
    page = upload(root_client, Customer, garage, "last_name\n" + "Ox\n" * 20_001)
    assert file_problem(page) == "At most 20000 rows at once. Split the file."
    page = upload(root_client, Customer, garage, b"last_name\n" + b"x" * (5 * 1024 * 1024))
    assert file_problem(page) == "The file is larger than 5 MB. Split it."


def test_a_workbook_that_unpacks_to_a_mountain_is_not_unpacked() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 70_000_000)
    assert len(content.getvalue()) < 100_000
    with pytest.raises(FileProblem, match="Unpacked, this workbook is too large"):
        XlsxFile().create_dataset(content.getvalue())


def test_a_workbook_with_entities_is_refused() -> None:
    """The billion laughs: each entity ten of the one before."""
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["last_name"], ["Ox"]))) as good, zipfile.ZipFile(content, "w") as bad:
        for member in good.namelist():
            text = good.read(member)
            if member == "xl/worksheets/sheet1.xml":
                text = bomb.encode() + text.replace(b"</sheetData>", b"<!-- &b; --></sheetData>")
            bad.writestr(member, text)
    with pytest.raises(FileProblem, match="damaged"):
        XlsxFile().create_dataset(content.getvalue())


def test_a_workbook_that_claims_a_million_columns_is_read(garage: Garage) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["last_name"], ["Ox"]))) as good, zipfile.ZipFile(content, "w") as bad:
        for member in good.namelist():
            bad.writestr(member, good.read(member).replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"'))
    dataset = XlsxFile().create_dataset(content.getvalue())
    assert (dataset.headers, list(dataset)) == (["last_name"], [("Ox",)])


# --- Export ---
def exported(client: Client, model: type, kind: int = 0, **query: Any) -> list[dict[str, Any]]:
    form = client.get(url(model, "export"), query).context["form"]
    data = {name: "on" for name, field in form.fields.items() if getattr(field, "is_selectable_field", False)}
    address = f"{url(model, 'export')}?" + "&".join(f"{name}={value}" for name, value in query.items())
    response = client.post(address, {**data, "format": kind, "resource": "0"})
    assert response["Content-Disposition"].startswith("attachment")
    if kind == 0:
        return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    rows = openpyxl.load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)
    headers = next(rows)
    return [dict(zip(headers, row, strict=True)) for row in rows]


def test_an_export_honours_the_filters(root_client: Client, garage: Garage, other_garage: Garage) -> None:
    import_file(root_client, Customer, garage, CUSTOMERS)
    import_file(root_client, Customer, other_garage, "last_name\nElsewhere\n")
    everybody = exported(root_client, Customer)
    assert sorted(row["last_name"] for row in everybody) == ["Elsewhere", "Ox", "Yak"]
    rows = exported(root_client, Customer, garage__id__exact=garage.pk, q="yak")
    assert [(row["first_name"], row["last_name"], row["garage"]) for row in rows] == [("Bo", "Yak", "here")]


@pytest.mark.parametrize("kind", [0, 1])
def test_exported_cells_are_never_formulas(root_client: Client, garage: Garage, kind: int) -> None:
    evil = ["=1+1", "+44", "-2", "@SUM(A1)"]
    with tenant(garage.pk):
        Customer.objects.create(
            last_name=evil[0], first_name=evil[3], phone_typed=evil[1], notes=evil[2], company_name="\tx"
        )
    (row,) = exported(root_client, Customer, kind)
    assert (row["last_name"], row["first_name"]) == ("'=1+1", "'@SUM(A1)")
    assert (row["phone"], row["notes"], row["company"]) == ("'+44", "'-2", "'\tx")


@pytest.mark.parametrize("kind", [0, 1])
def test_what_was_exported_can_be_imported(root_client: Client, garage: Garage, kind: int) -> None:
    rows = (
        "company,first_name,last_name,phone,notes\nFleet Ltd,Zoë,Nuñez,+33 1 23 45 67 89,=2+2\n,Ann,Ox,07700 900123,\n"
    )
    import_file(root_client, Customer, garage, rows)
    import_file(root_client, Vehicle, garage, "registration,make,owner_name,type\nAB12CDE,Ford,Ann Ox,Van\n")
    for model in (Customer, Vehicle, Service):
        form = root_client.get(url(model, "export")).context["form"]
        data = {name: "on" for name, field in form.fields.items() if getattr(field, "is_selectable_field", False)}
        file = root_client.post(
            f"{url(model, 'export')}?garage__id__exact={garage.pk}", {**data, "format": kind, "resource": "0"}
        )
        again = upload(root_client, model, garage, file.content)
        totals = {name: count for name, count in again.context["result"].totals.items() if count}
        assert totals.keys() == {"skip"}, (model, totals, problems(again))


def test_an_export_is_in_the_audit_log(root_client: Client, garage: Garage) -> None:
    with tenant(garage.pk):
        Customer.objects.create(last_name="Ox")
    exported(root_client, Customer, garage__id__exact=garage.pk)
    entry = LogEntry.objects.get()
    assert (entry.object_repr, entry.change_message) == ("1 row exported", f"garage__id__exact={garage.pk}")


def test_prices_are_exported_as_amounts(root_client: Client, garage: Garage) -> None:
    prices = {row["name"]: row["price"] for row in exported(root_client, Service, garage__id__exact=garage.pk)}
    assert prices["MOT test"] == "54.85"


def test_csv_reader_drops_empty_lines_and_fills_short_ones() -> None:
    dataset = CsvFile().create_dataset(b"a;b;c;\n\n1;2\n;;\n3;4;5\n")
    assert (dataset.headers, list(dataset)) == (["a", "b", "c"], [("1", "2", ""), ("3", "4", "5")])
