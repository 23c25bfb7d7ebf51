"""Which messages are sent, by which channel, when."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.views.acting import answer, attempt, attempt_once, posted
from notifications.forms import ReminderForm, RulesForm
from notifications.models import MessageSettings, ReminderRule
from notifications.rules import load_rules
from notifications.services import add_reminder, remove_reminder, set_rules


@staff(Role.MANAGER)
def rules(request: StaffRequest, garage: str) -> HttpResponse:
    """Kinds, ways, quiet hours and addresses in one form; the reminders beside it."""
    form = _rules_form(request, is_sent=True)
    if attempt(form, lambda: set_rules(request.garage, **form.decided)):
        notices.success(request, _("Messages saved"))
        return redirect("notifications:settings", request.garage.slug)
    return _page(request, form, ReminderForm(None))


@staff(Role.MANAGER)
@require_POST
def reminder_add(request: StaffRequest, garage: str) -> HttpResponse:
    """One more reminder before each visit."""
    form = ReminderForm(request.POST)
    if attempt_once(form, "add-reminder", lambda: add_reminder(request.garage, **form.decided)):
        notices.success(request, _("Reminder added"))
        return redirect("notifications:settings", request.garage.slug)
    return _page(request, _rules_form(request, is_sent=False), form)


@staff(Role.MANAGER)
@require_POST
def reminder_remove(request: StaffRequest, garage: str, reminder: uuid.UUID) -> HttpResponse:
    """Remind no more at that time."""
    remove_reminder(request.garage, get_object_or_404(ReminderRule, public_id=reminder))
    notices.success(request, _("Reminder removed"))
    return redirect("notifications:settings", request.garage.slug)


def _rules_form(request: StaffRequest, *, is_sent: bool) -> RulesForm:
    data = posted(request) if is_sent else None
    settings = MessageSettings.objects.first() or MessageSettings()
    return RulesForm(data, rules=load_rules(request.garage.pk), settings=settings)


def _page(request: StaffRequest, form: RulesForm, reminder_form: ReminderForm) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "reminder_form": reminder_form,
        "reminders": ReminderRule.objects.filter(is_on=True),
        "are_own": MessageSettings.objects.exists() or ReminderRule.objects.exists(),
    }
    return answer(request, "notifications/settings/rules.html", context, form, reminder_form)
