"""The columns of an imported or exported table: texts in, values out, with errors in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from babel import Locale
from babel.numbers import get_currency_precision
from django.db.models import Model
from django.utils.encoding import force_str
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from import_export.fields import Field

from garages import formats
from garages.models import Garage

_YES: Final = frozenset({"yes", "y", "true", "1", "x", "oui", "o", "vrai", "si", "sí", "s"})
_NO: Final = frozenset({"no", "n", "false", "0", "non", "faux"})


class Column(Field):
    """A column of text. An empty cell changes nothing: an import never wipes what a garage knows."""

    def __init__(self, attribute: str, column_name: str, *, also: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(attribute=attribute, column_name=column_name, **kwargs)
        self.also = tuple(also)

    def save(self, instance: Model, row: Mapping[str, Any], is_m2m: bool = False, **kwargs: Any) -> None:
        text = row.get(self.column_name or "", "")
        if text and not self.readonly:
            setattr(instance, str(self.attribute), self.read(text, instance))

    def read(self, text: str, instance: Any) -> Any:
        """The value of a cell that is not empty. Raises ValueError with a sentence."""
        return " ".join(text.split())

    def export(self, instance: Any, **kwargs: Any) -> Any:
        return self.write(self.get_value(instance), instance)

    def write(self, value: Any, instance: Any) -> Any:
        return "" if value is None else str(value)


class LongText(Column):
    """Text of several lines."""

    def read(self, text: str, instance: Any) -> str:
        return text.replace("\r\n", "\n")


class WholeNumber(Column):
    def read(self, text: str, instance: Any) -> int:
        if not text.isdecimal() or len(text) > 9:
            raise ValueError(_("“%(text)s” is not a whole number.") % {"text": text})
        return int(text)

    def write(self, value: Any, instance: Any) -> Any:
        return "" if value is None else value


class Day(Column):
    """A day, written 2027-03-31."""

    def read(self, text: str, instance: Any) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise ValueError(_("“%(text)s” is not a day as in 2027-03-31.") % {"text": text}) from None

    def write(self, value: Any, instance: Any) -> Any:
        return "" if value is None else value.isoformat()


class YesNo(Column):
    def read(self, text: str, instance: Any) -> bool:
        word = text.lower()
        if word not in _YES | _NO:
            raise ValueError(_("“%(text)s” is neither yes nor no.") % {"text": text})
        return word in _YES

    def write(self, value: Any, instance: Any) -> str:
        return "yes" if value else "no"


class Choice(Column):
    """One of a closed list, by its value or by its name in the reader's language."""

    def __init__(self, *args: Any, choices: Iterable[tuple[str, str | Promise]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choices = [(value, label) for value, label in choices if value]

    def read(self, text: str, instance: Any) -> str:
        wanted = text.lower()
        for value, label in self.choices:
            if wanted in (value.lower(), force_str(label).lower()):
                return value
        known = ", ".join(value for value, _label in self.choices)
        raise ValueError(_("“%(text)s” is none of: %(known)s.") % {"text": text, "known": known})


class Money(Column):
    """An amount in the garage's currency; minor units inside."""

    def read(self, text: str, instance: Any) -> int:
        garage: Garage = instance.garage
        return formats.parse_money(text, garage.currency, Locale("en"))

    def write(self, value: Any, instance: Any) -> Any:
        return "" if value is None else Decimal(value).scaleb(-get_currency_precision(instance.garage.currency))


class ByName(Column):
    """A row of the same garage, by its name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows: dict[str, Any] = {}  # the garage's, by name in lower case; set by the resource

    def read(self, text: str, instance: Any) -> Any:
        found = self.rows.get(text.lower())
        if found is None:
            known = ", ".join(str(row) for row in self.rows.values())
            raise ValueError(
                _("This garage has no “%(text)s”. It has: %(known)s.") % {"text": text, "known": known}
                if known
                else _("This garage has no “%(text)s”.") % {"text": text}
            )
        return found
