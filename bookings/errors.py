"""What may be refused when booking, in words for the person at the desk."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.enums import Status
from garages.errors import DomainError


class BookingError(DomainError):
    """A booking cannot be made or changed like this."""


class IllegalMove(BookingError):
    """The table of moves has no such step."""

    def __init__(self, status: Status, wanted: Status) -> None:
        super().__init__(
            _("This booking is “%(status)s”: it cannot become “%(wanted)s”.")
            % {"status": status.label, "wanted": wanted.label}
        )


class SlotTaken(BookingError):
    """Somebody else has the bay or the technician at that time; `technician` says that it is the technician."""

    def __init__(self, message: str | Promise | None = None, *, technician: bool = False) -> None:
        super().__init__(message or _("That time has just been taken. Choose another one below."), field="time")
        self.technician = technician


class NotOpen(BookingError):
    """The garage does not work then, or not long enough."""


class ChangedMeanwhile(BookingError):
    """Somebody saved another version of this booking first."""

    def __init__(self, message: str | Promise | None = None) -> None:
        super().__init__(
            message
            or _(
                "Somebody else changed this booking while you were editing it. Look at their changes, then save again."
            )
        )


class RequestExpired(BookingError):
    """The time a request asked for has passed: it is neither accepted nor moved (REQ-15)."""

    def __init__(self) -> None:
        super().__init__(_("The time asked for has passed. Propose another one."))


class NotAsSeen(BookingError):
    """Something about the booking is not fine that was not on the screen when it was answered."""

    def __init__(self, concerns: Iterable[str]) -> None:
        super().__init__(_("Look again: %(concerns)s") % {"concerns": " ".join(concerns)})
