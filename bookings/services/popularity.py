"""What a garage books most, counted once a night and kept on its services.

The desk's service list and its two-letter codes follow these counts; counting 180 days of lines on every page would
cost more than the page.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from bookings.models import BookingLine
from garages.models import Service
from garages.services.menu import give_codes

RECENT: Final = timedelta(days=180)


@transaction.atomic
def learn_menu() -> None:
    """Count the recent bookings of each service of the garage in scope, then give a code to those without one."""
    since = timezone.now() - RECENT
    counts = dict(
        BookingLine.objects.filter(booking__starts_at__gte=since)
        .order_by()
        .values_list("service")
        .annotate(number=Count("pk"))
    )
    services = list(Service.objects.all())
    for service in services:
        service.times_booked = counts.get(service.pk, 0)
    Service.objects.bulk_update(services, ["times_booked"])
    give_codes()
