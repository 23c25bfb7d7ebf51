"""Services as a table: a garage's menu with its prices."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from garages.enums import BayKind
from garages.exchange.fields import ByName, Choice, Column, LongText, Money, WholeNumber, YesNo
from garages.exchange.resource import GarageResource, Row
from garages.models import Service, Skill
from garages.services.saving import last_position, save_or_refuse


class ServiceResource(GarageResource):
    """Found again by name. The price is the one for any vehicle type."""

    category = Column("category", "category")
    name = Column("name", "name", also=["service"])
    description = LongText("description", "description")
    minutes = WholeNumber("minutes", "minutes", also=["duration"])
    buffer_before = WholeNumber("buffer_before", "buffer_before")
    buffer_after = WholeNumber("buffer_after", "buffer_after")
    price = Money("price", "price")
    skill = ByName("skill", "skill")
    bay_kind = Choice("bay_kind", "bay", choices=BayKind.choices)
    is_request_only = YesNo("is_request_only", "on_request")
    is_online = YesNo("is_online", "online")
    is_extra = YesNo("is_extra", "extra")
    outside_vat = YesNo("outside_vat", "outside_vat")
    is_active = YesNo("is_active", "on_menu", also=["active"])
    origin = Column("garage__slug", "garage", readonly=True)

    needs = (("name",),)

    class Meta:
        model = Service

    def prepare(self, rows: list[Row]) -> None:
        self.names("skill", Skill.objects.all())
        self._by_name = {service.name.lower(): service for service in Service.objects.select_related("skill")}

    def key_of(self, row: Row) -> Hashable | None:
        return self._name(row) or None

    def find(self, row: Row) -> Service | None:
        return self._by_name.get(self._name(row))

    def check(self, instance: Service) -> Iterable[tuple[str, str]]:
        if instance.minutes is not None and not 5 <= instance.minutes <= 60 * 24 * 5:
            yield "minutes", _("Between 5 minutes and 5 days.")

    def create(self, instances: list[Service]) -> None:
        """At the end of the menu, in the file's order."""
        last = last_position(Service.objects.all())
        for place, service in enumerate(instances, start=last):
            service.position = place
        super().create(instances)

    def update(self, original: Service, changes: dict[str, Any]) -> None:
        """Its place on the menu, extras and prices per vehicle type are no columns, and stay."""
        for name, value in changes.items():
            setattr(original, name, value)
        save_or_refuse(original, field="name")

    def filter_export(self, queryset: QuerySet[Service], **kwargs: Any) -> QuerySet[Service]:
        return queryset.select_related("garage", "skill").order_by("garage", "position", "pk")

    @staticmethod
    def _name(row: Row) -> str:
        return " ".join(row.get("name", "").split()).lower()
