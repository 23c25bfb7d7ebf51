"""What happened to a booking, in plain words, from the rows the database's triggers wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from django.apps import apps
from django.db.models import Choices, Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from bookings.enums import Awaiting, DropOff, Priority, Status
from bookings.models import Booking
from garages import formats
from garages.models import Garage

# What is worth a line of its own, in the order it is read. The rest (held times, kept copies) follows from these.
FIELDS: Final[dict[str, Promise]] = {
    "status": gettext_lazy("Status"),
    "reason": gettext_lazy("Reason"),
    "starts_at": gettext_lazy("Start"),
    "ready_at": gettext_lazy("Ready by"),
    "bay_id": gettext_lazy("Bay"),
    "technician_id": gettext_lazy("Technician"),
    "overbook_reason": gettext_lazy("Overbooked"),
    "customer_id": gettext_lazy("Customer"),
    "vehicle_id": gettext_lazy("Vehicle"),
    "vehicle_type_id": gettext_lazy("Vehicle type"),
    "priority": gettext_lazy("Priority"),
    "arrived_at": gettext_lazy("Arrived"),
    "contacted_at": gettext_lazy("Contacted"),
    "customer_confirmed_at": gettext_lazy("Customer confirmed"),
    "drop_off": gettext_lazy("The car"),
    "courtesy_car_id": gettext_lazy("Courtesy car"),
    "key_tag": gettext_lazy("Key tag"),
    "parking": gettext_lazy("Parking place"),
    "awaiting": gettext_lazy("Waiting for"),
    "overnight": gettext_lazy("Stays overnight"),
    "collect_at": gettext_lazy("Collection"),
    "workshop_notes": gettext_lazy("Notes"),
    "internal_notes": gettext_lazy("Internal notes"),
}
_MOMENTS: Final = ("starts_at", "ready_at", "arrived_at", "contacted_at", "customer_confirmed_at", "collect_at")
_CHOICES: Final[dict[str, type[Choices]]] = {
    "status": Status,
    "priority": Priority,
    "drop_off": DropOff,
    "awaiting": Awaiting,
}
_NAMED: Final[dict[str, str]] = {
    "bay_id": "garages.Bay",
    "technician_id": "garages.Technician",
    "courtesy_car_id": "garages.CourtesyCar",
    "vehicle_type_id": "garages.VehicleType",
    "customer_id": "customers.Customer",
    "vehicle_id": "fleet.Vehicle",
}

# What tells the kind of an act that left the status alone, the first that changed.
_TELLING: Final = (
    ("arrived_at", "arrived"),
    ("contacted_at", "contacted"),
    ("starts_at", "moved"),
    ("customer_confirmed_at", "assured"),
)

_VERBS: Final[dict[str, Promise]] = {
    "created": gettext_lazy("made the booking"),
    "edited": gettext_lazy("changed the booking"),
    "moved": gettext_lazy("moved the booking"),
    "arrived": gettext_lazy("checked the car in"),
    "contacted": gettext_lazy("contacted the customer"),
    "assured": gettext_lazy("will be there"),
    "reopened": gettext_lazy("reopened the booking"),
    "undone": gettext_lazy("undid an act"),
    Status.CONFIRMED: gettext_lazy("confirmed the booking"),
    Status.IN_SERVICE: gettext_lazy("started work"),
    Status.COMPLETED: gettext_lazy("completed the booking"),
    Status.CANCELLED: gettext_lazy("cancelled the booking"),
    Status.NO_SHOW: gettext_lazy("marked the booking as no-show"),
    Status.DECLINED: gettext_lazy("declined the booking"),
}
_TITLES: Final[dict[str, Promise]] = {
    "created": gettext_lazy("Booked"),
    "edited": gettext_lazy("Changed"),
    "moved": gettext_lazy("Moved"),
    "arrived": gettext_lazy("Checked in"),
    "contacted": gettext_lazy("Contacted"),
    "assured": gettext_lazy("Customer confirmed"),
    "reopened": gettext_lazy("Reopened"),
    "undone": gettext_lazy("Undone"),
    **{status: status.label for status in Status},
}


# What a booking consists of besides its own row.
PARTS: Final = ("BookingLineEvent", "AllocationEvent")


@dataclass(frozen=True)
class FieldChange:
    """One field's old and new value as text; blank when there was or is none."""

    name: str
    label: str
    old: str
    new: str


@dataclass
class History:
    """All that one act changed. `who` is blank when no person did it; `where` says from which part of the product;
    `version` is the one it made; `undid` is the kind of the act it took back, if it did."""

    at: datetime
    who: str
    where: str
    kind: str
    status: str
    version: int
    changes: list[FieldChange] = field(default_factory=list)
    undid: str = ""

    @property
    def verb(self) -> str:
        """What the person did, to be read after their name."""
        if self.undid:
            return _("undid: %(act)s") % {"act": title_of(self.undid)}
        return str(_VERBS[self.kind])

    @property
    def title(self) -> str:
        """The same where nobody is named."""
        return title_of(self.kind)


def title_of(kind: str) -> str:
    """The name of a kind of act."""
    return str(_TITLES[kind])


def history_of(booking: Booking, garage: Garage) -> list[History]:
    """The acts on this booking, newest first. A constant number of queries, whatever happened to it."""
    event_model = model_of("BookingEvent")
    events = list(event_model.objects.filter(garage_id=garage.pk, pgh_obj_id=booking.pk).order_by("pgh_id"))
    parts = [
        part
        for model in PARTS
        for part in model_of(model).objects.filter(garage_id=garage.pk, booking_id=booking.pk).order_by("pgh_id")
    ]
    return [act for _booking, act in read_acts(events, parts, garage)][::-1]


def model_of(name: str) -> Any:
    """A model of history; the library makes them, so that no module has them to import."""
    return apps.get_model("bookings", name)


def read_acts(
    events: Iterable[Any], parts: Iterable[Any], garage: Garage, *, before: Iterable[Any] = ()
) -> Iterator[tuple[int, History]]:
    """The acts that rows of history tell of (those of bookings and those of their PARTS), oldest first, each with the
    key of its booking. `before` holds the rows that these follow, where they do not begin with the booking itself."""
    words = _Words(garage, [*events, *parts, *before])
    previous: dict[tuple[str, int], Any] = {(type(event).__name__, event.pgh_obj_id): event for event in before}
    # Triggers stamp all rows of one transaction with the moment it began: that is what makes them one act.
    ordered = sorted([*events, *parts], key=lambda event: (event.pgh_created_at, _booking_of(event), event.pgh_id))
    for (at, booking), group in groupby(ordered, key=lambda event: (event.pgh_created_at, _booking_of(event))):
        act = _act(at, list(group), previous, words, garage)
        if act is not None:
            yield booking, act


def _booking_of(event: Any) -> int:
    return int(getattr(event, "booking_id", None) or event.pgh_obj_id)


def acts_since(booking: Booking, version: int, garage: Garage) -> list[History]:
    """The acts on this booking that came after the one that made `version`, oldest first."""
    return [act for act in history_of(booking, garage) if act.version > version][::-1]


def _act(
    at: datetime, events: list[Any], previous: dict[tuple[str, int], Any], words: _Words, garage: Garage
) -> History | None:
    context = next((event.pgh_context for event in events if event.pgh_context), None) or {}
    changes: list[FieldChange] = []
    created = False
    status, version = "", 0
    for event in events:
        key = (type(event).__name__, event.pgh_obj_id)
        before = previous.get(key)
        previous[key] = event
        if hasattr(event, "booking_id"):
            changes += _part_changes(event, before, words)
            continue
        version = event.version
        if event.pgh_label == "insert":
            created, status = True, event.status
        elif before is not None:
            changes += words.changes(before, event)
            status = event.status if event.status != before.status else status
    if not (created or changes):
        return None
    undid = str(context.get("undid", ""))
    by_customer = bool(context.get("customer"))
    return History(
        at=at.astimezone(garage.zone),
        who=_("The customer") if by_customer else str(context.get("name", "")),
        where=pgettext("where", "customer's page") if by_customer else _where(str(context.get("route", ""))),
        kind="undone" if undid else kind_of(created=created, status=status, names={one.name for one in changes}),
        status=status,
        version=version,
        changes=[change for change in changes if change.name != "status"],
        undid=undid,
    )


def kind_of(*, created: bool, status: str, names: set[str]) -> str:
    """What kind of act changed these fields; `status` is the one it led to, blank when it stayed."""
    if created:
        return "created"
    if status in (Status.PENDING, Status.REQUESTED):
        return "reopened"
    if status:
        return status
    return next((kind for name, kind in _TELLING if name in names), "edited")


class _Words:
    """Values as people read them; names of the rows that keys point to are read once for the whole history."""

    def __init__(self, garage: Garage, events: Iterable[Any]) -> None:
        self.garage = garage
        self.locale = formats.locale_of(garage)
        self.names = {name: self._names_of(name, model, events) for name, model in _NAMED.items()}

    def _names_of(self, name: str, label: str, events: Iterable[Any]) -> dict[int, str]:
        wanted = {getattr(event, name, None) for event in events} - {None}
        if len(wanted) < 2 and name not in ("bay_id", "technician_id", "courtesy_car_id"):
            return {}  # it never changed, so nobody will read it
        model: type[Model] = apps.get_model(label)
        rows = model._base_manager.filter(garage_id=self.garage.pk, pk__in=wanted)  # merged ones too
        return {row.pk: str(row) for row in rows} if wanted else {}

    def changes(self, before: Any, after: Any) -> Iterator[FieldChange]:
        for name, label in FIELDS.items():
            old, new = getattr(before, name), getattr(after, name)
            if old != new:
                yield FieldChange(name, str(label), self.value(name, old), self.value(name, new))

    def value(self, name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if name in _MOMENTS:
            return formats.moment(value.astimezone(self.garage.zone), self.locale)
        if name in _NAMED:
            return self.names[name].get(value, "")
        if name in _CHOICES:
            return str(_CHOICES[name](value).label)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return str(value)

    def part(self, event: Any) -> str:
        """A line as its service and price, a further time as who, when and where."""
        if hasattr(event, "price"):
            return f"{event.name}, {formats.money(event.price, self.garage.currency, self.locale)}"
        begins, ends = (at.astimezone(self.garage.zone) for at in (event.starts_at, event.ends_at))
        when = f"{formats.moment(begins, self.locale)}–{formats.clock(ends.time(), self.locale)}"
        facts = [self.names["technician_id"].get(event.technician_id, ""), when]
        facts.append(self.names["bay_id"].get(event.bay_id, ""))
        facts += [event.note, _("done") if event.done_at else ""]
        facts.append(_("overbooked: %(reason)s") % {"reason": event.overbook_reason} if event.overbook_reason else "")
        return ", ".join(fact for fact in facts if fact)


def _part_changes(event: Any, before: Any, words: _Words) -> Iterator[FieldChange]:
    name, label = ("service", _("Service")) if hasattr(event, "price") else ("further_time", _("Further time"))
    old = words.part(before) if event.pgh_label == "update" and before is not None else ""
    new = words.part(event)
    if event.pgh_label == "delete":
        old, new = new, ""
    if old != new and not (event.pgh_label == "update" and before is None):
        yield FieldChange(name, label, old, new)


def _where(route: str) -> str:
    if route.startswith("admin:"):
        return _("platform admin")
    if route.startswith("bookings:request"):
        return pgettext("where", "requests")
    return {
        "bookings:create": pgettext("where", "reception desk"),
        "bookings:edit": pgettext("where", "booking page"),
    }.get(route, "")
