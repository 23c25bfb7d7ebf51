"""The opening hours of a week, several spans a day, in one form; and closures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from itertools import pairwise
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from garages.enums import Weekday
from garages.models import OpeningSpan
from garages.services.hours import Span

_LINES = range(10)
_AS_TYPED = "%H:%M"


@dataclass
class TypedDay:
    """A weekday as it stands in the form: the switch, and pairs of texts."""

    is_open: bool = False
    lines: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class DayFields:
    """The fields of one weekday: the switch, and a pair of times for each line."""

    day: int
    label: str
    is_open: BoundField
    lines: list[tuple[BoundField, BoundField]]


class HoursForm(forms.Form):
    """A switch and lines of two times for each weekday. Lines left empty do not count.

    A line is a pair of fields, `opens_<day>_<line>` and `closes_<day>_<line>`; how many there are, the data say.
    """

    def __init__(self, data: QueryDict | None = None, *, week: Mapping[int, TypedDay] | None = None) -> None:
        self.week = week or _typed_week(data or QueryDict())
        super().__init__(data, initial=_values(self.week))
        for day, typed in self.week.items():
            label = {"day": Weekday(day).label}
            name = _("Open on %(day)s") % label
            switch = forms.CheckboxInput({"role": "switch", "aria-label": name})
            self.fields[f"open_{day}"] = forms.BooleanField(label=name, required=False, widget=switch)
            for line in range(len(typed.lines)):
                self.fields[f"opens_{day}_{line}"] = _time_field(_("%(day)s from") % label)
                self.fields[f"closes_{day}_{line}"] = _time_field(_("%(day)s until") % label)

    @classmethod
    def of(cls, hours: Mapping[int, Sequence[OpeningSpan]]) -> HoursForm:
        """The form showing these hours."""
        week = {}
        for day in Weekday.values:
            lines = [(f"{span.opens:{_AS_TYPED}}", f"{span.closes:{_AS_TYPED}}") for span in hours.get(day, ())]
            week[day] = TypedDay(bool(lines), lines or [("", "")])
        return cls(week=week)

    @classmethod
    def draft(cls, typed: QueryDict) -> HoursForm:
        """What was typed, unjudged, after one of the form's own buttons: `more` adds a line to a day, `copy` gives one
        day's lines to all other days that are open."""
        week = _typed_week(typed)
        more, source = _day(typed.get("more", "")), _day(typed.get("copy", ""))
        if more is not None:
            week[more].is_open = True
            week[more].lines = [*week[more].lines, ("", "")][: len(_LINES)]
        if source is not None:
            for day in week.values():
                day.lines = list(week[source].lines) if day.is_open else day.lines
        form = cls(week=week)
        if more is not None:
            form.fields[f"opens_{more}_{len(week[more].lines) - 1}"].widget.attrs["autofocus"] = True
        return form

    @property
    def days(self) -> list[DayFields]:
        return [
            DayFields(
                day,
                str(Weekday(day).label),
                self[f"open_{day}"],
                [(self[f"opens_{day}_{line}"], self[f"closes_{day}_{line}"]) for line in range(len(typed.lines))],
            )
            for day, typed in self.week.items()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.spans: list[Span] = []
        for day, typed in self.week.items():
            if cleaned.get(f"open_{day}"):
                self._clean_day(day, len(typed.lines), cleaned)
        return cleaned

    def _clean_day(self, day: int, count: int, cleaned: Mapping[str, time | None]) -> None:
        spans = []
        for line in range(count):
            names = f"opens_{day}_{line}", f"closes_{day}_{line}"
            opens, closes = cleaned.get(names[0]), cleaned.get(names[1])
            if any(name in self.errors for name in names) or (opens is None and closes is None):
                continue
            if opens is None or closes is None:
                self.add_error(names[opens is not None], _("Type both times, or neither."))
            elif closes <= opens:
                self.add_error(names[1], _("Closing comes after opening."))
            else:
                spans.append((Span(day, opens, closes), line))
        spans.sort()
        for (earlier, _before), (later, line) in pairwise(spans):
            if later.opens < earlier.closes:
                self.add_error(f"opens_{day}_{line}", _("These hours overlap others of the same day."))
        if not spans and not any(name.split("_")[1] == str(day) for name in self.errors):
            self.add_error(f"opens_{day}_0", _("Type when the day begins and ends, or switch it off."))
        self.spans += [span for span, _line in spans]


def _typed_week(typed: QueryDict) -> dict[int, TypedDay]:
    """Each weekday with the lines that were sent; at least one, to type into."""
    week = {}
    for day in Weekday.values:
        sent = [line for line in _LINES if f"opens_{day}_{line}" in typed]
        lines = [
            (typed.get(f"opens_{day}_{line}", ""), typed.get(f"closes_{day}_{line}", ""))
            for line in range(max(sent, default=0) + 1)
        ]
        week[day] = TypedDay(bool(typed.get(f"open_{day}")), lines)
    return week


def _values(week: Mapping[int, TypedDay]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for day, typed in week.items():
        values[f"open_{day}"] = typed.is_open
        for line, (opens, closes) in enumerate(typed.lines):
            values |= {f"opens_{day}_{line}": opens, f"closes_{day}_{line}": closes}
    return values


def _day(number: str) -> int | None:
    return next((day for day in Weekday.values if str(day) == number), None)


def _time_field(label: str) -> forms.TimeField:
    widget = forms.TimeInput({"type": "time", "class": "input", "aria-label": label}, format=_AS_TYPED)
    return forms.TimeField(label=label, required=False, widget=widget)


class ClosureForm(forms.Form):
    """A day or a span on which the garage does not work."""

    starts_on = forms.DateField(
        label=gettext_lazy("First day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=120)

    def clean(self) -> dict[str, Any]:
        """One day when no last day is given."""
        cleaned = super().clean() or {}
        cleaned["ends_on"] = cleaned.get("ends_on") or cleaned.get("starts_on")
        return cleaned


class HolidaysForm(forms.Form):
    """Which of a year's public holidays to close on."""

    def __init__(self, *args: Any, holidays: Mapping[date, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holidays = holidays
        self.fields["days"] = forms.MultipleChoiceField(
            label=_("Public holidays"),
            widget=forms.CheckboxSelectMultiple,
            choices=[(day.isoformat(), name) for day, name in holidays.items()],
            error_messages={"required": _("Choose at least one day.")},
        )

    @property
    def chosen(self) -> list[tuple[date, str]]:
        """The chosen days, with the names we know them by."""
        days = [date.fromisoformat(day) for day in self.cleaned_data["days"]]
        return [(day, self.holidays[day]) for day in days]
