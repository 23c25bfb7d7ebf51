"""Reading and writing the two kinds of files. Strangers' files: capped before they are opened, and never trusted.

Reading gives a table of texts, whatever the cells were; writing makes sure that no cell is run as a formula.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

import openpyxl
import tablib
from django.utils.translation import gettext as _
from import_export.formats.base_formats import CSV, XLSX
from openpyxl.xml import DEFUSEDXML

from garages.exchange.problems import FileProblem

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_UNPACKED_BYTES: Final = 60 * 1024 * 1024
MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 60
MOST_CHARACTERS: Final = 10_000  # in one cell
_RUN_BY_SPREADSHEETS: Final = ("=", "+", "-", "@", "\t", "\r", "\0")


def is_workbook(beginning: bytes) -> bool:
    """Whether a file is an XLSX by what it holds, not by what it is called."""
    return beginning.startswith(b"PK\x03\x04")


class CsvFile(CSV):
    """Comma, semicolon or tab; UTF-8, UTF-16 or what Windows writes."""

    def get_read_mode(self) -> str:
        return "rb"

    def get_title(self) -> str:
        return "csv"

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> tablib.Dataset:
        text = _decoded(in_stream)
        try:
            return _dataset(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
        except csv.Error as error:
            raise FileProblem(_("This file is damaged or is not a CSV file.")) from error

    def _escape_formulae(self, dataset: tablib.Dataset) -> None:
        _disarm(dataset)


class XlsxFile(XLSX):
    """The first sheet of a workbook; values, not formulas."""

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        if not DEFUSEDXML:
            raise FileProblem(_("Workbooks cannot be read on this server."))
        try:
            with zipfile.ZipFile(io.BytesIO(in_stream)) as archive:
                if sum(member.file_size for member in archive.infolist()) > MOST_UNPACKED_BYTES:
                    raise FileProblem(_("Unpacked, this workbook is too large. Split it, or send a CSV file."))
            book = openpyxl.load_workbook(io.BytesIO(in_stream), read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # a file may claim to be a million columns wide
            return _dataset(sheet.iter_rows(max_col=MOST_COLUMNS + 1, max_row=MOST_ROWS + 2, values_only=True))
        except FileProblem:
            raise
        except Exception as error:  # a broken or hostile archive makes the libraries raise nearly anything
            raise FileProblem(_("This file is damaged or is not a workbook (.xlsx).")) from error

    def _escape_formulae(self, dataset: tablib.Dataset) -> None:
        _disarm(dataset)


FORMATS: Final = [CsvFile, XlsxFile]


def _decoded(data: bytes) -> str:
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise FileProblem(_("This is not a text file. Save the table as CSV (UTF-8) or as a workbook (.xlsx)."))


def _delimiter(text: str) -> str:
    """The sign that the first line has most of."""
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _dataset(rows: Iterable[Iterable[Any]]) -> tablib.Dataset:
    """Texts without the space around them; empty lines are dropped, short ones filled up."""
    texts = _texts(rows)
    headers = next(texts, [])
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        raise FileProblem(_("The file is empty. Its first line must name the columns."))
    if len(headers) > MOST_COLUMNS:
        raise FileProblem(_("At most %(count)s columns.") % {"count": MOST_COLUMNS})
    dataset = tablib.Dataset()
    dataset.headers = headers
    for number, row in enumerate(texts, start=2):
        if not any(row):
            continue
        if dataset.height >= MOST_ROWS:
            raise FileProblem(_("At most %(count)s rows at once. Split the file.") % {"count": MOST_ROWS})
        if any(row[len(headers) :]):
            raise FileProblem(
                _("Row %(row)s has more cells than there are columns. Is a quotation mark missing?") % {"row": number}
            )
        dataset.append((row + [""] * len(headers))[: len(headers)])
    return dataset


def _texts(rows: Iterable[Iterable[Any]]) -> Iterator[list[str]]:
    for row in rows:
        yield [_text(value) for value in row]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date() if value.time() == datetime.min.time() else value
    if isinstance(value, date):
        value = value.isoformat()
    text = str(value).replace("\0", "").strip()
    if text.startswith("'") and text[1:].startswith(_RUN_BY_SPREADSHEETS):
        text = text[1:]  # our own exports disarm cells like this
    if len(text) > MOST_CHARACTERS:
        raise FileProblem(_("A cell holds more than %(count)s characters.") % {"count": MOST_CHARACTERS})
    return text


def _disarm(dataset: tablib.Dataset) -> None:
    """Spreadsheets run cells that begin with these signs; an apostrophe makes them text."""
    rows = [list(row) for row in dataset]
    headers = dataset.headers
    dataset.wipe()
    dataset.headers = headers
    for row in rows:
        dataset.append(
            [f"'{cell}" if isinstance(cell, str) and cell.startswith(_RUN_BY_SPREADSHEETS) else cell for cell in row]
        )
