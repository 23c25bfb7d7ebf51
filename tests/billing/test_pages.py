"""The pages of invoices: who may, what they say, and how many queries they take."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from billing.enums import Standing, Way
from billing.models import Invoice, InvoiceLine, Payment
from billing.services import LineFacts, add_line, draft_for, draft_of, issue, pay, take_back
from bookings.models import Booking
from garages import formats
from garages.models import Garage, Membership
from tests.conftest import logged_in
from tests.factories.customers import make_customer

pytestmark = pytest.mark.django_db

LIST = "/g/here/invoices/"


def _words(answer: Any) -> str:
    """The page as it is read, on one line."""
    text = re.sub(r"<script.*?</script>|<svg.*?</svg>|<[^>]*>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(text.replace("&amp;", "&").split())


def _page(invoice: Invoice) -> str:
    return f"{LIST}{invoice.public_id}/"


@pytest.fixture
def issued(booking: Booking) -> Invoice:
    return issue(draft_of(booking))


def test_the_paper_says_what_is_owed_and_why(desk_client: Client, booking: Booking) -> None:
    draft = draft_of(booking)
    add_line(draft, LineFacts("Oil filter HU 816", 1_015))
    paper = _words(desk_client.get(_page(issue(draft))))
    assert "Full service 1 £165.83 20% £165.83 MOT test 1 £54.85 Outside £54.85" in paper
    assert "Oil filter HU 816 Part 1 £8.46 20% £8.46" in paper
    assert "Net £229.14 VAT 20% on £174.29 £34.86 Total £264.00 Thank you." in paper
    assert "For Ada Byron Vehicle AB12 CDE" in paper
    day = formats.day(booking.garage.today(), formats.locale_of(booking.garage), year=True)
    assert f"Issued {day.partition(' ')[2]} Due {day.partition(' ')[2]}" in paper  # with its year, without its weekday


def test_a_garage_that_is_not_registered_says_nothing_of_tax(desk_client: Client, inside: Garage) -> None:
    draft = draft_for(make_customer())
    add_line(draft, LineFacts("Tyre", 6_000))
    paper = _words(desk_client.get(_page(issue(draft))))
    assert "Tyre Part 1 £60.00 £60.00 Total £60.00" in paper
    assert "VAT" not in paper


def test_an_issued_invoice_is_not_drawn_anew(desk_client: Client, issued: Invoice, taxed: Garage) -> None:
    taxed.name = "Elsewhere Motors"
    taxed.save()
    assert '<strong class="invoice__seller">Here Motors</strong>' in desk_client.get(_page(issued)).content.decode()


def test_technicians_have_no_invoices(technician: Membership, issued: Invoice) -> None:
    client = logged_in(technician.user)
    assert [client.get(one).status_code for one in (LIST, _page(issued))] == [403, 403]
    assert "/invoices/" not in client.get(f"/g/here/bookings/{issued.booking}/").content.decode()


def test_receptionists_do_not_void(desk_client: Client, issued: Invoice) -> None:
    assert "Declare void" not in _words(desk_client.get(_page(issued)))
    assert desk_client.post(f"{_page(issued)}void/", {"reason": "Because"}).status_code == 403


def test_a_booking_is_billed_from_its_page(desk_client: Client, booking: Booking) -> None:
    address = f"{LIST}of-booking/{booking.reference}/"
    page = desk_client.get(f"/g/here/bookings/{booking.reference}/").content.decode()
    assert f'action="{address}draft/"' in page
    assert f'hx-get="{address}"' in page
    assert "No invoice yet" in _words(desk_client.get(address))
    drafted = desk_client.post(f"{address}draft/").headers["Location"]
    assert drafted == _page(Invoice.objects.get())
    assert desk_client.post(f"{address}draft/").headers["Location"] == drafted
    assert "£253.85" in _words(desk_client.get(address))


def test_a_new_booking_leads_to_its_invoice(desk_client: Client, booking: Booking, inside: Garage) -> None:
    typed = {"first_name": "Priya", "last_name": "Nair", "service": booking.lines.all()[0].service.public_id}
    day = booking.starts_at.astimezone(inside.zone).date()
    desk = desk_client.post("/g/here/desk/create/", typed | {"date": day.isoformat()}, follow=True).content.decode()
    newest = Booking.objects.latest("pk").reference
    assert f'href="{LIST}of-booking/{newest}/">Invoice</a>' in desk


def test_a_customer_is_billed_from_their_page(desk_client: Client, inside: Garage) -> None:
    customer = make_customer()
    address = f"{LIST}of-customer/{customer.public_id}/"
    assert f'hx-get="{address}"' in desk_client.get(f"/g/here/customers/{customer.public_id}/").content.decode()
    desk_client.post(f"{address}draft/")
    assert Invoice.objects.get().customer == customer


def test_lines_are_typed_as_people_type_amounts(desk_client: Client, booking: Booking) -> None:
    draft = draft_of(booking)
    typed = {"text": "Oil, 5 litres", "kind": "part", "quantity": "2.5", "unit_price": "£9.90"}
    assert desk_client.post(f"{_page(draft)}lines/add/", typed).headers["Location"] == _page(draft)
    line = InvoiceLine.objects.latest("pk")
    assert (line.unit_price, line.amount) == (990, 2_475)
    address = f"{_page(draft)}lines/{line.public_id}/"
    desk_client.post(f"{address}change/", typed | {"quantity": "1", "outside_vat": "on"})
    line.refresh_from_db()
    assert (line.amount, line.vat_percent) == (990, None)
    desk_client.post(f"{address}remove/")
    assert not InvoiceLine.objects.filter(pk=line.pk).exists()


def test_a_line_nobody_can_read_is_asked_for_again(desk_client: Client, booking: Booking) -> None:
    draft = draft_of(booking)
    answer = desk_client.post(f"{_page(draft)}lines/add/", {"text": "Oil", "unit_price": "much", "quantity": "0"})
    assert answer.status_code == 422
    assert 'value="much"' in answer.content.decode()
    line = draft.lines.all()[0]
    answer = desk_client.post(f"{_page(draft)}lines/{line.public_id}/change/", {"text": ""})
    assert (answer.status_code, '<details class="invoice__line" open>' in answer.content.decode()) == (422, True)


def test_only_what_was_seen_is_issued(desk_client: Client, booking: Booking) -> None:
    draft = draft_of(booking)
    seen = Invoice.objects.get().version
    add_line(draft, LineFacts("Oil filter", 1_015))
    page = desk_client.post(f"{_page(draft)}issue/", {"version": seen}, follow=True)
    assert "Somebody changed this invoice since" in _words(page)
    assert Invoice.objects.get().status == Standing.DRAFT


def test_a_payment_is_taken_once_however_often_it_is_sent(desk_client: Client, issued: Invoice) -> None:
    form = {"amount": "100", "way": "card", "idempotency_key": "7c8ad9d0-7e0c-4d6c-9a53-1f9f3f3f1a11"}
    for _time in range(2):
        assert desk_client.post(f"{_page(issued)}pay/", form).status_code == 302
    assert Payment.objects.count() == 1


def test_too_much_is_refused_where_it_was_typed(desk_client: Client, issued: Invoice) -> None:
    answer = desk_client.post(f"{_page(issued)}pay/", {"amount": "300", "way": "card"})
    assert answer.status_code == 422
    assert "That is more than is owed." in _words(answer)


def test_activity_tells_who_did_what(desk_client: Client, booking: Booking, receptionist: Membership) -> None:
    """In one transaction here, as tests are; each act of its own on a real page."""
    desk_client.post(f"{LIST}of-booking/{booking.reference}/draft/")
    invoice = Invoice.objects.get()
    desk_client.post(f"{_page(invoice)}issue/")
    desk_client.post(f"{_page(invoice)}pay/", {"amount": "253.85", "way": "cash"})
    page = _words(desk_client.get(_page(invoice)))
    number = Invoice.objects.get().number
    for told in ("Drafted", f"Issued as {number}", "Paid: £253.85, Cash"):
        assert f"{told} {receptionist.user.name}" in page


# --- Lists --------------------------------------------------------------------------------------------------------
@pytest.fixture
def three(issued: Invoice, receptionist: Membership) -> list[Invoice]:
    """One to pay, one paid, one draft."""
    paid = draft_for(make_customer("Bob Cole"))
    add_line(paid, LineFacts("Tyre", 6_000))
    pay(issue(paid), amount=6_000, way=Way.CARD, by=receptionist)
    return [issued, paid, draft_for(make_customer("Cy Dean"))]


def _listed(client: Client, **wanted: str) -> list[str]:
    return re.findall(r'id="invoice-([0-9a-f-]{36})"', client.get(LIST, wanted).content.decode())


def test_the_list_is_filtered_and_searched(desk_client: Client, three: list[Invoice]) -> None:
    issued, paid, draft = (str(one.public_id) for one in three)
    assert _listed(desk_client) == [draft, paid, issued]
    assert _listed(desk_client, status="issued") == [issued]
    assert _listed(desk_client, status="paid") == [paid]
    assert _listed(desk_client, status="draft") == [draft]
    assert _listed(desk_client, q=three[0].number) == [issued]
    assert _listed(desk_client, q="bob") == [paid]
    assert _listed(desk_client, q="ab12 cde") == [issued]
    assert _listed(desk_client, q="nobody") == []


def test_lists_and_pages_take_the_same_queries_however_much_there_is(desk_client: Client, three: list[Invoice]) -> None:
    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert desk_client.get(address).status_code == 200
        return len(seen)

    before = [count(LIST), count(_page(three[0])), count(f"{LIST}unpaid/")]
    for number in range(4):
        more = draft_for(make_customer(f"Ed {number}"))
        add_line(more, LineFacts("Tyre", 6_000))
    assert [count(LIST), count(_page(three[0])), count(f"{LIST}unpaid/")] == before


def test_what_no_database_can_store_finds_nothing(desk_client: Client, issued: Invoice) -> None:
    assert "No invoice fits" in _words(desk_client.get(LIST, {"q": "Zo\x00e", "page": "0"}))
    assert issued.number in _words(desk_client.get(LIST, {"q": f"{issued.number}\x00", "page": "0"}))


# --- Two desks at once --------------------------------------------------------------------------------------------
def test_what_another_desk_changed_is_looked_at_again_first(manager: Membership, booking: Booking) -> None:
    client, changed = logged_in(manager.user), "Somebody changed this invoice since."
    draft = draft_of(booking)
    seen = {"version": draft.version}
    add_line(draft, LineFacts("Oil filter", 1_015))
    assert changed in _words(client.post(f"{_page(draft)}issue/", seen, follow=True))
    invoice = issue(draft)
    seen = {"version": invoice.version}
    payment = pay(invoice, amount=1_000, way=Way.CASH, by=manager)
    told = client.post(f"{_page(invoice)}pay/", {**seen, "amount": "10", "way": Way.CASH})
    assert (told.status_code, changed in _words(told), Payment.objects.count()) == (422, True, 1)
    take_back(payment)
    assert changed in _words(client.post(f"{_page(invoice)}void/", {**seen, "reason": "Wrong price"}, follow=True))
    assert Invoice.objects.get().status == Standing.ISSUED


# --- The one box --------------------------------------------------------------------------------------------------
def test_the_one_box_finds_an_invoice_by_its_number(desk_client: Client, issued: Invoice) -> None:
    found = desk_client.post("/g/here/desk/find/", {"find": issued.number[:7]}, headers={"HX-Request": "true"})
    assert f"Open invoice {issued.number} Ada Byron To pay" in _words(found)
    assert f'data-href="{_page(issued)}"' in found.content.decode()
    assert desk_client.post("/g/here/desk/find/", {"find": issued.number}).headers["Location"] == _page(issued)


def test_a_number_of_no_invoice_is_looked_up_as_before(desk_client: Client, issued: Invoice) -> None:
    found = desk_client.post("/g/here/desk/find/", {"find": "2019-0404"}, headers={"HX-Request": "true"})
    assert "New customer" in _words(found)


# --- The end of the day -------------------------------------------------------------------------------------------
def test_what_was_completed_today_and_is_not_paid_is_a_loose_end(
    desk_client: Client, booking: Booking, receptionist: Membership, inside: Garage
) -> None:
    assert f'hx-get="{LIST}unpaid/"' in desk_client.get("/g/here/closing/").content.decode()
    Booking.objects.filter(pk=booking.pk).update(status="completed", completed_at=inside.now(), updated_at=inside.now())
    assert "Draft an invoice Ada Byron" in _words(desk_client.get(f"{LIST}unpaid/"))
    invoice = issue(draft_of(booking))
    assert "£253.85 To pay" in _words(desk_client.get(f"{LIST}unpaid/"))
    pay(invoice, amount=25_385, way=Way.CARD, by=receptionist)
    assert "Whatever was completed today is paid." in _words(desk_client.get(f"{LIST}unpaid/"))
