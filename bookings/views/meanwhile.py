"""What another desk did to a booking since this one looked at it: told where an act would otherwise meet other data
than the person saw."""

from __future__ import annotations

from django.forms import Form
from django.http import QueryDict
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from bookings.errors import ChangedMeanwhile
from bookings.models import Booking
from bookings.selectors.history import History, acts_since
from garages.errors import DomainError
from garages.models import Garage


def version_seen(posted: QueryDict) -> int | None:
    """The version that a button or form was drawn for; None when it does not say."""
    return whole_number(posted.get("version", ""))


def whole_number(text: str) -> int | None:
    """The number a button or field sent; None for what is none, or longer than any of ours."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


def refusal(error: DomainError, booking: Booking, version: int | None, garage: Garage) -> str:
    """Why an act was refused; what others did since `version`, when that is the reason."""
    told = told_since(booking, version, garage) if isinstance(error, ChangedMeanwhile) else ""
    return _("%(told)s Look again, then decide.") % {"told": told} if told else str(error)


def draw_anew(form: Form, error: DomainError, booking: Booking) -> None:
    """What was typed stays, for the version there is now: whoever was told and saves again has decided."""
    if isinstance(error, ChangedMeanwhile):
        form.data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        form.data["version"] = str(Booking.objects.values_list("version", flat=True).get(pk=booking.pk))  # type: ignore[index]


def told_since(booking: Booking, version: int | None, garage: Garage) -> str:
    """Who did what after `version`, oldest first; blank when the history knows of nothing."""
    acts = acts_since(booking, version, garage) if version is not None else []
    return " ".join(_sentence(act) for act in acts)


def _sentence(act: History) -> str:
    said = _("%(who)s %(verb)s") % {"who": act.who, "verb": act.verb} if act.who else act.title
    changes = [f"{change.label}: {change.old or '–'} → {change.new or '–'}" for change in act.changes]
    if not changes:
        return f"{said}."
    return _("%(said)s (%(changes)s).") % {"said": said, "changes": get_text_list(changes, _("and"))}
