"""Writing bookings: every change of a booking is a verb here."""

from bookings.services.answer import mark_contacted, propose, say_yes
from bookings.services.by_customer import assure_by_customer, cancel_by_customer, move_by_customer, undo_by_customer
from bookings.services.capacity import keep, may_overbook, place, release
from bookings.services.carry_over import carry_over
from bookings.services.create import create_booking
from bookings.services.edit import edit_booking
from bookings.services.marks import mark
from bookings.services.move import UNASSIGNED, move_booking
from bookings.services.status import (
    accept,
    cancel,
    check_in,
    complete,
    confirm,
    decline,
    mark_no_show,
    may_confirm,
    reopen,
    start_service,
)
from bookings.services.work import begin_part, complete_part, pause, resume

__all__ = [
    "UNASSIGNED",
    "accept",
    "assure_by_customer",
    "begin_part",
    "cancel",
    "cancel_by_customer",
    "carry_over",
    "check_in",
    "complete",
    "complete_part",
    "confirm",
    "create_booking",
    "decline",
    "edit_booking",
    "keep",
    "mark",
    "mark_contacted",
    "mark_no_show",
    "may_confirm",
    "may_overbook",
    "move_booking",
    "move_by_customer",
    "pause",
    "place",
    "propose",
    "release",
    "reopen",
    "resume",
    "say_yes",
    "start_service",
    "undo_by_customer",
]
