"""Finding customers. Every read is bounded, and name and number are never OR-ed in one query: under row-level security
that costs the index of both."""

from __future__ import annotations

import re
from typing import Final

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from customers import phones
from customers.models import Customer

SHORTEST_NUMBER: Final = 3
SHORTEST_WORD: Final = 2
# How many of the numbers that fit are looked at before the latest are chosen.
CANDIDATES: Final = 500
# The customer a row stands for: itself, unless it was merged into another.
STANDS_FOR: Final = Coalesce("merged_into", "pk")


def by_phone(text: str, *, region: str, limit: int = 8) -> list[Customer]:
    """Customers whose number begins (in national or international writing) or ends with the typed digits, last used
    first. Fewer than three digits find nobody."""
    if len(phones.digits(text)) < SHORTEST_NUMBER:
        return []
    # Whole rows are united, not their ids: a join back to the table would read all of the garage's customers.
    first, *others = _ranges(text, region)
    found = first.union(*others).order_by("-updated_at", "-pk")[:limit]
    return list({one.pk: one for one in (row.merged_into or row for row in found)}.values())


def search(text: str, limit: int, *, region: str = "") -> QuerySet[Customer]:
    """At most `limit` customers, by name, whose names contain every word and whose number fits the digits.

    `region` is that of numbers without a country code; without it only international writing and endings match.
    """
    return matching(text, region=region)[:limit]


def matching(text: str, *, region: str = "") -> QuerySet[Customer]:
    """`search` without its limit, for pages that count and slice. A text with nothing to look for finds nobody."""
    words, number = split(text)
    if not words and not number:
        return Customer.objects.none()
    found = Customer.objects.all()
    if words:
        found = found.filter(pk__in=ids_by_name(words))
    if number:
        found = found.filter(pk__in=ids_by_phone(number, region))
    return found


def with_number(text: str, region: str) -> QuerySet[Customer]:
    """Everybody with exactly this number, last used first. Odd numbers are the same when their digits are."""
    phone = phones.parse(text, region)
    digits = phones.digits(phone.e164 or phone.typed)
    if not digits:
        return Customer.objects.none()
    people = Customer.everything.filter(phone_digits=digits).values_list(STANDS_FOR)
    return Customer.objects.filter(pk__in=people).order_by("-updated_at", "-pk")


def same_number(customer: Customer) -> QuerySet[Customer]:
    """The others on this customer's number."""
    if not customer.phone_digits:
        return Customer.objects.none()
    return Customer.objects.filter(phone_digits=customer.phone_digits).exclude(pk=customer.pk)


def split(text: str) -> tuple[list[str], str]:
    """The words to look for in names, and the number among them ("" when there is none)."""
    if phones.looks_like_phone(text):
        return [], text
    tokens = text.split()
    number = " ".join(token for token in tokens if re.fullmatch(r"[+(]?[\d().\-/]+", token))
    number = number if len(phones.digits(number)) >= SHORTEST_NUMBER else ""
    words = [token for token in tokens if not (number and token in number.split())]
    return [word for word in words if len(word) >= SHORTEST_WORD], number


def patterns(words: list[str]) -> list[str]:
    """LIKE patterns, longest word first; what LIKE would read as a sign of its own is escaped."""
    escaped = [re.sub(r"([\\%_])", r"\\\1", word) for word in words]
    return [f"%{word}%" for word in sorted(escaped, key=len, reverse=True)]


def ids_by_name(words: list[str]) -> RawSQL:
    """Ids of this garage's customers whose names contain every word, whatever case and accents."""
    likes = patterns(words)
    return RawSQL(
        "select customers_matching(search_key(%s), array(select search_key(word) from unnest(%s::text[]) word))",
        [likes[0], likes],
    )


def ids_by_phone(text: str, region: str) -> QuerySet[Customer, int]:
    """Ids of customers whose number begins or ends with these digits."""
    first, *others = (found.values_list(STANDS_FOR) for found in _ranges(text, region))
    return first.union(*others)


def _ranges(text: str, region: str) -> list[QuerySet[Customer]]:
    """One bounded index range for each way to read the digits. Numbers of merged records count: they lead to whom the
    record was merged into."""
    reversed_digits = phones.digits(text)[::-1]
    ranges = [Customer.everything.filter(phone_digits__begins=begun) for begun in phones.beginnings(text, region)]
    ranges.append(Customer.everything.filter(phone_reversed__begins=reversed_digits))
    return [found.order_by()[:CANDIDATES] for found in ranges]
