"""Opening the customer's page: from the signed link to the booking, in its garage's scope and the customer's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bookings import links
from bookings.errors import ChangedMeanwhile
from bookings.models import Booking
from customers import phones
from garages.errors import DomainError
from garages.models import Garage
from garages.public_pages import public_page
from garages.tenancy.context import tenant

VisitView = Callable[[HttpRequest, "Visit"], HttpResponse]
# What the page does; each is an address below the link's and a form with a signature of its own.
ACTS: Final = ("cancel", "keep", "move", "undo")


@dataclass(frozen=True)
class Visit:
    """One booking as its customer sees it. `chosen` is the language picked on the page: its links carry it on, as
    there are no cookies."""

    garage: Garage
    booking: Booking
    token: str
    chosen: str

    def address(self, name: str, **query: str) -> str:
        query = ({"lang": self.chosen} if self.chosen else {}) | query
        return reverse(f"visit:{name}", args=[self.token]) + (f"?{urlencode(query)}" if query else "")

    def anew(self) -> Visit:
        """With the booking as it is by now."""
        return replace(self, booking=_find(self.booking.public_id))

    def attempt(self, request: HttpRequest, name: str, act: Callable[[int], Booking]) -> str | None:
        """Act on the version that the form was shown with; why it was not done, None when it was."""
        version = links.version_seen(request.POST.get("form", ""), self.booking, name)
        if version is None:
            return _("This page was open for too long. Look again, then press once more.")
        try:
            act(version)
        except ChangedMeanwhile:
            return _("Your booking has changed since you opened this page. This is how it stands now.")
        except DomainError as error:
            return str(error)
        return None

    def render(
        self, request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        shared = {
            "garage": self.garage,
            "booking": self.booking,
            "call": phones.parse(self.garage.phone, self.garage.phone_region).e164 or phones.digits(self.garage.phone),
            "urls": {name: self.address(name) for name in ("page", "calendar", *ACTS)},
            "forms": {name: links.form_token(self.booking, name) for name in ACTS},
            "languages": [(code, replace(self, chosen=code).address("page")) for code in self._languages],
        }
        return render(request, template, shared | context, status=status)

    @property
    def _languages(self) -> list[str]:
        return list(dict.fromkeys([*self.garage.languages, _language_of(self.booking, self.garage)]))


def visit_page(*methods: str) -> Callable[[VisitView], Callable[..., HttpResponse]]:
    """Declare a page of the link: the token says whose garage's scope is entered; a wrong one finds nothing."""

    def declare(view: VisitView) -> Callable[..., HttpResponse]:
        @public_page(*methods)
        @wraps(view)
        def opened(request: HttpRequest, token: str) -> HttpResponse:
            named = links.named_by(token)
            if named is None:
                raise Http404
            garage, public_id = named
            structlog.contextvars.bind_contextvars(garage_id=garage.pk)
            with tenant(garage.pk), timezone.override(garage.zone):
                booking = _find(public_id)
                if links.has_ended(booking):
                    raise Http404
                chosen = request.GET.get("lang", "")
                chosen = chosen if chosen in dict(settings.LANGUAGES) else ""
                with translation.override(chosen or _language_of(booking, garage)):
                    return view(request, Visit(garage, booking, token, chosen))

        return opened

    return declare


def _find(public_id: UUID) -> Booking:
    rows = Booking.objects.select_related("customer", "vehicle").prefetch_related("lines")
    booking = rows.filter(public_id=public_id).first()
    if booking is None:
        raise Http404
    return booking


def _language_of(booking: Booking, garage: Garage) -> str:
    return booking.customer.language or garage.language
