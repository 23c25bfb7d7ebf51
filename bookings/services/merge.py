"""Merging two records of one customer, or of one vehicle, and taking that back for good.

Whatever points to the one that goes, in whatever table of whatever app, points to the one that is kept. What was
re-pointed and which values changed is written down row by row (`Merge`), so that undoing restores every row. Nothing is
deleted: the record that goes stays hidden, and says into which one it was merged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, TypeAlias

from django.apps import apps
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import Merge
from customers.errors import NameMissing
from customers.labels import tidy
from customers.models import Customer
from customers.signals import customer_changed
from fleet.models import Vehicle
from fleet.signals import vehicle_changed
from garages.errors import DomainError
from garages.models import Membership
from garages.tenancy.models import TenantModel

Mergeable: TypeAlias = Customer | Vehicle

# What is chosen as one, and the columns it stands for, by the first of them.
CUSTOMER_PARTS: Final[dict[str, tuple[Promise, tuple[str, ...]]]] = {
    "kind": (gettext_lazy("Private or business"), ("kind", "company_name")),
    "last_name": (gettext_lazy("Name"), ("last_name", "first_name")),
    "phone_typed": (gettext_lazy("Phone number"), ("phone_typed", "phone")),
    "email": (gettext_lazy("Email"), ("email",)),
    "language": (gettext_lazy("Language"), ("language",)),
    "preferred_channel": (gettext_lazy("Prefers"), ("preferred_channel",)),
    "referral": (gettext_lazy("Found us by"), ("referral",)),
    "purchase_order": (gettext_lazy("Purchase-order number"), ("purchase_order",)),
    "billing_address": (gettext_lazy("Billing address"), ("billing_address",)),
    "notes": (gettext_lazy("Notes"), ("notes",)),
}
VEHICLE_PARTS: Final[dict[str, tuple[Promise, tuple[str, ...]]]] = {
    "registration": (gettext_lazy("Registration"), ("registration", "registration_typed")),
    "make": (gettext_lazy("Make and model"), ("make", "model")),
    "customer_id": (gettext_lazy("Owner"), ("customer_id",)),
    "vehicle_type_id": (gettext_lazy("Vehicle type"), ("vehicle_type_id",)),
    "year": (gettext_lazy("Year"), ("year",)),
    "colour": (gettext_lazy("Colour"), ("colour",)),
    "fuel": (gettext_lazy("Fuel"), ("fuel",)),
    "mot_expires_on": (gettext_lazy("MOT valid until"), ("mot_expires_on",)),
    "vin": (gettext_lazy("VIN"), ("vin",)),
    "notes": (gettext_lazy("Notes"), ("notes",)),
}
THEIRS, BOTH = "theirs", "both"


class MergeError(DomainError):
    """These two cannot be merged, or not be parted."""


def parts_of(record: Mergeable) -> dict[str, tuple[Promise, tuple[str, ...]]]:
    return CUSTOMER_PARTS if isinstance(record, Customer) else VEHICLE_PARTS


@transaction.atomic
def merge(kept: Mergeable, gone: Mergeable, *, chosen: Mapping[str, str], reason: str, by: Membership | None) -> Merge:
    """Make one record of two. `chosen` says for each part whether the value of the one that goes is taken ("theirs"),
    or, for notes, "both"; what it leaves out stays as kept. Raises MergeError, NameMissing.
    """
    if not reason.strip():
        raise MergeError(_("Say why they are one and the same."), field="reason")
    kept, gone = _locked(type(kept), kept.pk, gone.pk)
    values = _chosen(kept, gone, chosen)
    latest = max((one.used_at for one in (kept, gone) if isinstance(one, Vehicle) and one.used_at), default=None)
    if isinstance(kept, Vehicle):
        values["used_at"] = latest
    if isinstance(kept, Customer) and isinstance(gone, Customer):
        values["labels"] = tidy([*kept.labels, *gone.labels])
    values = {name: value for name, value in values.items() if getattr(kept, name) != value}
    changed = {name: [_plain(kept, name), _plain(kept, name, value)] for name, value in values.items()}
    moved = dict(_re_point(kept, gone))
    _rows(type(gone)).filter(pk=gone.pk).update(merged_into=kept)
    _write(kept, values)
    done = Merge(
        kind=Merge.Kind.CUSTOMER if isinstance(kept, Customer) else Merge.Kind.VEHICLE,
        kept=kept.public_id,
        gone=gone.public_id,
        gone_name=str(gone)[:200],
        reason=reason.strip(),
        made_by=by.user if by else None,
        fields=changed,
        moved=moved,
    )
    done.save()
    _tell(kept)
    return done


@transaction.atomic
def part(done: Merge, *, by: Membership | None) -> Mergeable:
    """Take a merge back: every row it re-pointed, every value it changed. Returns the record that was hidden.

    What was changed by hand since stays as it is. Raises MergeError.
    """
    done = Merge.objects.select_for_update(of=("self",)).get(pk=done.pk)
    if done.undone_at is not None:
        raise MergeError(_("This was undone already."))
    model = _MODELS[done.kind]
    ids = dict(_rows(model).filter(public_id__in=(done.kept, done.gone)).values_list("public_id", "pk"))
    kept, gone = _locked(model, ids[done.kept], ids[done.gone])
    if kept.merged_into_id is not None or gone.merged_into_id != kept.pk:
        raise MergeError(_("They were merged again since. Undo the later merge first."))
    back = {name: was for name, (was, became) in done.fields.items() if _plain(kept, name) == became}
    _write(kept, back)
    try:
        with transaction.atomic():
            _rows(model).filter(pk=gone.pk).update(merged_into=None)
    except IntegrityError as error:  # its plate is somebody else's by now
        raise MergeError(_("Another vehicle has this registration by now. Change that first.")) from error
    for place, keys in done.moved.items():
        label, _dot, column = place.rpartition(".")
        rows = _rows(apps.get_model(label)).filter(pk__in=keys, **{column: kept.pk})
        rows.update(**{column: gone.pk})
    done.undone_at, done.undone_by = timezone.now(), by.user if by else None
    done.save(update_fields=["undone_at", "undone_by"])
    gone.merged_into = None
    for record in (kept, gone):
        _tell(record)
    return gone


_MODELS: Final[dict[str, type[Mergeable]]] = {Merge.Kind.CUSTOMER: Customer, Merge.Kind.VEHICLE: Vehicle}


def _rows(model: Any) -> Any:
    """Every row of the garage in scope, hidden ones too (row-level security sees to the garage)."""
    return getattr(model, "everything", model.objects).all()


def _locked(model: type[Any], kept: int, gone: int) -> tuple[Any, Any]:
    """Both rows, locked in one order whoever is kept. Raises MergeError when they are no two that stand alone."""
    rows = {
        row.pk: row for row in _rows(model).select_for_update(of=("self",)).filter(pk__in=(kept, gone)).order_by("pk")
    }
    if len(rows) < 2:
        raise MergeError(_("There have to be two to merge."))
    return rows[kept], rows[gone]


def _chosen(kept: Mergeable, gone: Mergeable, chosen: Mapping[str, str]) -> dict[str, Any]:
    if kept.merged_into_id is not None or gone.merged_into_id is not None:
        raise MergeError(_("One of them was merged already."))
    values: dict[str, Any] = {}
    for part_name, (_label, columns) in parts_of(kept).items():
        if chosen.get(part_name) == THEIRS:
            values |= {column: getattr(gone, column) for column in columns}
        elif chosen.get(part_name) == BOTH and part_name == "notes":
            values["notes"] = "\n\n".join(text for text in (kept.notes, gone.notes) if text)
    if isinstance(kept, Customer):
        whole = {
            name: values.get(name, getattr(kept, name)) for name in ("kind", "company_name", "first_name", "last_name")
        }
        if not Customer(**whole).name:
            raise NameMissing(business=Customer(**whole).is_business)
    return values


def _plain(record: Mergeable, name: str, *value: Any) -> Any:
    """A value of the record, or another for its place, as JSON keeps it."""
    kept = record._meta.get_field(name).get_prep_value(*(value or [getattr(record, name)]))  # type: ignore[union-attr]
    return kept.isoformat() if isinstance(kept, date) else kept


def _write(record: Mergeable, values: dict[str, Any]) -> None:
    if values:
        _rows(type(record)).filter(pk=record.pk).update(**values)


def _re_point(kept: Mergeable, gone: Mergeable) -> Iterator[tuple[str, list[int]]]:
    """Everything that points to the one that goes, found in the models; which rows that were, by table and column.

    Where both have what may be there only once, each keeps its own.
    """
    for relation in type(gone)._meta.get_fields(include_hidden=True):
        model: Any = relation.related_model
        if not (relation.auto_created and not relation.concrete and issubclass(model, TenantModel)):
            continue
        column = relation.field.attname  # type: ignore[union-attr]
        rows = _rows(model).filter(**{column: gone.pk})
        keys = list(rows.order_by("pk").values_list("pk", flat=True))
        try:
            with transaction.atomic():
                rows.update(**{column: kept.pk})
        except IntegrityError:
            continue
        if keys:
            yield f"{model._meta.label}.{column}", keys


def _tell(record: Mergeable) -> None:
    """What is found by names and plates is written again."""
    record.refresh_from_db()
    if isinstance(record, Customer):
        customer_changed.send(sender=Customer, customer=record, created=False)
    else:
        vehicle_changed.send(sender=Vehicle, vehicle=record, created=False)
