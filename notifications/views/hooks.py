"""What partners tell us: checked by their signature, taken once, answered at once."""

from __future__ import annotations

import json
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from garages.access import public
from integrations.hooks import is_new
from integrations.sms import provider_of
from integrations.sms.twilio import Twilio, is_signed
from notifications.delivery import note_delivery
from notifications.enums import Channel, State
from notifications.opting import heard
from notifications.telegram import hook_secret, update_received

_ENDS: Final = {
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "undelivered": State.FAILED,
    "failed": State.FAILED,
}


@public
@csrf_exempt
@require_POST
def twilio(request: HttpRequest) -> HttpResponse:
    """Delivery of texts, and texts people answer. Signed over the address as Twilio knows it, and all fields."""
    account = provider_of(settings.SMS_URL) if settings.SMS_URL.startswith("twilio:") else None
    fields = {name: [str(value) for value in values] for name, values in request.POST.lists()}
    given = request.headers.get("X-Twilio-Signature", "")
    address = settings.SITE_URL + request.get_full_path()
    if not isinstance(account, Twilio) or not is_signed(account.token, address, fields, given):
        return HttpResponseForbidden()
    sid, status = request.POST.get("MessageSid", ""), request.POST.get("MessageStatus", "")
    if is_new("twilio", f"{sid} {status}"):
        if status in _ENDS:
            note_delivery(Channel.SMS, sid, _ENDS[status], error=request.POST.get("ErrorCode", ""))
        elif not status:
            word = request.POST.get("OptOutType") or request.POST.get("Body", "")
            heard(word, sender=request.POST.get("From", ""), recipient=request.POST.get("To", ""))
    return HttpResponse("<Response/>", content_type="text/xml")


@public
@csrf_exempt
@require_POST
def telegram(request: HttpRequest) -> HttpResponse:
    """People who press Start behind their link."""
    given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
    if not settings.TELEGRAM_BOT_TOKEN or not constant_time_compare(given, hook_secret()):
        return HttpResponseForbidden()
    try:
        update = json.loads(request.body)
        number = update["update_id"]
    except (ValueError, KeyError, TypeError):
        return HttpResponse(status=400)
    said = update_received(update) if is_new("telegram", str(number)) else None
    return JsonResponse(said or {})
