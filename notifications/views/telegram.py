"""A colleague links their Telegram."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from garages.access import StaffRequest, staff
from garages.enums import Role
from notifications.models import TelegramLink
from notifications.telegram import LINK_LASTS, begin_link, unlink


@staff(Role.TECHNICIAN)
@require_GET
def telegram(request: StaffRequest, garage: str) -> HttpResponse:
    """Whether one's Telegram is linked."""
    return _page(request)


@staff(Role.TECHNICIAN)
@require_POST
def link(request: StaffRequest, garage: str) -> HttpResponse:
    """A fresh link, shown once: it is kept nowhere as it is."""
    return _page(request, begin_link(request.membership))


@staff(Role.TECHNICIAN)
@require_POST
def forget(request: StaffRequest, garage: str) -> HttpResponse:
    """Nothing is sent to that chat any more."""
    unlink(request.membership)
    notices.success(request, _("Telegram is no longer linked"))
    return redirect("notifications:telegram", request.garage.slug)


def _page(request: StaffRequest, address: str = "") -> HttpResponse:
    known = TelegramLink.objects.filter(membership=request.membership, chat_id__isnull=False).first()
    context = {
        "is_set_up": bool(settings.TELEGRAM_BOT_TOKEN and settings.TELEGRAM_BOT_NAME),
        "link": known,
        "address": address,
        "minutes": int(LINK_LASTS.total_seconds() // 60),
    }
    return render(request, "notifications/telegram.html", context)
