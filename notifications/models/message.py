"""The outbox: one row for each message to one person, written in the transaction of what it tells."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models import Batch, Booking, Order
from customers.models import Customer
from fleet.models import Vehicle
from garages.models import Membership, Technician
from garages.tenancy.models import TenantForeignKey, TenantManager, TenantModel
from notifications.enums import Audience, Channel, Kind, State


class Message(TenantModel):
    """One e-mail, SMS or Telegram text to one person.

    The row is the truth; workers and queues only hurry it along. Nothing is written twice: `version` is the booking's
    version it tells of (of a reminder, the minute of the visit since 1970; of what is due, the day's ordinal), unique
    with booking, order or vehicle, kind, channel, audience, colleague, rule and days before. Subject and text are
    written when it is sent, from what is true then, and kept as they were sent. `to` is where it goes or went.
    `public_id` travels along as the reference at the provider. One that is `led_by` another went, or goes, out within
    that one (`notifications.together`).
    """

    booking = TenantForeignKey(
        Booking, verbose_name=_("booking"), on_delete=models.CASCADE, related_name="messages", null=True, blank=True
    )
    customer = TenantForeignKey(
        Customer, verbose_name=_("customer"), on_delete=models.CASCADE, related_name="messages", null=True, blank=True
    )
    technician = TenantForeignKey(
        Technician, verbose_name=_("technician"), on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    member = TenantForeignKey(
        Membership, verbose_name=_("colleague"), on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    vehicle = TenantForeignKey(
        Vehicle, verbose_name=_("vehicle"), on_delete=models.CASCADE, related_name="messages", null=True, blank=True
    )
    batch = TenantForeignKey(
        Batch, verbose_name=_("batch"), on_delete=models.CASCADE, related_name="messages", null=True, blank=True
    )
    order = TenantForeignKey(
        Order, verbose_name=_("order"), on_delete=models.CASCADE, related_name="messages", null=True, blank=True
    )
    # The database sets it to null (migration 0011). Were that left to Django, it would delete an order, a booking or a
    # rule before their messages, which the keys of a garage's rows refuse.
    led_by = TenantForeignKey(
        "self", verbose_name=_("in one with"), on_delete=models.DO_NOTHING, related_name="led", null=True, blank=True
    )
    rule = TenantForeignKey("ReminderRule", on_delete=models.CASCADE, related_name="messages", null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    audience = models.CharField(_("for"), max_length=10, choices=Audience, default=Audience.CUSTOMER)
    version = models.PositiveIntegerField(default=1)
    days_before = models.PositiveSmallIntegerField(null=True, blank=True, help_text="of what is due: which reminder")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)

    to = models.CharField(_("to"), max_length=254, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)
    facts = models.JSONField(default=dict, help_text="what the texts need besides the booking, as plain words")
    about_start = models.DateTimeField(null=True, blank=True, help_text="the start of the visit it tells of")
    about_status = models.CharField(max_length=10, blank=True, help_text="how the booking stood then")
    is_sandboxed = models.BooleanField(default=False, help_text="it was written and went nowhere")

    due_at = models.DateTimeField(_("due"), help_text="not before this moment; after a failure, the next attempt")
    leased_until = models.DateTimeField(null=True, blank=True, help_text="a worker has it until then")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(_("error"), max_length=60, blank=True, help_text="a code, never personal data")
    provider_id = models.CharField(max_length=120, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TenantManager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=State.QUEUED), name="notifications_due"),
            models.Index(fields=["leased_until"], condition=Q(state=State.SENDING), name="notifications_leased"),
            models.Index(fields=["garage", "-created_at", "-id"], name="notifications_latest"),
            models.Index(fields=["garage", "booking", "-id"], name="notifications_of_booking"),
            models.Index(fields=["garage", "customer", "-id"], name="notifications_of_customer"),
            models.Index(fields=["garage"], condition=Q(state=State.FAILED), name="notifications_failed"),
            models.Index(fields=["garage", "led_by"], condition=Q(led_by__isnull=False), name="notifications_led"),
            models.Index(
                fields=["channel", "provider_id"], condition=~Q(provider_id=""), name="notifications_provider"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("garage", "booking", "kind", "channel", "version"),
                    *("audience", "technician", "member", "rule", "order"),
                ],
                condition=Q(booking__isnull=False),
                nulls_distinct=False,
                name="notifications_message_once",
            ),
            models.UniqueConstraint(
                fields=["garage", "vehicle", "kind", "channel", "version", "days_before"],
                condition=Q(vehicle__isnull=False),
                nulls_distinct=False,
                name="notifications_message_once_a_vehicle",
            ),
            models.UniqueConstraint(
                fields=["garage", "batch", "channel", "audience"],
                condition=Q(batch__isnull=False),
                name="notifications_message_once_a_batch",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="notifications_message_state"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="notifications_message_kind"),
            models.CheckConstraint(
                condition=~Q(state=State.SENDING) | Q(leased_until__isnull=False), name="notifications_message_leased"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_channel_display()}"
