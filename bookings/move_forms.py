"""Where a booking is moved to: dropped in the planner, or typed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.days import DayField
from bookings.hours import work_between
from bookings.models import Allocation, Booking
from bookings.planner import Lanes
from bookings.services.move import UNASSIGNED
from bookings.slots import moment
from garages.models import Bay, Technician
from garages.setup import Setup

_LONGEST = 30 * 24 * 60


class PlaceForm(forms.Form):
    """What a dropped card says: which lane, when (ISO 8601, with its zone), how long; `part` is the further time of the
    booking whose card it is, if it is one's."""

    part = forms.UUIDField(required=False)
    version = forms.IntegerField()
    starts_at = forms.DateTimeField()
    minutes = forms.IntegerField(min_value=1, max_value=_LONGEST)
    lanes = forms.ChoiceField(choices=[(lanes, lanes) for lanes in Lanes])
    lane = forms.UUIDField()

    def target(self) -> dict[str, Any]:
        """The bay or the technician, by the name `move_booking` gives it. Empty when there is no such lane here."""
        if self.cleaned_data["lanes"] == Lanes.BAYS:
            bay = Bay.objects.filter(public_id=self.cleaned_data["lane"]).first()
            return {"bay": bay} if bay else {}
        technician = Technician.objects.filter(public_id=self.cleaned_data["lane"]).first()
        return {"technician": technician} if technician else {}


class MoveForm(forms.Form):
    """The same as fields: any day, any time, without a mouse and without a script."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    date = DayField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}))
    minutes = forms.IntegerField(label=_("Minutes of work"), min_value=5, max_value=_LONGEST)
    bay = forms.ChoiceField(label=_("Bay"), required=False)
    technician = forms.ChoiceField(label=_("Technician"), required=False)
    overbook_reason = forms.CharField(label=_("Reason to overbook"), required=False, max_length=200)

    def __init__(self, *args: Any, setup: Setup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setup = setup
        bay, technician = self.fields["bay"], self.fields["technician"]
        assert isinstance(bay, forms.ChoiceField)
        assert isinstance(technician, forms.ChoiceField)
        bay.choices = [("", _("Any that fits")), *((one.public_id, one.name) for one in setup.bays)]
        technician.choices = [("", _("Nobody yet")), *((one.public_id, one.name) for one in setup.technicians)]

    def clean_bay(self) -> Bay | None:
        chosen = self.cleaned_data["bay"]
        return Bay.objects.filter(public_id=chosen).first() if chosen else None

    def clean_technician(self) -> Any:
        chosen = self.cleaned_data["technician"]
        return (Technician.objects.filter(public_id=chosen).first() if chosen else None) or UNASSIGNED

    @property
    def starts_at(self) -> datetime:
        return moment(self.cleaned_data["date"], self.cleaned_data["time"], self.setup.garage.zone)


class TimeForm(forms.Form):
    """A further time of a booking. `offer` is a start that was offered beside the form, picked instead of typing."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    technician = forms.ChoiceField(label=_("Technician"))
    bay = forms.ChoiceField(label=_("Bay"), required=False)
    date = DayField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}))
    time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}))
    minutes = forms.IntegerField(label=_("Minutes of work"), min_value=5, max_value=_LONGEST)
    note = forms.CharField(label=_("What for"), required=False, max_length=120)
    overbook_reason = forms.CharField(label=_("Reason to overbook"), required=False, max_length=200)
    offer = forms.DateTimeField(required=False)

    def __init__(self, *args: Any, setup: Setup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setup = setup
        bay, technician = self.fields["bay"], self.fields["technician"]
        assert isinstance(bay, forms.ChoiceField)
        assert isinstance(technician, forms.ChoiceField)
        bay.choices = [("", _("None of its own")), *((one.public_id, one.name) for one in setup.bays)]
        technician.choices = [(one.public_id, one.name) for one in setup.technicians]

    def clean_bay(self) -> Bay | None:
        chosen = self.cleaned_data["bay"]
        return Bay.objects.filter(public_id=chosen).first() if chosen else None

    def clean_technician(self) -> Technician | None:
        return Technician.objects.filter(public_id=self.cleaned_data["technician"]).first()

    def facts(self) -> dict[str, Any]:
        """What the verbs of `bookings.services.allocations` ask for."""
        data = self.cleaned_data
        typed = moment(data["date"], data["time"], self.setup.garage.zone)
        facts = {name: data[name] for name in ("version", "technician", "bay", "note", "overbook_reason")}
        return facts | {"starts_at": data["offer"] or typed, "work": timedelta(minutes=data["minutes"])}


def initial_of_time(allocation: Allocation, setup: Setup) -> dict[str, Any]:
    """As it is now."""
    local = allocation.starts_at.astimezone(setup.garage.zone)
    work = work_between(setup, allocation.starts_at, allocation.ends_at)
    return {
        "version": allocation.booking.version,
        "technician": str(allocation.technician.public_id),
        "bay": str(allocation.bay.public_id) if allocation.bay else "",
        "date": local.date(),
        "time": f"{local:%H:%M}",
        "minutes": work // timedelta(minutes=1),
        "note": allocation.note,
    }


def initial_of(booking: Booking, setup: Setup) -> dict[str, Any]:
    """Where the booking is now."""
    local = booking.starts_at.astimezone(setup.garage.zone)
    return {
        "version": booking.version,
        "date": local.date(),
        "time": f"{local:%H:%M}",
        "minutes": int(booking.duration.total_seconds() // 60),
        "bay": str(booking.bay.public_id) if booking.bay else "",
        "technician": str(booking.technician.public_id) if booking.technician else "",
    }
