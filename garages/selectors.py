"""Reading the garage's own things, joined as the pages need them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django.db.models import Count, Prefetch, Q, QuerySet

from garages.models import (
    Closure,
    Garage,
    Membership,
    OpeningSpan,
    Service,
    ServicePrice,
    Skill,
    Technician,
    User,
    VehicleType,
)
from garages.rows import columns, instance, prepared

_PERSON: Final = """
select {user}, {membership}, g.setup_version, {garage}
from garages_user u
left join (garages_membership m join garages_garage g on g.id = m.garage_id and g.is_active) on m.user_id = u.id
where u.id = %s
order by g.name
"""
_USER, _MEMBERSHIP = len(User._meta.concrete_fields), len(Membership._meta.concrete_fields)


def person(pk: int) -> User | None:
    """This person with everything they work in (`User.workplaces`). One query, no scope needed: every page of everybody
    who is logged in begins with it."""
    statement = _PERSON.format(
        user=columns(User, "u"), membership=columns(Membership, "m"), garage=columns(Garage, "g")
    )
    with prepared() as cursor:
        cursor.execute(statement, [pk])
        rows = cursor.fetchall()
    if not rows:
        return None
    user = instance(User, rows[0])
    user.workplaces = [_workplace(user, row[_USER:]) for row in rows if row[_USER] is not None]
    return user


def _workplace(user: User, row: Sequence[Any]) -> Membership:
    membership = instance(Membership, row)
    membership.user, membership.garage = user, instance(Garage, row[_MEMBERSHIP + 1 :])
    membership.setup_version = row[_MEMBERSHIP]  # type: ignore[attr-defined]  # a column the model does not know
    return membership


def memberships_of(user: User) -> list[Membership]:
    """Everything this person works in, by the garages' names, each with the version of its garage's setup
    (`setup_version`). No query for whoever makes a request: they were read with it."""
    if user.workplaces is None:
        known = person(user.pk)
        user.workplaces = known.workplaces if known else []
    return user.workplaces or []


# --- Team ---------------------------------------------------------------------------------------------------------
def team_of(garage: Garage) -> QuerySet[Membership]:
    """The garage's people with their accounts, by name."""
    return Membership.objects.filter(garage=garage).select_related("user").order_by("user__name", "user__email")


# --- Hours and closures -------------------------------------------------------------------------------------------
def opening_hours() -> dict[int, list[OpeningSpan]]:
    """The spans of each weekday that has any, in order."""
    hours: dict[int, list[OpeningSpan]] = defaultdict(list)
    for span in OpeningSpan.objects.all():
        hours[span.weekday].append(span)
    return dict(hours)


def closures_from(day: date) -> QuerySet[Closure]:
    """Closures that are not over on `day`."""
    return Closure.objects.filter(ends_on__gte=day)


def closures_before(day: date, *, limit: int = 50) -> list[Closure]:
    """Closures that were over on `day`, the latest first."""
    return list(Closure.objects.filter(ends_on__lt=day).order_by("-starts_on")[:limit])


def closures_on(days: Iterable[date]) -> dict[date, Closure]:
    """Which of the days the garage is closed on already, and by which closure."""
    days = list(days)
    if not days:
        return {}
    rows = Closure.objects.filter(starts_on__lte=max(days), ends_on__gte=min(days))
    return {day: row for row in rows for day in days if row.starts_on <= day <= row.ends_on}


# --- Workshop -----------------------------------------------------------------------------------------------------
def technicians_with_skills() -> QuerySet[Technician]:
    return Technician.objects.select_related("membership__user").prefetch_related(
        Prefetch("skills", queryset=Skill.objects.order_by("name"))
    )


def skills_in_use() -> QuerySet[Skill]:
    """Skills with how many technicians have them and how many services need them."""
    return Skill.objects.annotate(
        technician_count=Count("technician_links", distinct=True),
        service_count=Count("services", distinct=True, filter=Q(services__is_active=True)),
    )


# --- Menu and prices ----------------------------------------------------------------------------------------------
def active_services() -> list[Service]:
    """The menu in its order, the services of a category together; categories stand in the order of their first."""
    services = list(Service.objects.filter(is_active=True))
    places = {category: place for place, category in reversed(list(enumerate(row.category for row in services)))}
    return sorted(services, key=lambda service: places[service.category])


def service_categories() -> list[str]:
    """The categories in use, by name."""
    return list(Service.objects.exclude(category="").order_by("category").values_list("category", flat=True).distinct())


def vehicle_types_in_use() -> QuerySet[VehicleType]:
    return VehicleType.objects.filter(is_active=True)


def own_prices(services: Iterable[Service]) -> dict[tuple[int, int], int]:
    """Prices that differ from the service's own: (service, vehicle type) -> minor units."""
    rows = ServicePrice.objects.filter(service__in=services).values_list("service_id", "vehicle_type_id", "price")
    return {(service, vehicle_type): price for service, vehicle_type, price in rows}
