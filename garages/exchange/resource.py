"""An imported or exported table of one model.

Importing reads what the garage has in a few queries, then goes through the rows: each is matched by its natural key,
filled in, checked, and compared. The preview stops there. The import itself writes new rows in batches (one by one,
twenty thousand take minutes) and hands changes to the services, in one transaction: any problem and nothing is kept.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, Final

import structlog
import tablib
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Resource
from import_export.results import Result, RowResult

from garages.errors import DomainError
from garages.exchange.fields import ByName, Column
from garages.exchange.problems import FileProblem
from garages.models import Garage
from garages.tenancy.context import tenant

PREVIEW_ROWS: Final = 200
GARAGE_COLUMN: Final = "garage"

Row = Mapping[str, str]

log = structlog.get_logger(__name__)


class GarageResource(Resource):
    """Base of what can be imported and exported. Subclasses declare `Column`s and say how rows are found and kept."""

    needs: tuple[tuple[str, ...], ...] = ()  # of each group, one column at least must be in the file
    unchecked: tuple[str, ...] = ()  # model fields whose own validators do not apply

    class Meta:
        instance_loader_class = BaseInstanceLoader
        use_bulk = True  # no savepoint of its own for each row: the services have theirs
        skip_diff = True  # the library would deep-copy every row; see `after_import_row`
        store_instance = True

    def __init__(self, garage: Garage | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._garage = garage
        self.present: list[str] | None = None
        self.ignored: list[str] = []
        self.row_number = 0
        self.original: Any = None
        self._first_rows: dict[Hashable, int] = {}
        self._previewed = 0
        self._problem: FileProblem | None = None
        self.create_instances: list[Any] = []

    # --- For subclasses ---
    def prepare(self, rows: list[Row]) -> None:
        """Read what the garage has of these rows, in a few queries."""
        raise NotImplementedError

    def key_of(self, row: Row) -> Hashable | None:
        """What makes two rows of one file the same thing; None when nothing does. May raise ValidationError."""
        raise NotImplementedError

    def find(self, row: Row) -> Any:
        """The row the garage has already, or None. May raise ValidationError."""
        raise NotImplementedError

    def check(self, instance: Any) -> Iterable[tuple[str, str]]:
        """Problems of a whole row: column and sentence."""
        return ()

    def create(self, instances: list[Any]) -> None:
        """Keep new rows; they are complete and checked. Nothing refers to them yet, so there is no news to send."""
        self._meta.model._default_manager.bulk_create(instances)

    def update(self, original: Any, changes: dict[str, Any]) -> None:
        """Keep changes of a known row, through its service."""
        raise NotImplementedError

    @property
    def garage(self) -> Garage:
        """The garage every row goes to."""
        if self._garage is None:
            raise FileProblem(_("Choose the garage."))
        return self._garage

    # --- The whole file ---
    def import_data(self, dataset: tablib.Dataset, *args: Any, **kwargs: Any) -> Result:
        try:
            self._understand_headers(dataset)
        except FileProblem as problem:
            self._problem = problem
            dataset.wipe()  # nothing to go through
        with tenant(self.garage.pk):
            result = super().import_data(dataset, *args, **kwargs)
        result.garage, result.ignored, result.previewed = self.garage, self.ignored, self._previewed
        for row in result.error_rows:  # not the file's fault but ours; the message may quote the row
            log.error("import failed", model=self._meta.model._meta.label, error=type(row.errors[0].error).__name__)
        return result

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        if self._problem is not None:
            raise self._problem
        self.prepare([dict(zip(dataset.headers, row, strict=True)) for row in dataset])

    def _understand_headers(self, dataset: tablib.Dataset) -> None:
        columns = {
            _key(name): field.column_name for field in self._columns() for name in (field.column_name, *field.also)
        }
        columns[_key(GARAGE_COLUMN)] = GARAGE_COLUMN
        understood = [columns.get(_key(header), header) for header in dataset.headers]
        known = [header for header in understood if header in set(columns.values())]
        for header in known:
            if known.count(header) > 1:
                raise FileProblem(_("Two columns are called “%(name)s”.") % {"name": header})
        for group in self.needs:
            if not set(group) & set(known):
                raise FileProblem(
                    _("The file has no column “%(name)s”. Its columns are: %(columns)s.")
                    % {"name": "” / “".join(group), "columns": ", ".join(dataset.headers)}
                )
        self.ignored = [header for header in understood if header not in known]
        self.present = known
        # Two unknown columns may share a name; the library makes a dictionary of each row.
        dataset.headers = [
            header if header in known else f"{header} ({number})" for number, header in enumerate(understood, 1)
        ]

    def after_import(self, dataset: tablib.Dataset, result: Result, **kwargs: Any) -> None:
        """Not the library's reset of sequences: keys are never imported, and the runtime role may not."""

    def get_import_fields(self) -> list[Column]:
        """The columns that the file has; before there is one, all."""
        return [field for field in self._columns() if self.present is None or field.column_name in self.present]

    def _columns(self) -> list[Column]:
        return [field for field in self.fields.values() if field.column_name != GARAGE_COLUMN]

    def names(self, column: str, rows: Iterable[Model]) -> None:
        """The rows a ByName column may name."""
        field = self.fields[column]
        if isinstance(field, ByName):
            field.rows = {str(row).lower(): row for row in rows}

    # --- Each row ---
    def before_import_row(self, row: Row, **kwargs: Any) -> None:
        self.row_number = kwargs["row_number"] + 1  # as spreadsheets count: the headings are row 1
        self.original = None
        named = row.get(GARAGE_COLUMN, "")
        if named and named.lower() not in (self.garage.slug.lower(), self.garage.name.lower()):
            elsewhere = _("This row is of “%(named)s”, not of “%(here)s”.") % {"named": named, "here": self.garage}
            raise ValidationError({GARAGE_COLUMN: elsewhere})

    def get_instance(self, instance_loader: BaseInstanceLoader, row: Row) -> Any:
        key = self.key_of(row)
        if key is not None:
            first = self._first_rows.setdefault(key, self.row_number)
            if first != self.row_number:
                raise ValidationError(_("The same as row %(row)s.") % {"row": first})
        self.original = self.find(row)
        if self.original is None:
            return None
        self.original.garage = self.garage  # or each row would ask for it
        return copy.copy(self.original)

    def init_instance(self, row: Row | None = None) -> Any:
        return self._meta.model(garage=self.garage)

    def import_instance(self, instance: Any, row: Row, **kwargs: Any) -> None:
        errors = {}
        for field in self.get_import_fields():
            try:
                self.import_field(field, instance, row, **kwargs)
            except ValueError as error:
                errors[field.column_name] = ValidationError(str(error))
        if errors:
            raise ValidationError(errors)

    def changes(self, instance: Any) -> dict[str, Any]:
        """What the row would change of the known one."""
        values = {str(field.attribute): getattr(instance, str(field.attribute)) for field in self.get_import_fields()}
        return {name: value for name, value in values.items() if value != getattr(self.original, name)}

    def skip_row(self, instance: Any, original: Any, row: Row, import_validation_errors: Any = None) -> bool:
        return not import_validation_errors and self.original is not None and not self.changes(instance)

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Without a query: keys were read before, and relations were found by name."""
        errors: dict[str, Any] = dict(import_validation_errors or {})
        columns = {str(field.attribute): field.column_name for field in self.fields.values()}
        relations = [field.name for field in instance._meta.fields if field.is_relation or field.generated]
        wrong = [name for name, column in columns.items() if column in errors]
        try:
            instance.clean_fields(exclude=[*relations, *wrong, *self.unchecked])
        except ValidationError as refused:
            for name, problems in refused.error_dict.items():
                errors.setdefault(columns.get(name, NON_FIELD_ERRORS), [_worded(problem) for problem in problems])
        for column, sentence in self.check(instance):
            errors.setdefault(column, ValidationError(sentence))
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance: Any, is_create: bool, row: Row, **kwargs: Any) -> None:
        if kwargs["dry_run"]:
            return
        if is_create:
            self.create_instances.append(instance)
            return
        try:
            self.update(self.original, self.changes(instance))
        except DomainError as error:
            raise ValidationError(str(error)) from error
        except IntegrityError as error:
            raise ValidationError(_("Somebody saved something that contradicts this row. Look at it again.")) from error

    def bulk_create(
        self, using_transactions: bool, dry_run: bool, raise_errors: bool, batch_size: Any = None, result: Any = None
    ) -> None:
        instances, self.create_instances = self.create_instances, []
        try:
            with transaction.atomic():
                self.create(instances)
        except (DomainError, IntegrityError):
            problem = FileProblem(_("Somebody saved something that contradicts this file. Upload it again."))
            result.append_base_error(self.get_error_result_class()(problem))

    def after_import_row(self, row: Row, row_result: RowResult, **kwargs: Any) -> None:
        """The preview shows the first rows that would change something."""
        differs = row_result.import_type != RowResult.IMPORT_TYPE_SKIP
        if kwargs["dry_run"] and differs and self._previewed < PREVIEW_ROWS:
            self._previewed += 1
            row_result.diff = [self._cell(field, row_result.instance) for field in self.get_import_fields()]

    def _cell(self, field: Column, instance: Any) -> SafeString:
        new = str(field.export(instance))
        old = str(field.export(self.original)) if self.original is not None else new
        if old == new:
            return conditional_escape(new)
        return format_html("<del>{}</del> <ins>{}</ins>", old, new)

    # --- Export ---
    @classmethod
    def get_display_name(cls) -> str:
        return str(cls._meta.model._meta.verbose_name_plural)

    def get_queryset(self) -> QuerySet[Any]:
        return self._meta.model._default_manager.all()

    def get_user_visible_fields(self) -> list[Column]:
        return self._columns()


def in_batches(values: Iterable[Any], size: int = 1000) -> Iterator[list[Any]]:
    """For `in` filters of any length."""
    listed = list(values)
    yield from (listed[start : start + size] for start in range(0, len(listed), size))


def _key(header: str) -> str:
    """Headings are the same whatever their case, accents, and the signs between their words."""
    plain = unicodedata.normalize("NFKD", header.lower())
    return re.sub(r"[^a-z0-9]+", "", plain)


def _worded(problem: ValidationError) -> ValidationError:
    return ValidationError(_("Missing.")) if problem.code in ("null", "blank") else problem
