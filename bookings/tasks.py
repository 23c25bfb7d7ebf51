"""Work that happens by itself. Tasks take ids only, the garage's first, and may run twice."""

from __future__ import annotations

from celery import shared_task

from bookings.services.pace import forget_old_paces
from bookings.services.popularity import learn_menu
from garages.models import Garage
from garages.tenancy.context import tenant


@shared_task
def learn_menus() -> None:
    """Nightly: have each garage's menu learned."""
    for garage_id in Garage.objects.filter(is_active=True).values_list("pk", flat=True):
        learn_menu_of.delay(garage_id)


@shared_task
def learn_menu_of(garage_id: int) -> None:
    """Count what is booked, and drop the desk's measurements that are too old to compare with."""
    with tenant(garage_id):
        learn_menu()
        forget_old_paces(Garage.objects.get(pk=garage_id))
