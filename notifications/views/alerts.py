"""What a colleague is told of themselves, and where: their number, their Telegram."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from garages.access import StaffRequest, staff
from garages.enums import Role
from garages.views.acting import answer, attempt, posted
from notifications.forms import AlertsForm
from notifications.models import Alerts, TelegramLink
from notifications.services import set_alerts
from notifications.telegram import LINK_LASTS, begin_link, unlink


@staff(Role.TECHNICIAN)
def alerts(request: StaffRequest, garage: str) -> HttpResponse:
    """One's own number, and what one is told of."""
    form = _form(request, is_sent=True)
    if attempt(form, lambda: set_alerts(request.membership, **form.cleaned_data)):
        notices.success(request, _("Saved"))
        return redirect("notifications:alerts", request.garage.slug)
    return _page(request, form)


@staff(Role.TECHNICIAN)
@require_POST
def telegram_link(request: StaffRequest, garage: str) -> HttpResponse:
    """A fresh link, shown once: it is kept nowhere as it is."""
    return _page(request, _form(request, is_sent=False), begin_link(request.membership))


@staff(Role.TECHNICIAN)
@require_POST
def telegram_forget(request: StaffRequest, garage: str) -> HttpResponse:
    """Nothing is sent to that chat any more."""
    unlink(request.membership)
    notices.success(request, _("Telegram is no longer linked"))
    return redirect("notifications:alerts", request.garage.slug)


def _form(request: StaffRequest, *, is_sent: bool) -> AlertsForm:
    own = Alerts.objects.filter(membership=request.membership).first() or Alerts()
    return AlertsForm(posted(request) if is_sent else None, member=request.membership, own=own)


def _page(request: StaffRequest, form: AlertsForm, address: str = "") -> HttpResponse:
    context = {
        "form": form,
        "is_set_up": bool(settings.TELEGRAM_BOT_TOKEN and settings.TELEGRAM_BOT_NAME),
        "link": TelegramLink.objects.filter(membership=request.membership, chat_id__isnull=False).first(),
        "address": address,
        "minutes": int(LINK_LASTS.total_seconds() // 60),
    }
    return answer(request, "notifications/alerts.html", context, form)
