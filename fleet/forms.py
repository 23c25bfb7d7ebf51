"""Vehicles as typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from fleet import plates
from fleet.enums import Fuel
from fleet.mileage import unit_of
from fleet.models import Vehicle
from fleet.services import VehicleFields
from garages.models import Garage, VehicleType

FIRST_YEAR = 1885
MOST_MILEAGE = 9_999_999


class ChosenOrTyped(forms.TextInput):
    """What `fleet/_make_model.html` sends: the chosen name, or the one typed beside the list as `new_<field>`."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        sent = data.getlist(name) if isinstance(data, MultiValueDict) else [data.get(name, "")]
        return next((text for text in (data.get(f"new_{name}"), *reversed(sent)) if text and text.strip()), "")


class WholeNumber(forms.IntegerField):
    """A number typed as people write it: 91,204 and 91 204 are 91204. A text field, since a number field of the
    browser's silently drops what it cannot read."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        return super().to_python(re.sub(r"(?<=\d)[\s.,'\u2019](?=\d{3}(?!\d))", "", str(value or "")))


class VehicleForm(forms.Form):
    """Everything that may be said of a vehicle. An odd registration or VIN is no error: it is warned about."""

    registration_typed = forms.CharField(label=_("Registration"), max_length=plates.LONGEST, required=False)
    make = forms.CharField(label=_("Make"), max_length=60, required=False, widget=ChosenOrTyped)
    model = forms.CharField(label=_("Model"), max_length=80, required=False, widget=ChosenOrTyped)
    vehicle_type: forms.ModelChoiceField[VehicleType] = forms.ModelChoiceField(
        label=_("Vehicle type"), queryset=None, empty_label=_("Not known"), required=False
    )
    year = WholeNumber(label=_("Year"), required=False)
    colour = forms.CharField(label=_("Colour"), max_length=40, required=False)
    fuel = forms.ChoiceField(label=_("Fuel"), choices=[("", _("Not known")), *Fuel.choices], required=False)
    mot_expires_on = forms.DateField(
        label=_("MOT valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    vin = forms.CharField(label=_("VIN"), max_length=24, required=False)
    notes = forms.CharField(label=_("Notes"), widget=forms.Textarea(attrs={"rows": 3}), required=False)

    def __init__(self, *args: Any, vehicle: Vehicle | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        current = vehicle.vehicle_type_id if vehicle else None
        types = cast("forms.ModelChoiceField[VehicleType]", self.fields["vehicle_type"])
        types.queryset = VehicleType.objects.filter(Q(is_active=True) | Q(pk=current))

    @classmethod
    def initial_of(cls, vehicle: Vehicle) -> dict[str, Any]:
        facts = {name: getattr(vehicle, name) for name in cls.base_fields}
        return facts | {"registration_typed": vehicle.registration_typed or vehicle.registration}

    def clean_year(self) -> int | None:
        year: int | None = self.cleaned_data["year"]
        latest = timezone.localdate().year + 1
        if year is not None and not FIRST_YEAR <= year <= latest:
            raise forms.ValidationError(
                _("Between %(first)d and %(last)d."), params={"first": FIRST_YEAR, "last": latest}
            )
        return year

    def clean_registration_typed(self) -> str:
        typed: str = self.cleaned_data["registration_typed"]
        if typed and not plates.canonical(typed):
            raise forms.ValidationError(_("A registration has letters or digits."))
        return typed

    def clean(self) -> None:
        data = self.cleaned_data
        if not self.errors and not (data["registration_typed"] or data["make"] or data["model"]):
            self.add_error("registration_typed", _("A vehicle needs a registration or a make."))

    @property
    def facts(self) -> VehicleFields:
        return VehicleFields(**self.cleaned_data)  # type: ignore[typeddict-item]  # the form's fields are its keys


class MileageForm(forms.Form):
    """One reading of the odometer."""

    value = WholeNumber(label=_("Mileage"), min_value=0, max_value=MOST_MILEAGE)
    unit = forms.ChoiceField(label=_("Unit"), choices=[("mi", _("miles")), ("km", _("km"))])
    read_on = forms.DateField(label=_("Read on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, garage: Garage) -> None:
        self.today = garage.today()
        super().__init__(data, initial={"unit": unit_of(garage.country), "read_on": self.today})

    def clean_read_on(self) -> Any:
        if self.cleaned_data["read_on"] > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        return self.cleaned_data["read_on"]
