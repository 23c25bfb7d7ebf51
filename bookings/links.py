"""The customer's own link to one booking (LEAP-13): signed, so only a message can hand it out, and good for nothing
else. What stands on its pages acts by a second signature, which is short-lived and knows what was seen."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from bookings.enums import Status
from bookings.models import Booking
from garages.models import Garage

# After the visit; until then the link shows how it went.
_KEPT: Final = timedelta(days=30)
_FORM_SECONDS: Final = 3600


class _Signer(signing.Signer):
    """Django's, cut to 132 bits: a text message pays for every sign."""

    def signature(self, value: str | bytes, key: str | bytes | None = None) -> str:
        return super().signature(value, key)[:22]


_signer: Final = _Signer(salt="booking of a customer", sep=".")
_FORM_SALT: Final = "act of a customer"


def token_of(booking: Booking, garage: Garage) -> str:
    key = urlsafe_b64encode(booking.public_id.bytes).decode().rstrip("=")
    return _signer.sign(f"{garage.slug}.{key}")


def url_of(booking: Booking, garage: Garage) -> str:
    """The link as messages carry it."""
    return settings.SITE_URL + reverse("visit:page", args=[token_of(booking, garage)])


def named_by(token: str) -> tuple[Garage, UUID] | None:
    """The garage and the booking's public id of a token; None when it is not one of ours. One query."""
    try:
        slug, _dot, key = _signer.unsign(token).partition(".")
        public_id = UUID(bytes=urlsafe_b64decode(f"{key}=="))
    except (signing.BadSignature, ValueError):
        return None
    garage = Garage.objects.filter(slug=slug, is_active=True).first()
    return (garage, public_id) if garage else None


def has_ended(booking: Booking) -> bool:
    """Whether the visit, or the wish for it, is so long over that its link leads nowhere."""
    over = booking.ready_at if booking.status != Status.COMPLETED else booking.completed_at or booking.ready_at
    return timezone.now() > over + _KEPT


def form_token(booking: Booking, act: str) -> str:
    """What a form sends, to do `act` with the booking as it is now."""
    return signing.dumps([booking.public_id.hex, booking.version], salt=f"{_FORM_SALT}: {act}")


def version_seen(token: str, booking: Booking, act: str) -> int | None:
    """The version that whoever sends the form looked at; None when the form is too old or was not made for this."""
    try:
        public_id, version = signing.loads(token, salt=f"{_FORM_SALT}: {act}", max_age=_FORM_SECONDS)
    except signing.BadSignature:
        return None
    return version if public_id == booking.public_id.hex else None
