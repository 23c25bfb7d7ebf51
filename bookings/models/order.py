"""Extras that are ordered on a booking."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.enums import OrderState
from bookings.models.booking import Booking
from garages.models import Service
from garages.tenancy.models import TenantForeignKey, TenantManager, TenantModel


class Order(TenantModel):
    """An extra that somebody ordered for a visit (ORD-1), at the price it had then. Confirmed, it is a line of the
    booking; see `bookings.services.orders`."""

    booking = TenantForeignKey(Booking, verbose_name=_("booking"), on_delete=models.CASCADE, related_name="orders")
    extra = TenantForeignKey(Service, verbose_name=_("extra"), on_delete=models.PROTECT, related_name="orders")
    name = models.CharField(_("name"), max_length=80)
    minutes = models.PositiveSmallIntegerField(_("minutes of work"))
    price = models.PositiveIntegerField(_("price"), help_text="minor units of the garage's currency")
    state = models.CharField(_("state"), max_length=10, choices=OrderState, default=OrderState.RECEIVED)
    ordered_at = models.DateTimeField(_("ordered"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )

    objects = TenantManager()

    class Meta:
        ordering = ["-ordered_at", "-pk"]
        indexes = [
            models.Index(fields=["garage", "-ordered_at", "-id"], name="bookings_orders_latest"),
            models.Index(fields=["garage"], condition=Q(state=OrderState.RECEIVED), name="bookings_orders_waiting"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="bookings_order_state"),
            models.UniqueConstraint(
                fields=["garage", "booking", "extra"],
                condition=~Q(state=OrderState.CANCELLED),
                name="bookings_order_once",
                violation_error_message=_("This extra is ordered already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
