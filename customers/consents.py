"""Whether a customer may be written to, by which channel, for what; and taking down what they say about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from customers.enums import WRITTEN, Channel, ConsentSource, Purpose
from customers.models import Consent, Customer
from garages.models import User


@dataclass(frozen=True)
class Standing:
    """How consent stands for one purpose and channel. `latest` is None where nobody said anything."""

    purpose: Purpose
    channel: Channel
    is_given: bool
    latest: Consent | None


def latest_consents(customers: Iterable[Any] | QuerySet[Any]) -> QuerySet[Consent]:
    """The word that holds of each customer (or key), purpose and channel."""
    rows = Consent.objects.filter(customer__in=customers).order_by("customer_id", "purpose", "channel", "-pk")
    return rows.distinct("customer_id", "purpose", "channel")


def standings(customer: Customer) -> list[Standing]:
    """How it stands for every purpose and channel: one query."""
    known = {(row.purpose, row.channel): row for row in latest_consents([customer.pk]).select_related("by")}
    return [
        Standing(purpose, channel, row.is_given if row else purpose == Purpose.SERVICE, row)
        for purpose in Purpose
        for channel in WRITTEN
        for row in [known.get((purpose, channel))]
    ]


@transaction.atomic
def record_consent(
    customer: Customer, *, purpose: Purpose, channel: Channel, is_given: bool, source: ConsentSource, by: User | None
) -> bool:
    """Take down what a customer said. Whether that changed anything: said twice, it stands once."""
    Customer.everything.select_for_update(of=("self",), no_key=True).get(pk=customer.pk)
    now = next(one for one in standings(customer) if (one.purpose, one.channel) == (purpose, channel))
    if now.latest is not None and now.is_given == is_given:
        return False
    Consent.objects.create(customer=customer, purpose=purpose, channel=channel, is_given=is_given, source=source, by=by)
    return True
