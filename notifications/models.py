"""The outbox: one row for each message to one person, written in the transaction of what it tells."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bookings.models import Batch, Booking, Order
from customers.models import Customer
from fleet.models import Vehicle
from garages.enums import Weekday
from garages.models import Membership, Technician
from garages.tenancy.models import TenantForeignKey, TenantManager, TenantModel
from notifications.enums import DUE, Audience, Channel, Kind, State, Way

LONGEST_BEFORE: Final = 60  # days
NUDGE_HOURS: Final = 24
WARN_HOURS: Final = 12


def all_week() -> list[int]:
    return list(range(7))


def usual_due_days() -> list[int]:
    return [30, 14, 3]


class Message(TenantModel):
    """One e-mail, SMS or Telegram text to one person.

    The row is the truth; workers and queues only hurry it along. Nothing is written twice: `version` is the booking's
    version it tells of (of a reminder, the minute of the visit since 1970; of what is due, the day's ordinal), unique
    with booking, order or vehicle, kind, channel, audience, rule and days before. Subject and text are written when it
    is sent, from what is true then, and kept as they were sent. `to` is where it goes or went. `public_id` travels
    along as the reference at the provider.
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
    vehicle = TenantForeignKey(
        Vehicle, verbose_name=_("vehicle"), on_delete=models.CASCADE, related_name="messages", null=True, blank=True
    )
    batch = TenantForeignKey(
        Batch, verbose_name=_("batch"), on_delete=models.CASCADE, related_name="messages", null=True, blank=True
    )
    order = TenantForeignKey(
        Order, verbose_name=_("order"), on_delete=models.CASCADE, related_name="messages", null=True, blank=True
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
            models.Index(
                fields=["channel", "provider_id"], condition=~Q(provider_id=""), name="notifications_provider"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["garage", "booking", "kind", "channel", "version", "audience", "technician", "rule", "order"],
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


class MessageSettings(TenantModel):
    """How one garage writes to people. At most one row a garage; without one, the defaults hold."""

    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    reply_to = models.EmailField(_("replies go to"), blank=True)
    copy_to = models.EmailField(_("copy of each confirmation to"), blank=True)
    staff_to = models.EmailField(_("new requests are told to"), blank=True)
    nudge_hours = models.PositiveSmallIntegerField(
        _("hours before, tell us of what is not answered"),
        default=NUDGE_HOURS,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 14)],
    )
    warn_hours = models.PositiveSmallIntegerField(
        _("hours before, tell the customer that it is not confirmed"),
        default=WARN_HOURS,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 14)],
    )
    due_days = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(LONGEST_BEFORE)]),
        default=usual_due_days,
        size=5,
        verbose_name=_("days before"),
    )
    sms_sender = models.CharField(
        _("SMS sender"),
        max_length=16,
        blank=True,
        validators=[
            RegexValidator(r"^(\+\d{6,15}|[A-Za-z0-9 ]{1,11})$", _("A number, or up to 11 letters and digits."))
        ],
    )

    objects = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["garage"], name="notifications_messagesettings_one"),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notifications_messagesettings_quiet",
                violation_error_message=_("Quiet hours need a beginning and an end."),
            ),
        ]

    def __str__(self) -> str:
        return "message settings"


class KindRule(TenantModel):
    """Whether a garage sends one kind of message, and how. Kinds without a row follow `notifications.rules`."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    is_on = models.BooleanField(_("sent"), default=True)
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel), default=list, blank=True, verbose_name=_("channels")
    )
    every_channel = models.BooleanField(_("by every channel"), default=False)

    objects = TenantManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["garage", "kind"], name="notifications_kindrule_one")]

    def __str__(self) -> str:
        return self.get_kind_display()


class ReminderRule(TenantModel):
    """When to remind of a visit: so many hours before it, or at a wall-clock time so many days before it."""

    hours_before = models.PositiveSmallIntegerField(
        _("hours before"), null=True, blank=True, validators=[MaxValueValidator(24 * 14)]
    )
    days_before = models.PositiveSmallIntegerField(
        _("days before"), null=True, blank=True, validators=[MaxValueValidator(30)]
    )
    at = models.TimeField(_("at"), null=True, blank=True)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday), default=all_week, verbose_name=_("for visits on")
    )
    channels = ArrayField(
        models.CharField(max_length=10, choices=Channel), default=list, blank=True, verbose_name=_("channels")
    )
    is_on = models.BooleanField(_("sent"), default=True)

    objects = TenantManager()

    class Meta:
        ordering = [F("days_before").desc(nulls_last=True), F("hours_before").desc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hours_before__isnull=False, days_before__isnull=True, at__isnull=True)
                | Q(hours_before__isnull=True, days_before__isnull=False, at__isnull=False),
                name="notifications_reminderrule_when",
                violation_error_message=_("Hours before, or days before with a time."),
            ),
            models.UniqueConstraint(
                fields=["garage", "hours_before", "days_before", "at"],
                nulls_distinct=False,
                name="notifications_reminderrule_once",
                violation_error_message=_("There is such a reminder."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hours_before} h" if self.hours_before is not None else f"{self.days_before} d, {self.at}"

    @property
    def weekday_labels(self) -> list[str]:
        return [str(Weekday(day).label) for day in self.weekdays]

    @property
    def way_label(self) -> str:
        """Its own way, in words; blank where it follows the one of all reminders."""
        return str(Way(" ".join(self.channels)).label) if self.channels else ""


class MessageTemplate(TenantModel):
    """A garage's own words for one kind, channel and language. Placeholders are those of `notifications.texts`."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    language = models.CharField(_("language"), max_length=8)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), max_length=4000)

    objects = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["garage", "kind", "channel", "language"], name="notifications_messagetemplate_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.get_channel_display()}, {self.language}"


class TelegramLink(TenantModel):
    """A colleague's Telegram chat, once they pressed Start behind their link. The link's token is kept as a hash, works
    once and not for long."""

    membership = models.OneToOneField(
        Membership, verbose_name=_("colleague"), on_delete=models.CASCADE, related_name="telegram"
    )
    chat_id = models.BigIntegerField(null=True, blank=True)
    linked_at = models.DateTimeField(_("linked"), null=True, blank=True)
    token_hash = models.CharField(max_length=64, blank=True)
    token_until = models.DateTimeField(null=True, blank=True)

    objects = TenantManager()

    class Meta:
        indexes = [
            models.Index(fields=["token_hash"], condition=~Q(token_hash=""), name="notifications_telegram_token")
        ]

    def __str__(self) -> str:
        return str(self.membership)


class DueCall(TenantModel):
    """Somebody rang the owner of a vehicle about what is due on it that day."""

    vehicle = TenantForeignKey(Vehicle, verbose_name=_("vehicle"), on_delete=models.CASCADE, related_name="due_calls")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    due_on = models.DateField(_("due"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(_("when"), auto_now_add=True)

    objects = TenantManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["garage", "vehicle", "kind", "due_on"], name="notifications_duecall_once"),
            models.CheckConstraint(condition=Q(kind__in=DUE), name="notifications_duecall_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.due_on}"
