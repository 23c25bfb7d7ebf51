"""Fields that forms of several apps use."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from garages import formats
from garages.models import Garage


class MoneyField(forms.Field):
    """An amount in the garage's currency, typed as people of the place type it; its value is in minor units."""

    widget = forms.TextInput

    def __init__(self, *, garage: Garage, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency = garage.currency
        self.locale = formats.locale_of(garage)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        return formats.amount(value, self.currency, self.locale) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return formats.parse_money(text, self.currency, self.locale)
        except formats.AmountError as error:
            raise ValidationError(str(error), code="amount") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True


class AfterField(forms.ModelChoiceField):
    """Where a row stands in its list: the row it follows, none for the first."""

    def __init__(self, *, rows: QuerySet[Any], row: Model) -> None:
        others = list(rows)
        here = next(place for place, other in enumerate(others) if other.pk == row.pk)
        super().__init__(
            label=_("Comes after"),
            queryset=rows.exclude(pk=row.pk),
            to_field_name="public_id",
            initial=others[here - 1].public_id if here else None,
            empty_label=_("Nothing: it is the first"),
            required=False,
        )
