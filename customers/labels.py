"""Labels, the garage's own short words for its customers, and how customers found the garage (P-24)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import F, Func, QuerySet

from customers.models import LONGEST_LABEL, MOST_LABELS, Customer
from customers.names import fold

MOST_KNOWN: Final = 40


def tidy(labels: Iterable[str]) -> list[str]:
    """Each once, whatever its capitals and accents, in alphabetical order; the first writing of a word stays."""
    words = (" ".join(label.split())[:LONGEST_LABEL] for label in labels)
    found: dict[str, str] = {}
    for word in filter(None, words):
        found.setdefault(fold(word), word)
    return sorted(list(found.values())[:MOST_LABELS], key=fold)


def typed(text: str) -> list[str]:
    """The labels of a text that separates them by commas or semicolons."""
    return text.replace(";", ",").split(",")


def known_labels() -> list[str]:
    """Those in use in the garage in scope: one query, of the labelled customers only."""
    labelled = Customer.objects.exclude(labels=[]).order_by()
    found = labelled.values_list(Func(F("labels"), function="unnest"), flat=True).distinct()
    return sorted(found[:MOST_KNOWN], key=fold)


def known_referrals() -> list[str]:
    """How customers of the garage in scope found it, in its own words: one query."""
    said = Customer.objects.exclude(referral="").order_by("referral")
    return list(said.values_list("referral", flat=True).distinct()[:MOST_KNOWN])


def labelled(customers: QuerySet[Customer], label: str) -> QuerySet[Customer]:
    """Those of them with this label."""
    return customers.filter(labels__contains=[label])
