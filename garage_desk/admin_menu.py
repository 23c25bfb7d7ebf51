"""The menu of the platform's admin: everything that is registered, in the order of the house."""

from __future__ import annotations

from typing import Any, Final

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

MENU: Final = (
    (
        _("Tenants"),
        (
            ("garages.Garage", "home_work"),
            ("garages.User", "person"),
            ("garages.Membership", "badge"),
            ("garages.AccountMail", "outgoing_mail", _("E-mails to send")),
            ("mfa.Authenticator", "key", _("Second factors")),
            ("auth.Group", "group"),
            ("admin.LogEntry", "history", _("Audit log")),
        ),
    ),
    (
        _("Bookings"),
        (
            ("bookings.Booking", "event"),
            ("bookings.Order", "add_shopping_cart", _("Extras ordered")),
            ("bookings.Merge", "merge"),
            ("bookings.WaitingEntry", "hourglass_empty"),
            ("bookings.HandoverNote", "sticky_note_2"),
            ("bookings.Batch", "stacks"),
            ("bookings.QueueEntry", "playlist_add_check", _("Queued vehicles")),
            ("bookings.SlotHold", "lock_clock"),
            ("bookings.Allocation", "group_add", _("Further times")),
            ("bookings.WorkSpan", "timer"),
            ("bookings.DeskPace", "speed", _("Speed at the desk")),
            ("bookings.CardOffer", "add_task", _("Offers of the plate card")),
            ("billing.Invoice", "receipt_long"),
            ("billing.NumberSeries", "tag"),
            ("notifications.Message", "mail"),
            ("notifications.DueCall", "call", _("Calls about what is due")),
            ("integrations.HookEvent", "webhook"),
            ("integrations.Allowance", "data_usage"),
            ("customers.Customer", "contacts"),
            ("customers.Contact", "contact_phone"),
            ("customers.Consent", "how_to_reg"),
            ("fleet.Vehicle", "directions_car"),
            ("fleet.MileageReading", "speed"),
            ("fleet.OwnModel", "playlist_add"),
        ),
    ),
    (
        _("Garages' settings"),
        (
            ("garages.Service", "handyman"),
            ("garages.VehicleType", "category"),
            ("garages.Bay", "garage"),
            ("garages.Technician", "engineering"),
            ("garages.Skill", "school"),
            ("garages.BayOutage", "build_circle"),
            ("garages.TechnicianAbsence", "person_off"),
            ("garages.OpeningSpan", "schedule"),
            ("garages.Closure", "event_busy"),
            ("garages.CourtesyCar", "car_rental"),
            ("garages.DayNote", "sticky_note_2", _("Diary")),
            ("notifications.MessageSettings", "tune", _("Messages: settings")),
            ("notifications.KindRule", "rule", _("Messages: what is sent")),
            ("notifications.ReminderRule", "alarm", _("Messages: reminders")),
            ("notifications.MessageTemplate", "text_fields", _("Messages: own words")),
            ("notifications.Alerts", "bell", _("Alerts to staff")),
            ("notifications.TelegramLink", "send", _("Telegram links")),
            ("garages.IdempotencyKey", "done_all", _("Forms already sent")),
        ),
    ),
)


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {"title": title, "separator": True, "items": [_item(*entry) for entry in entries]} for title, entries in MENU
    ]


def _item(label: str, icon: str, title: object = "") -> dict[str, Any]:
    model = apps.get_model(label)
    model_admin = admin.site.get_model_admin(model)

    def may_look(request: HttpRequest) -> bool:
        """A function, not the bound method: the theme deep-copies the menu."""
        return model_admin.has_view_permission(request)

    return {
        "title": str(title or model._meta.verbose_name_plural).capitalize(),
        "icon": icon,
        "link": reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"),
        "permission": may_look,
    }


def mark(request: HttpRequest) -> str:
    """The product's mark, for the sidebar and the browser's tab."""
    return static("img/mark.svg")
