"""Bays out of service, technicians who are away, their working hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from garages.enums import Weekday
from garages.models import Bay, Garage, Technician
from garages.services.hours import Span


class AwayForm(forms.Form):
    """What or who is away, from when until when in the garage's own time, and why."""

    starts_at = forms.DateTimeField(
        label=gettext_lazy("From"),
        widget=forms.DateTimeInput({"type": "datetime-local", "class": "input"}, format="%Y-%m-%dT%H:%M"),
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Until"),
        widget=forms.DateTimeInput({"type": "datetime-local", "class": "input"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=120)

    def __init__(self, data: QueryDict | None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        bays = [(f"bay:{bay.public_id}", bay.name) for bay in Bay.objects.filter(is_active=True)]
        people = [(f"technician:{one.public_id}", one.name) for one in Technician.objects.filter(is_active=True)]
        self.fields["what"] = forms.ChoiceField(
            label=_("Bay or technician"), choices=[(_("Bays"), bays), (_("Technicians"), people)]
        )

    def chosen(self) -> Bay | Technician:
        """The bay or technician that is meant."""
        kind, _colon, public_id = self.cleaned_data["what"].partition(":")
        return (Bay if kind == "bay" else Technician).objects.get(public_id=public_id)

    def times(self) -> dict[str, datetime]:
        return {"starts_at": self.cleaned_data["starts_at"], "ends_at": self.cleaned_data["ends_at"]}


class ShiftsForm(forms.Form):
    """One stretch a weekday; an empty week means whenever the garage is open."""

    def __init__(self, data: QueryDict | None, *, technician: Technician) -> None:
        known = {shift.weekday: shift for shift in technician.shifts.all()}
        super().__init__(data)
        for day in Weekday:
            shift = known.get(day)
            for name, label, value in (
                ("starts", _("%(day)s, from"), shift and shift.starts),
                ("ends", _("%(day)s, until"), shift and shift.ends),
            ):
                widget = forms.TimeInput({"type": "time", "class": "input"}, format="%H:%M")
                self.fields[f"{name}_{day.value}"] = forms.TimeField(
                    label=label % {"day": day.label}, required=False, widget=widget, initial=value
                )

    def rows(self) -> Iterator[dict[str, Any]]:
        """The weekdays with their two fields."""
        for day in Weekday:
            yield {"day": day.label, "starts": self[f"starts_{day.value}"], "ends": self[f"ends_{day.value}"]}

    def spans(self) -> list[Span]:
        return [
            Span(day, self.cleaned_data[f"starts_{day.value}"], self.cleaned_data[f"ends_{day.value}"])
            for day in Weekday
            if self.cleaned_data[f"starts_{day.value}"]
        ]

    def clean(self) -> None:
        for day in Weekday:
            both = [self.cleaned_data.get(f"{name}_{day.value}") for name in ("starts", "ends")]
            if (both[0] is None) != (both[1] is None):
                self.add_error(f"ends_{day.value}", _("A shift has a beginning and an end."))


def first_times(garage: Garage) -> dict[str, Any]:
    """What the form shows before anything is typed: the whole of tomorrow's working day."""
    tomorrow = garage.now().replace(hour=8, minute=0, second=0, microsecond=0, tzinfo=None)
    return {"starts_at": tomorrow, "ends_at": tomorrow.replace(hour=18)}
