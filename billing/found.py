"""Invoices in the one box: by their number (COMP-10)."""

from __future__ import annotations

import re

from django.urls import reverse
from django.utils.translation import gettext as _

from billing.selectors import with_number
from bookings.onebox import Other, also_find
from garages.models import Garage


@also_find
def invoices(text: str, garage: Garage) -> list[Other]:
    """Those whose number begins so, once its year and a dash are typed."""
    if not re.fullmatch(r"20\d\d-\d{1,6}", text):
        return []
    return [
        Other(
            address=reverse("billing:invoice", args=[garage.slug, one.public_id]),
            name=_("Open invoice %(number)s") % {"number": one.number},
            whose=one.bill_name,
            standing=one.get_status_display(),
        )
        for one in with_number(text)
    ]
