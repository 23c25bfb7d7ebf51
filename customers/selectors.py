"""Finding customers. Every read is bounded, and name and number are never OR-ed in one query: under row-level security
that costs the index of both."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Manager, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from customers import phones
from customers.duplicates import Likeness, Person, likeness
from customers.models import Contact, Customer
from garages.rows import read
from garages.tenancy.context import current_garage_id

SHORTEST_NUMBER: Final = 3
SHORTEST_WORD: Final = 2
# How many of the numbers that fit are looked at before the latest are chosen.
CANDIDATES: Final = 500
# The customer a row stands for: itself, unless it was merged into another.
STANDS_FOR: Final = Coalesce("merged_into", "pk")
# Of names that look alike, so many are compared.
LIKE_ANOTHER: Final = 20
SHORTEST_NAME: Final = 4
LOOKED_THROUGH: Final = 50


class Chosen(NamedTuple):
    """A statement that gives the keys of customers, the likeliest first, and what is filled into it. Other statements
    are built on it, so that a look-up is one."""

    sql: str
    values: tuple[Any, ...]


_BY_NUMBER: Final = """
select coalesce(merged_into_id, id) from ({ranges}) as near group by 1 order by max(updated_at) desc, 1 desc limit %s
"""
_RANGE: Final = """
(select id, merged_into_id, updated_at from customers_customer
 where garage_id = %s and {column} >= %s and {column} < %s limit %s)
"""
_RANGE_OF_CONTACTS: Final = """
(select c.id, c.merged_into_id, c.updated_at
 from (select customer_id from customers_contact
       where garage_id = %s and {column} >= %s and {column} < %s limit %s) as contact
 join customers_customer c on c.id = contact.customer_id)
"""
_BY_NAME: Final = """
select id from (
    select id, row_number() over () as place from customers_named(%s, %s, %s, %s) as id
    union all select id, %s from customers_with_contact(%s, %s) as id
) as named group by id order by min(place) limit %s
"""


def by_phone(text: str, *, region: str, limit: int = 8) -> Chosen | None:
    """Customers whose number, or that of somebody to ask for there, begins (in national or international writing) or
    ends with the typed digits, last used first: whole rows are united and few are chosen, or the join that follows
    would read all of the garage's customers. Fewer than three digits choose nobody."""
    typed = phones.digits(text)
    if len(typed) < SHORTEST_NUMBER:
        return None
    sought = [("phone_digits", begun) for begun in phones.beginnings(text, region)] + [("phone_reversed", typed[::-1])]
    tables = (_RANGE, _RANGE_OF_CONTACTS)
    ranges = " union all ".join(one.format(column=column) for one in tables for column, _begun in sought)
    values = [
        value for _column, begun in sought for value in (current_garage_id(), begun, phones.beyond(begun), CANDIDATES)
    ]
    return Chosen(_BY_NUMBER.format(ranges=ranges), (*values, *values, limit))


def by_name(text: str, *, region: str, limit: int = 8) -> Chosen:
    """Customers whose names contain every word and whose number fits the digits, those that begin so first, then by
    name; then companies where somebody to ask for is called so. Of a name that very many have, some are chosen from."""
    words, number = split(text)
    if number or not words:
        return keys_of(search(text, limit, region=region))
    likes = patterns(words)
    return Chosen(_BY_NAME, (" ".join(words), likes, CANDIDATES, limit, limit + 1, likes, limit, limit))


def keys_of(customers: QuerySet[Customer]) -> Chosen:
    """These customers, in their order."""
    try:
        return Chosen(*customers.values_list("pk").query.sql_with_params())
    except EmptyResultSet:  # nothing to look for was typed
        return Chosen("select id from customers_customer where false", ())


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


def with_contact(text: str, *, region: str) -> QuerySet[Customer]:
    """Companies where somebody to ask for is called so, or has a number that begins or ends so: a bounded number."""
    words, number = split(text)
    if not words and not number:
        return Customer.objects.none()
    found = Customer.objects.all()
    if words:
        named = RawSQL("select customers_with_contact(%s, %s)", [patterns(words), CANDIDATES])
        found = found.filter(pk__in=named)
    if number:
        first, *others = (contacts.values_list("customer") for contacts in _ranges(Contact.objects, number, region))
        found = found.filter(pk__in=first.union(*others))
    return found


def meant_by(text: str, companies: Iterable[Customer], *, region: str) -> dict[int, Contact]:
    """Whom at these companies the text means, by the company's primary key: one query."""
    contacts = Contact.objects.filter(customer__in=[company.pk for company in companies])
    return {contact.customer_id: contact for contact in contacts if contact.is_meant_by(text, region)}


# An array and not IN: a join by COALESCE, which to row-level security may leak, would read all customers.
_WITH_NUMBER: Final = """
where t.garage_id = %s and t.merged_into_id is null and t.id = any(array(
    select coalesce(merged_into_id, id) from customers_customer where garage_id = %s and phone_digits = %s
))
order by t.updated_at desc, t.id desc limit %s::bigint
"""


def with_number(text: str, region: str, *, most: int | None = None) -> list[Customer]:
    """Everybody with exactly this number, last used first. Odd numbers are the same when their digits are."""
    phone = phones.parse(text, region)
    digits = phones.digits(phone.e164 or phone.typed)
    if not digits:
        return []
    garage = current_garage_id()
    return read(Customer, _WITH_NUMBER, [garage, garage, digits, most])


def same_number(customer: Customer) -> QuerySet[Customer]:
    """The others on this customer's number."""
    if not customer.phone_digits:
        return Customer.objects.none()
    return Customer.objects.filter(phone_digits=customer.phone_digits).exclude(pk=customer.pk)


def look_alikes(
    *,
    region: str,
    first_name: str = "",
    last_name: str = "",
    company_name: str = "",
    phone: str = "",
) -> list[tuple[Customer, Likeness]]:
    """Who may be the person being taken down: probable duplicates first, then others on the same number.

    At most two queries, each bounded: the number's people, and the names nearest by trigrams.
    """
    number = phones.parse(phone, region)
    typed = Person(first_name, last_name, company_name, phones.digits(number.e164 or number.typed))
    # Led to by a number that was theirs before a merge, they share it all the same.
    sharers = with_number(phone, region, most=LIKE_ANOTHER)
    said = {one: likeness(typed, replace(person_of(one), phone_digits=typed.phone_digits)) for one in sharers}
    if len("".join(typed.names)) >= SHORTEST_NAME:
        name = f"{company_name} {first_name} {last_name}".replace("\x00", "")  # no text to PostgreSQL
        ids = RawSQL("select customers_similar(%s, %s)", [name, LIKE_ANOTHER])
        for one in Customer.objects.filter(pk__in=ids):
            said.setdefault(one, likeness(typed, person_of(one)))
    found = [(customer, why) for customer, why in said.items() if why is not None]
    return sorted(found, key=lambda one: one[1] != Likeness.SAME)


def likely_pairs(before: int | None = None) -> tuple[list[tuple[Customer, Customer]], int, int | None]:
    """Customers added lately (before that key) that are probably others too: the pairs, how many were looked at, and
    the key to go on from. Three queries, however many pairs: old duplicates do not make the page slow."""
    recent = Customer.objects.order_by("-pk")
    if before is not None:
        recent = recent.filter(pk__lt=before)
    latest = {customer.pk: customer for customer in recent[:LOOKED_THROUGH]}
    candidates = _candidates_of(latest)
    others = {other.pk: other for other in Customer.objects.filter(pk__in={other for _one, other in candidates})}
    pairs = {}
    for one, other in candidates:
        some, known = latest[one], others.get(other)  # none when it was merged
        if known is not None and likeness(person_of(some), person_of(known)) == Likeness.SAME:
            pairs[frozenset((one, other))] = (some, known) if one > other else (known, some)
    older = min(latest) if len(latest) == LOOKED_THROUGH else None
    return sorted(pairs.values(), key=lambda pair: -pair[0].pk), len(latest), older


def _candidates_of(latest: dict[int, Customer]) -> list[tuple[int, int]]:
    """Who each of these may be, by name and by number, as pairs of keys."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select one.id, other from unnest(%s::bigint[], %s::text[]) as one (id, name),"
            " lateral customers_similar(one.name, %s) as other where other <> one.id",
            [list(latest), [customer.search_name for customer in latest.values()], LIKE_ANOTHER],
        )
        pairs = cursor.fetchall()
    by_number = defaultdict(list)
    for customer in latest.values():
        by_number[customer.phone_digits].append(customer.pk)
    by_number.pop("", None)
    sharers = Customer.objects.filter(phone_digits__in=list(by_number)).order_by().values_list("pk", "phone_digits")
    return pairs + [(one, pk) for pk, digits in sharers for one in by_number[digits] if one != pk]


def person_of(customer: Customer) -> Person:
    """A customer as duplicates are told by."""
    company = customer.company_name if customer.is_business else ""
    return Person(customer.first_name, customer.last_name, company, customer.phone_digits)


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
    first, *others = (found.values_list(STANDS_FOR) for found in _ranges(Customer.everything, text, region))
    return first.union(*others)


def _ranges(rows: Manager[Any], text: str, region: str) -> list[QuerySet[Any]]:
    """One bounded index range for each way to read the digits. Numbers of merged records count: they lead to whom the
    record was merged into."""
    reversed_digits = phones.digits(text)[::-1]
    ranges = [rows.filter(phone_digits__begins=begun) for begun in phones.beginnings(text, region)]
    ranges.append(rows.filter(phone_reversed__begins=reversed_digits))
    return [found.order_by()[:CANDIDATES] for found in ranges]
