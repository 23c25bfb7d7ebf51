"""Services and their prices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from garages import formats
from garages.enums import BayKind
from garages.forms.fields import AfterField, MoneyField
from garages.models import Garage, Service, Skill, VehicleType

FIELDS = (
    *("code", "due_again_months"),
    *("category", "name", "description", "minutes", "buffer_before", "buffer_after", "skill", "bay_kind", "price"),
    *("is_request_only", "is_online", "is_extra", "orders_confirmed", "outside_vat"),
)
_LONGEST = 60 * 24 * 5
_LONGEST_BUFFER = 60 * 24


class ServiceForm(forms.Form):
    """A row of the menu with its extras and its price for each vehicle type."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    code = forms.CharField(label=gettext_lazy("Code"), required=False, max_length=2)
    category = forms.CharField(
        label=gettext_lazy("Category"), max_length=60, required=False, widget=forms.TextInput({"list": "categories"})
    )
    description = forms.CharField(
        label=gettext_lazy("Description"), required=False, max_length=1000, widget=forms.Textarea({"rows": 3})
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes of work"), validators=[MinValueValidator(5), MaxValueValidator(_LONGEST)]
    )
    buffer_before = forms.IntegerField(
        label=gettext_lazy("Minutes kept free before"),
        required=False,
        validators=[MinValueValidator(0), MaxValueValidator(_LONGEST_BUFFER)],
    )
    buffer_after = forms.IntegerField(
        label=gettext_lazy("Minutes kept free after"),
        required=False,
        validators=[MinValueValidator(0), MaxValueValidator(_LONGEST_BUFFER)],
    )
    due_again_months = forms.IntegerField(
        label=gettext_lazy("Due again after months"),
        required=False,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    bay_kind = forms.ChoiceField(
        label=gettext_lazy("Needed bay"), choices=[("", gettext_lazy("Any bay")), *BayKind.choices], required=False
    )
    is_request_only = forms.BooleanField(label=gettext_lazy("On request only"), required=False)
    is_online = forms.BooleanField(label=gettext_lazy("Shown online"), required=False)
    is_extra = forms.BooleanField(label=gettext_lazy("An extra"), required=False)
    outside_vat = forms.BooleanField(label=gettext_lazy("Outside VAT"), required=False)
    orders_confirmed = forms.BooleanField(label=gettext_lazy("Orders of it are confirmed at once"), required=False)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        garage: Garage,
        vehicle_types: Sequence[VehicleType],
        prices: Mapping[tuple[int, int], int],
        service: Service | None = None,
    ) -> None:
        super().__init__(data, initial=_values_of(service))
        self.service = service
        self.vehicle_types = vehicle_types
        self.fields["price"] = MoneyField(garage=garage, label=_("Price"))
        self.fields["skill"] = forms.ModelChoiceField(
            label=_("Needed skill"),
            queryset=Skill.objects.all(),
            to_field_name="public_id",
            empty_label=_("None"),
            required=False,
        )
        others = Service.objects.filter(is_extra=True, is_active=True)
        self.fields["extras"] = forms.ModelMultipleChoiceField(
            label=_("Extras offered with it"),
            queryset=others.exclude(pk=service.pk) if service else others,
            to_field_name="public_id",
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
        for kind in vehicle_types:
            self.fields[_price_name(kind)] = MoneyField(
                garage=garage,
                label=kind.name,
                required=False,
                initial=prices.get((service.pk, kind.pk)) if service else None,
            )
        if service:
            self.fields["after"] = AfterField(rows=Service.objects.all(), row=service)

    def clean_code(self) -> str:
        """A service keeps the code it has when none is typed; a new one gets one made from its name."""
        code = self.cleaned_data["code"].upper()
        if code and not re.fullmatch("[A-Z]{2}", code):
            raise forms.ValidationError(_("Two letters from A to Z."))
        return code or (self.service.code if self.service else "")

    @property
    def price_fields(self) -> list[BoundField]:
        """A price for each vehicle type."""
        return [self[_price_name(kind)] for kind in self.vehicle_types]

    @property
    def service_fields(self) -> dict[str, Any]:
        """The columns of the service."""
        values = {name: self.cleaned_data[name] for name in FIELDS}
        return values | {name: values[name] or 0 for name in ("buffer_before", "buffer_after")}

    @property
    def prices(self) -> dict[VehicleType, int | None]:
        return {kind: self.cleaned_data[_price_name(kind)] for kind in self.vehicle_types}


def _values_of(service: Service | None) -> dict[str, Any]:
    if service is None:
        return {"is_online": True, "minutes": 60, "buffer_before": 0, "buffer_after": 0}
    values = {name: getattr(service, name) for name in FIELDS}
    return values | {
        "skill": service.skill.public_id if service.skill else None,
        "extras": [extra.public_id for extra in service.extras.all()],
    }


def _price_name(kind: VehicleType) -> str:
    return f"price_{kind.public_id.hex}"


@dataclass(frozen=True)
class PriceRow:
    """A service's line of the price table."""

    service: Service
    own: BoundField
    cells: list[BoundField]
    online: BoundField


class PricesForm(forms.Form):
    """The whole price table: a line for each service, a column for each vehicle type."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        garage: Garage,
        services: Iterable[Service],
        vehicle_types: Sequence[VehicleType],
        prices: Mapping[tuple[int, int], int],
    ) -> None:
        super().__init__(data)
        self.services, self.vehicle_types = list(services), vehicle_types
        locale = formats.locale_of(garage)
        for service in self.services:
            name = {"service": service.name}
            self.fields[_own_name(service)] = MoneyField(
                garage=garage, label=_("%(service)s: price") % name, initial=service.price
            )
            self.fields[_online_name(service)] = forms.BooleanField(
                label=_("%(service)s is shown online") % name,
                required=False,
                initial=service.is_online,
                widget=forms.CheckboxInput({"role": "switch"}),
            )
            for kind in vehicle_types:
                cell = MoneyField(
                    garage=garage,
                    label=_("%(service)s: price for %(vehicle_type)s") % {**name, "vehicle_type": kind.name},
                    required=False,
                    initial=prices.get((service.pk, kind.pk)),
                )
                cell.widget.attrs["placeholder"] = formats.amount(service.price, garage.currency, locale)
                self.fields[_cell_name(service, kind)] = cell
        for field in self.fields.values():  # the table's heads are their labels to the eye
            field.widget.attrs["aria-label"] = field.label

    @property
    def rows(self) -> list[PriceRow]:
        return [
            PriceRow(
                service,
                self[_own_name(service)],
                [self[_cell_name(service, kind)] for kind in self.vehicle_types],
                self[_online_name(service)],
            )
            for service in self.services
        ]

    @property
    def own(self) -> dict[Service, int]:
        return {service: self.cleaned_data[_own_name(service)] for service in self.services}

    @property
    def online(self) -> dict[Service, bool]:
        return {service: self.cleaned_data[_online_name(service)] for service in self.services}

    @property
    def cells(self) -> dict[tuple[Service, VehicleType], int | None]:
        return {
            (service, kind): self.cleaned_data[_cell_name(service, kind)]
            for service in self.services
            for kind in self.vehicle_types
        }


def _own_name(service: Service) -> str:
    return f"price_{service.public_id.hex}"


def _online_name(service: Service) -> str:
    return f"online_{service.public_id.hex}"


def _cell_name(service: Service, kind: VehicleType) -> str:
    return f"price_{service.public_id.hex}_{kind.public_id.hex}"
