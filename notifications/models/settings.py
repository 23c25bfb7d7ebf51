"""What a garage decides about its messages: which, by which channel, when, in which words."""

from __future__ import annotations

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from garages.enums import Weekday
from garages.tenancy.models import TenantManager, TenantModel
from notifications.enums import Channel, Kind, Way

LONGEST_BEFORE: Final = 60  # days
NUDGE_HOURS: Final = 24
WARN_HOURS: Final = 12


def all_week() -> list[int]:
    return list(range(7))


def usual_due_days() -> list[int]:
    return [30, 14, 3]


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
