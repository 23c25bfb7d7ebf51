"""What the garage is called and where it is, and its booking rules."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import to_python as parse_phone

from garages import formats, symptoms
from garages.enums import FirstStatus, Intake
from garages.models import Garage
from garages.public_holidays import regions_of
from garages.services.details import DETAILS, RULES


class DetailsForm(forms.Form):
    """Name, place, contacts, time zone, languages, and what stands on every invoice."""

    name = forms.CharField(label=_("Name"), max_length=120)
    town = forms.CharField(label=_("Town"), max_length=80, required=False)
    address = forms.CharField(label=_("Address"), required=False, max_length=500, widget=forms.Textarea({"rows": 3}))
    phone = forms.CharField(label=_("Phone"), max_length=32, required=False)
    email = forms.EmailField(label=_("Email"), required=False)
    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=settings.LANGUAGES, widget=forms.CheckboxSelectMultiple
    )
    first_language = forms.ChoiceField(label=_("First language"), choices=settings.LANGUAGES)
    vat_percent = forms.DecimalField(
        label=_("VAT in %"), required=False, max_digits=4, decimal_places=2, min_value=0, localize=True
    )
    vat_number = forms.CharField(label=_("VAT number"), max_length=30, required=False)
    payment_days = forms.IntegerField(
        label=_("Days to pay"), validators=[MinValueValidator(0), MaxValueValidator(180)], required=False
    )
    invoice_footer = forms.CharField(
        label=_("Below every invoice"), required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )

    def __init__(self, data: QueryDict | None, *, garage: Garage) -> None:
        values = {name: getattr(garage, name) for name in DETAILS}
        super().__init__(data, initial=values | {"first_language": garage.language})
        self.garage = garage
        zones = sorted({*formats.time_zones_of(garage.country), garage.time_zone})
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"), choices=[(zone, zone.replace("_", " ")) for zone in zones]
        )
        self.fields["subdivision"] = forms.ChoiceField(
            label=_("Region"), choices=[("", _("The whole country")), *regions_of(garage.country)], required=False
        )

    def clean_phone(self) -> str:
        """Kept as it is shown to customers; written internationally when it is a number of the country."""
        typed: str = self.cleaned_data["phone"].strip()
        number = parse_phone(typed, region=self.garage.phone_region)
        return str(number.as_international) if number and number.is_valid() else typed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, spoken = cleaned.pop("first_language", ""), cleaned.get("languages", [])
        if first and spoken and first not in spoken:
            self.add_error("first_language", _("Choose one of the garage's languages."))
        cleaned["languages"] = [first, *(language for language in spoken if language != first)]
        cleaned["payment_days"] = cleaned.get("payment_days") or 0
        return cleaned


# A number a day; blank is no limit.
_Limit: Final = partial(forms.IntegerField, required=False, validators=[MinValueValidator(0), MaxValueValidator(999)])

# Minutes, up to a fortnight; blank leaves it as it is.
_Notice: Final = partial(
    forms.IntegerField, required=False, validators=[MinValueValidator(0), MaxValueValidator(60 * 24 * 14)]
)


class RulesForm(forms.Form):
    """How bookings start and which times are offered."""

    staff_bookings_start = forms.ChoiceField(
        label=_("A booking made at the desk starts as"), choices=FirstStatus, widget=forms.RadioSelect
    )
    online_confirmed = forms.BooleanField(label=_("Online bookings are confirmed at once"), required=False)
    receptionists_confirm = forms.BooleanField(label=_("Receptionists may confirm bookings"), required=False)
    receptionists_overbook = forms.BooleanField(label=_("Receptionists may overbook"), required=False)
    intake = forms.MultipleChoiceField(
        label=_("No booking without"), choices=Intake, required=False, widget=forms.CheckboxSelectMultiple
    )
    horizon_days = forms.IntegerField(
        label=_("Bookings are taken up to"), validators=[MinValueValidator(1), MaxValueValidator(730)]
    )

    day_only = forms.BooleanField(label=_("Customers choose a day, not a time"), required=False)
    drop_off_from = forms.TimeField(
        label=_("Cars are left from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    symptom_chips = forms.CharField(
        label=_("Symptoms for notes"), required=False, max_length=500, widget=forms.Textarea({"rows": 8})
    )
    technicians_limit = forms.BooleanField(label=_("A time needs a free technician"), required=False)
    requests_hold = forms.BooleanField(label=_("Requests hold their time"), required=False)
    hold_minutes = forms.IntegerField(
        label=_("A picked time is kept for"), required=False, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    cars_a_day = _Limit(label=_("Cars a day"))
    no_show_after_days = _Limit(label=_("Nobody came: a no-show after"))
    waiters_a_day = _Limit(label=_("Waiting customers a day"))
    waiters_a_slot = _Limit(label=_("Waiting customers at a time"))
    shuttles_a_day = _Limit(label=_("Customers driven a day"))
    shuttles_a_slot = _Limit(label=_("Customers driven at a time"))
    drops_a_day = _Limit(label=_("Cars dropped off a day"))
    drops_a_slot = _Limit(label=_("Cars dropped off at a time"))
    courtesy_cars = _Limit(label=_("Courtesy cars"))
    courtesy_a_slot = _Limit(label=_("Courtesy cars at a time"))
    notice_at_desk = _Notice(label=_("Notice at the desk"))
    notice_online = _Notice(label=_("Notice online"))
    notice_to_cancel = _Notice(label=_("Notice to cancel"))
    notice_to_move = _Notice(label=_("Notice to move"))
    online_same_day = forms.BooleanField(label=_("Same-day bookings online"), required=False)

    def __init__(self, data: QueryDict | None, *, garage: Garage) -> None:
        values = {name: getattr(garage, name) for name in RULES}
        super().__init__(data, initial=values | {"symptom_chips": "\n".join(garage.symptoms)})
        self.garage = garage
        steps = sorted({5, 10, 15, 20, 30, 45, 60, 90, 120, garage.slot_step})
        self.fields["slot_step"] = forms.TypedChoiceField(
            label=_("Times are offered every"), coerce=int, choices=[(step, formats.minutes(step)) for step in steps]
        )

    @property
    def ways(self) -> list[tuple[str, BoundField, BoundField]]:
        """Each way of leaving the car, with its limits a day and at a time."""
        names = {
            _("Waits here"): ("waiters_a_day", "waiters_a_slot"),
            _("Drops off"): ("drops_a_day", "drops_a_slot"),
            _("Shuttle"): ("shuttles_a_day", "shuttles_a_slot"),
            _("Courtesy car"): ("courtesy_cars", "courtesy_a_slot"),
        }
        return [(str(way), self[a_day], self[a_slot]) for way, (a_day, a_slot) in names.items()]

    def clean_symptom_chips(self) -> list[str] | None:
        """A line each; the usual ones stay the usual ones, so that they follow the garage's language."""
        if "symptom_chips" not in self.data:
            return self.garage.symptom_chips
        lines = [" ".join(line.split()) for line in self.cleaned_data["symptom_chips"].splitlines()]
        chips = list(dict.fromkeys(line for line in lines if line))
        if len(chips) > symptoms.MOST:
            raise forms.ValidationError(_("At most %(most)d: each has a key.") % {"most": symptoms.MOST})
        if any(len(chip) > symptoms.LONGEST for chip in chips):
            raise forms.ValidationError(_("At most %(longest)d signs each.") % {"longest": symptoms.LONGEST})
        return None if chips == symptoms.usual_symptoms(self.garage.language) else chips

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("hold_minutes", "notice_at_desk", "notice_online", "notice_to_cancel", "notice_to_move"):
            if cleaned.get(name, 0) is None:
                cleaned[name] = self.initial[name]
        return cleaned
