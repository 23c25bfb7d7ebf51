"""What the database recorded about a row, made readable: who, when, from which page, old and new values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Field, ForeignKey, Model
from django.utils.translation import gettext_lazy as _

from garages import formats
from garages.models import Garage

SHOWN: Final = 200
_KINDS: Final = {"insert": _("added"), "update": _("changed"), "delete": _("removed")}
_SILENT: Final = frozenset({"id", "garage", "public_id", "updated_at", "created_at", "version"})


@dataclass(frozen=True)
class Value:
    """A field that got another value."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """One recorded insert, update or delete."""

    at: datetime
    kind: str
    thing: str
    who: str
    route: str
    values: list[Value]


def recorded_changes(row: Model) -> list[Change]:
    """Newest first. Rows that hang on this one (a booking's lines) are included; nothing for untracked tables."""
    changes: list[tuple[int, Change]] = []
    for event_model, link in _event_models(type(row)):
        filters = {f"{link}_id": row.pk, "garage_id": row.garage_id}  # type: ignore[attr-defined]
        events = list(event_model._default_manager.filter(**filters).order_by("-pgh_id")[:SHOWN])
        changes += _changes(event_model, list(reversed(events)), row.garage)  # type: ignore[attr-defined]
    return [change for _key, change in sorted(changes, key=lambda pair: (pair[1].at, pair[0]), reverse=True)][:SHOWN]


def _event_models(model: type[Model]) -> Iterable[tuple[type[Model], str]]:
    """The history tables of a model and, for what is owned by it, of the rows that hang on it."""
    tracked = getattr(model, "pgh_event_models", {})
    yield from ((event_model, "pgh_obj") for event_model in dict.fromkeys(tracked.values()))
    for relation in model._meta.related_objects:
        owned = relation.one_to_many and relation.on_delete.__name__ == "CASCADE"  # type: ignore[union-attr]
        hanging = getattr(relation.related_model, "pgh_event_models", {}) if owned else {}
        yield from ((event_model, relation.field.name) for event_model in dict.fromkeys(hanging.values()))


def _changes(event_model: type[Model], events: Sequence[Any], garage: Garage) -> Iterable[tuple[int, Change]]:
    model = event_model.pgh_tracked_model  # type: ignore[attr-defined]
    recorded = {field.name for field in event_model._meta.fields}
    fields = [field for field in model._meta.fields if field.name in recorded - _SILENT]
    names = _names(fields, events)
    before: dict[int, Any] = {}
    for event in events:
        last = before.get(event.pgh_obj_id)
        values = []
        for field in fields:
            old = getattr(last, field.attname) if last is not None else None
            new = None if event.pgh_label == "delete" else getattr(event, field.attname)
            if (old or None) != (new or None):
                values.append(
                    Value(str(field.verbose_name), _shown(field, old, names, garage), _shown(field, new, names, garage))
                )
        context = event.pgh_context or {}
        yield (
            event.pgh_id,
            Change(
                at=event.pgh_created_at,
                kind=str(_KINDS.get(event.pgh_label, event.pgh_label)),
                thing=str(model._meta.verbose_name),
                who=str(_("The customer") if context.get("customer") else context.get("name") or ""),
                route=str(context.get("route") or ""),
                values=values,
            ),
        )
        before[event.pgh_obj_id] = event


def _names(fields: Iterable[Field[Any, Any]], events: Iterable[Any]) -> dict[tuple[str, Any], str]:
    """The present names of the rows that keys point at: one query per referenced table."""
    keys: dict[ForeignKey[Any, Any], set[Any]] = defaultdict(set)
    for field in fields:
        if isinstance(field, ForeignKey):
            keys[field] = {getattr(event, field.attname) for event in events} - {None}
    return {
        (field.name, key): str(row)
        for field, wanted in keys.items()
        for key, row in field.remote_field.model._default_manager.in_bulk(wanted).items()
    }


def _shown(field: Field[Any, Any], value: Any, names: dict[tuple[str, Any], str], garage: Garage) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        return formats.moment(value.astimezone(garage.zone), formats.locale_of(garage), year=True)
    if field.name == "price":
        return formats.money(value, garage.currency, formats.locale_of(garage))
    if isinstance(field, ForeignKey):
        return names.get((field.name, value), f"#{value}")
    return str(dict(field.flatchoices).get(value, value))
