"""Further times that share what is taken: by those who may, with a reason, marked; never by undoing or reopening."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Final

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from bookings.errors import BookingError, NotOpen, SlotTaken
from bookings.models import Allocation, Booking
from bookings.selectors import history_of
from bookings.services import cancel, complete_part, confirm, move_booking, reopen, start_service
from bookings.services.allocations import add_time, change_time, remove_time
from bookings.services.undo import undo
from garages.models import Bay, Garage, Membership, Technician, TechnicianAbsence
from garages.setup import load_setup
from garages.tenancy.context import tenant
from tests.bookings.acts import act, fresh
from tests.factories.bookings import at, make_booking

_REASON: Final = "Two minutes' work"
_NO_RIGHT: Final = "Your role may not overbook"


@pytest.fixture
def kim(garage: Garage) -> Technician:
    with tenant(garage.pk), transaction.atomic():
        return Technician.objects.create(name="Kim Osei", position=2)


def _add(booking: Booking, by: Membership, who: Technician, wall: str = "10:00", **facts: Any) -> Allocation:
    booking.refresh_from_db()
    facts |= {"setup": load_setup(by.garage), "by": by, "technician": who, "work": timedelta(hours=1)}
    return add_time(booking, version=booking.version, starts_at=at(by.garage, wall), **facts)


def _change(part: Allocation, by: Membership, **changes: Any) -> Allocation:
    part.booking.refresh_from_db()
    facts: dict[str, Any] = {
        "technician": part.technician,
        "starts_at": part.starts_at,
        "work": part.duration,
        "bay": part.bay,
    }
    facts |= {"note": part.note, "version": part.booking.version}
    return change_time(part, setup=load_setup(by.garage), by=by, **(facts | changes))


def _busy(garage: Garage, by: Membership, kim: Technician) -> Allocation:
    """Kim helps with one booking from ten to eleven."""
    return _add(make_booking(garage, "09:00"), by, kim)


def test_it_shares_technician_and_bay_with_a_reason(inside: Garage, manager: Membership, kim: Technician) -> None:
    mot = Bay.objects.get(name="MOT bay")
    first = _add(make_booking(inside, "09:00"), manager, kim, bay=mot)
    other = make_booking(inside, "13:00", phone="07700 900124")
    with pytest.raises(SlotTaken, match="MOT bay"):
        _add(other, manager, kim, bay=mot)
    shared = _add(other, manager, kim, bay=mot, overbook_reason=_REASON)
    assert (shared.starts_at, shared.bay, shared.overbook_reason, first.overbook_reason) == (
        first.starts_at,
        mot,
        _REASON,
        "",
    )
    third = make_booking(inside, "15:00", phone="07700 900125")
    with pytest.raises(SlotTaken, match="Kim Osei"):  # who shares is counted all the same
        _add(third, manager, kim, "10:30")
    assert _add(third, manager, kim, "11:00", overbook_reason=_REASON).overbook_reason == ""  # it found room


def test_it_shares_the_technician_of_a_booking_and_of_an_absence(
    inside: Garage, manager: Membership, kim: Technician
) -> None:
    booking = make_booking(inside, "10:00")
    move_booking(booking, version=1, setup=load_setup(inside), by=manager, technician=kim)
    other = make_booking(inside, "13:00", phone="07700 900124")
    with pytest.raises(SlotTaken, match="Kim Osei"):
        _add(other, manager, kim)
    assert _add(other, manager, kim, overbook_reason=_REASON).overbook_reason == _REASON
    whole = at(inside, "13:00"), at(inside, "18:00")
    TechnicianAbsence.objects.create(technician=kim, starts_at=whole[0], ends_at=whole[1], reason="Dentist")
    assert _add(other, manager, kim, "14:00", overbook_reason=_REASON).overbook_reason == _REASON


def test_no_reason_opens_a_closed_garage_or_lengthens_the_day(
    inside: Garage, manager: Membership, kim: Technician
) -> None:
    booking = make_booking(inside, "09:00")
    for wall, sentence in (("03:00", "closed"), ("17:30", "would not fit")):
        with pytest.raises(NotOpen, match=sentence):
            _add(booking, manager, kim, wall, overbook_reason=_REASON)


def test_the_right_is_asked_for_in_the_words_of_the_first_time(
    inside: Garage, receptionist: Membership, manager: Membership, kim: Technician
) -> None:
    booking = make_booking(inside, "13:00", phone="07700 900124")
    part = _add(booking, receptionist, kim, "14:00")
    with pytest.raises(BookingError, match=_NO_RIGHT):
        _add(booking, receptionist, kim, overbook_reason=_REASON)
    with pytest.raises(BookingError, match=_NO_RIGHT):
        _change(part, receptionist, overbook_reason=_REASON)
    _busy(inside, manager, kim)
    inside.receptionists_overbook = receptionist.garage.receptionists_overbook = True
    inside.save()
    assert _add(booking, receptionist, kim, overbook_reason=_REASON).overbook_reason == _REASON


def test_a_change_keeps_the_reason_where_it_stays_and_drops_it_elsewhere(
    inside: Garage, manager: Membership, kim: Technician
) -> None:
    _busy(inside, manager, kim)
    part = _add(make_booking(inside, "13:00", phone="07700 900124"), manager, kim, overbook_reason=_REASON)
    assert _change(part, manager, note="Bleed").overbook_reason == _REASON
    assert _change(part, manager, work=timedelta(minutes=30)).overbook_reason == _REASON
    part.refresh_from_db()
    with pytest.raises(SlotTaken, match="Kim Osei"):
        _change(part, manager, starts_at=at(inside, "10:15"))
    assert _change(part, manager, starts_at=at(inside, "10:15"), overbook_reason="Again").overbook_reason == "Again"
    assert _change(part, manager, starts_at=at(inside, "12:00")).overbook_reason == ""


def test_helpers_share_for_the_reason_the_booking_is_moved_with(
    inside: Garage, manager: Membership, kim: Technician
) -> None:
    _busy(inside, manager, kim)
    booking = make_booking(inside, "13:00", phone="07700 900124")
    helped = _add(booking, manager, kim, "13:00")
    booking.refresh_from_db()
    facts: dict[str, Any] = {"version": booking.version, "setup": load_setup(inside), "by": manager}
    with pytest.raises(SlotTaken, match="Kim Osei helps with it"):
        move_booking(booking, starts_at=at(inside, "10:00"), **facts)
    move_booking(booking, starts_at=at(inside, "10:00"), overbook_reason=_REASON, **facts)
    helped.refresh_from_db()
    assert (helped.starts_at, helped.overbook_reason) == (at(inside, "10:00"), _REASON)


def test_reopening_shares_nothing_that_was_not_shared(inside: Garage, manager: Membership, kim: Technician) -> None:
    """Not even where its booking is overbooked itself: that reason was given for another bay."""
    plain = make_booking(inside, "13:00", phone="07700 900124")
    part = _add(plain, manager, kim)
    Booking.objects.filter(pk=plain.pk).update(overbook_reason="Promised")
    cancel(plain, reason="Ill", by=manager)
    taker = _busy(inside, manager, kim)
    with pytest.raises(SlotTaken), transaction.atomic():
        reopen(plain, by=manager)
    part.refresh_from_db()
    assert (part.holds, part.overbook_reason) == (False, "")

    shared = make_booking(inside, "15:00", phone="07700 900125")
    marked = _add(shared, manager, kim, overbook_reason=_REASON)
    for reason in (_REASON, ""):  # marked as it was while it shares; not any more once there is room
        cancel(shared, reason="Ill", by=manager)
        reopen(shared, by=manager)
        marked.refresh_from_db()
        assert (marked.holds, marked.overbook_reason) == (True, reason)
        if reason:
            taker.booking.refresh_from_db()
            remove_time(taker, version=taker.booking.version, setup=load_setup(inside), by=manager)


def test_the_database_lets_only_what_is_marked_share(inside: Garage, manager: Membership, kim: Technician) -> None:
    part = _busy(inside, manager, kim)
    own = make_booking(inside, "10:00", phone="07700 900124")
    move_booking(own, version=1, setup=load_setup(inside), by=manager, starts_at=at(inside, "14:00"), technician=kim)
    other = make_booking(inside, "16:00", phone="07700 900125")
    for start in (part.starts_at, at(inside, "14:00")):  # a further time's technician, a booking's technician
        span = {"starts_at": start, "ends_at": start + timedelta(minutes=20)}
        with pytest.raises(IntegrityError), transaction.atomic():
            Allocation.objects.create(booking=other, technician=kim, **span)
        marked = Allocation.objects.create(booking=other, technician=kim, overbook_reason=_REASON, **span)
        with pytest.raises(IntegrityError), transaction.atomic():
            Allocation.objects.filter(pk=marked.pk).update(overbook_reason="")
    Booking.objects.filter(pk=own.pk).update(
        held_from=at(inside, "13:55")
    )  # looked at again beside what shares with it


# --- Undone, told, typed --------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_undo_brings_the_mark_back_and_shares_nothing_else(
    garage: Garage, manager: Membership, kim: Technician
) -> None:
    with tenant(garage.pk), transaction.atomic():
        taker = _busy(garage, manager, kim)
        booking = make_booking(garage, "13:00", phone="07700 900124")
    act(booking, _add, by=manager, who=kim, overbook_reason=_REASON)

    def remove(one: Booking) -> None:
        remove_time(one.allocations.get(), version=one.version, setup=load_setup(garage), by=manager)

    def done(one: Booking) -> None:
        complete_part(start_service(confirm(one, by=manager), by=manager), part=one.allocations.get(), by=manager)

    for verb in (remove, done):
        act(booking, verb)
        act(booking, undo, version=fresh(booking).version, by=manager)
        assert _marks(garage, booking) == [(True, _REASON)]
    with tenant(garage.pk), transaction.atomic():
        told = [one.new for entry in history_of(booking, garage) for one in entry.changes if one.name == "further_time"]
        assert any(f"overbooked: {_REASON}" in one for one in told)
        assert Allocation.objects.get(pk=taker.pk).overbook_reason == ""


def _marks(garage: Garage, booking: Booking) -> list[tuple[bool, str]]:
    with tenant(garage.pk), transaction.atomic():
        return list(Allocation.objects.filter(booking=booking).values_list("holds", "overbook_reason"))


def test_the_form_has_the_means_of_the_first_time(
    garage: Garage, manager_client: Client, desk_client: Client, manager: Membership, kim: Technician
) -> None:
    with tenant(garage.pk), transaction.atomic():
        _busy(garage, manager, kim)
        booking = make_booking(garage, "13:00", phone="07700 900124")
        start = at(garage, "10:00").astimezone(garage.zone)
    address = f"/g/here/bookings/{booking.reference}/times/add/"
    typed = {"version": "1", "technician": str(kim.public_id), "date": f"{start:%Y-%m-%d}", "time": "10:00"}
    typed |= {"minutes": "30", "note": "Bleed the brakes"}
    assert "Overbook" not in desk_client.get(address).content.decode()
    refused = desk_client.post(address, typed | {"overbook_reason": _REASON})
    assert (refused.status_code, _NO_RIGHT in refused.content.decode()) == (
        422,
        True,
    )
    refused = manager_client.post(address, typed)
    html = refused.content.decode()
    assert (refused.status_code, "Kim Osei is not there or has another job" in html) == (422, True)
    assert "Bleed the brakes" in html
    assert "<details open" in re.sub(r"\s+", " ", html)
    assert manager_client.post(address, typed | {"overbook_reason": _REASON}).status_code == 302
    for page in (f"bookings/{booking.reference}/", f"planner/?lanes=technicians&day={start:%Y-%m-%d}"):
        assert "Overbooked: Two minutes" in manager_client.get(f"/g/here/{page}").content.decode()
