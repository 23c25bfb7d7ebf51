"""Work that happens by itself. Tasks take ids only, the garage's first, and may run twice."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from bookings.enums import Waiting
from bookings.models import SlotHold, WaitingEntry
from bookings.services.missed import miss_untouched
from bookings.services.pace import forget_old_paces
from bookings.services.popularity import learn_menu
from bookings.services.waiting import offer_what_is_free
from garages.models import Garage
from garages.tenancy.context import platform, tenant


@shared_task
def learn_menus() -> None:
    """Nightly: have each garage's menu learned."""
    for garage_id in Garage.objects.filter(is_active=True).values_list("pk", flat=True):
        learn_menu_of.delay(garage_id)


@shared_task
def offer_again() -> None:
    """Every minute: let offers that were not taken pass to the next in line, and drop holds that are over."""
    with platform(), transaction.atomic():
        SlotHold.objects.filter(expires_at__lt=timezone.now()).delete()
        passed = WaitingEntry.objects.filter(state=Waiting.OFFERED, offered_until__lte=timezone.now())
        garages = list(passed.order_by().values_list("garage_id", flat=True).distinct())
    for garage_id in garages:
        offer_again_in.delay(garage_id)


@shared_task
def offer_again_in(garage_id: int) -> None:
    with tenant(garage_id), transaction.atomic():
        offer_what_is_free(Garage.objects.get(pk=garage_id))


@shared_task
def miss_untouched_everywhere() -> None:
    """Every hour: garages have their midnights at different times."""
    wanting = Garage.objects.filter(is_active=True, no_show_after_days__isnull=False)
    for garage_id in wanting.values_list("pk", flat=True):
        miss_untouched_in.delay(garage_id)


@shared_task
def miss_untouched_in(garage_id: int) -> None:
    """Let bookings nobody came for become no-shows."""
    with tenant(garage_id), transaction.atomic():
        miss_untouched(Garage.objects.get(pk=garage_id))


@shared_task
def learn_menu_of(garage_id: int) -> None:
    """Count what is booked, and drop the desk's measurements that are too old to compare with."""
    with tenant(garage_id):
        learn_menu()
        forget_old_paces(Garage.objects.get(pk=garage_id))
