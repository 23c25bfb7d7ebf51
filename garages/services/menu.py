"""The menu: services, their extras and prices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from garages.codes import new_code, new_codes
from garages.models import Service, ServiceExtra, ServicePrice, VehicleType
from garages.services.saving import last_position, place_after, save_or_refuse


@transaction.atomic
def add_service(*, extras: Iterable[Service], prices: Mapping[VehicleType, int | None], **fields: Any) -> Service:
    """Add a service at the end of the menu, with a code made from its name when none is given. Money in minor units.

    Raises DomainError when the name or the code is taken.
    """
    service = Service(position=last_position(Service.objects.all()), **fields)
    if not service.code:
        service.code = new_code(service.name, set(Service.objects.values_list("code", flat=True)))
    return _keep(service, extras=extras, prices=prices)


@transaction.atomic
def change_service(
    service: Service,
    *,
    extras: Iterable[Service],
    prices: Mapping[VehicleType, int | None],
    after: Service | None,
    **fields: Any,
) -> Service:
    """Bookings made before keep the name, time and price they were made with. `after` is the service it follows."""
    for name, value in fields.items():
        setattr(service, name, value)
    _keep(service, extras=extras, prices=prices)
    place_after(service, after, Service.objects.all())
    return service


def put_on_menu(service: Service, *, on: bool) -> Service:
    """Take a service off the menu, or put it back. Bookings of it stay."""
    service.is_active = on
    service.save(update_fields=["is_active"])
    return service


def give_codes() -> None:
    """A code for each service that has none (imported, say); where two want the same one, the more booked gets it."""
    services = list(Service.objects.order_by("-times_booked", "position", "pk"))
    codes = new_codes(
        (service.name for service in services if not service.code), (service.code for service in services)
    )
    for service in services:
        if not service.code and codes[service.name]:
            service.code = codes[service.name]
            service.save(update_fields=["code"])


@transaction.atomic
def set_prices(
    *,
    own: Mapping[Service, int],
    cells: Mapping[tuple[Service, VehicleType], int | None],
    online: Mapping[Service, bool],
) -> int:
    """Change what differs in the table of prices; None means "the service's own price". Returns how many differed."""
    # Locked in one order: two people saving the table wait for each other instead of mixing their prices.
    services = {
        service.pk: service
        for service in Service.objects.filter(pk__in=[service.pk for service in {*own, *online}])
        .select_for_update(no_key=True)
        .order_by("pk")
    }
    changed = 0
    for shown, price in own.items():
        service = services[shown.pk]
        is_online = online.get(shown, service.is_online)
        if (service.price, service.is_online) != (price, is_online):
            changed += (service.price != price) + (service.is_online != is_online)
            service.price, service.is_online = price, is_online
            service.save(update_fields=["price", "is_online"])
    return changed + _set_cells(cells)


def _set_cells(cells: Mapping[tuple[Service, VehicleType], int | None]) -> int:
    kept = {
        (cell.service_id, cell.vehicle_type_id): cell.price
        for cell in ServicePrice.objects.filter(service__in={service for service, _kind in cells})
    }
    wanted = {(service.pk, vehicle_type.pk): price for (service, vehicle_type), price in cells.items()}
    different = {cell: price for cell, price in wanted.items() if kept.get(cell) != price}
    for service_id, vehicle_type_id in (cell for cell, price in different.items() if price is None):
        ServicePrice.objects.filter(service_id=service_id, vehicle_type_id=vehicle_type_id).delete()
    ServicePrice.objects.bulk_create(
        [
            ServicePrice(service_id=service_id, vehicle_type_id=vehicle_type_id, price=price)
            for (service_id, vehicle_type_id), price in different.items()
            if price is not None
        ],
        update_conflicts=True,
        unique_fields=["garage", "service", "vehicle_type"],
        update_fields=["price"],
    )
    return len(different)


def _keep(service: Service, *, extras: Iterable[Service], prices: Mapping[VehicleType, int | None]) -> Service:
    save_or_refuse(service, field="name", fields={"garages_service_code": "code"})
    wanted = {extra.pk: extra for extra in extras if extra.pk != service.pk}
    service.extra_links.exclude(extra__in=wanted).delete()
    ServiceExtra.objects.bulk_create(
        [ServiceExtra(service=service, extra=extra) for extra in wanted.values()], ignore_conflicts=True
    )
    _set_cells({(service, vehicle_type): price for vehicle_type, price in prices.items()})
    return service
