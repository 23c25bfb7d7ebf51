"""What cannot be read is refused, or is as if it were not there: no page of the counter breaks on it.

Every name that any page reads (found in the code) is sent to every address of the counter at once.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from django.conf import settings
from django.db import transaction

from garages.models import Garage, Membership
from garages.tenancy.context import tenant
from tests.addresses import GARAGE_PAGES, fill
from tests.conftest import logged_in
from tests.factories.furnished import furnish

pytestmark = pytest.mark.django_db(transaction=True)

APPS: Final = ("billing", "bookings", "customers", "fleet")
_READ: Final = re.compile(r"""\.get(?:list)?\("(\w+)"|^    (\w+) = (?:forms\.)?\w*Field\(""", re.MULTILINE)


def _names() -> set[str]:
    sources = (path.read_text() for app in APPS for path in Path(settings.BASE_DIR, app).rglob("*.py"))
    return {one or other for source in sources for one, other in _READ.findall(source)}


@pytest.mark.parametrize("nonsense", ["X\0.²", "9" * 5000, "9999-12-31"], ids=["signs", "number", "last-day"])
def test_nonsense_breaks_no_page(garage: Garage, owner: Membership, nonsense: str) -> None:
    with tenant(garage.pk), transaction.atomic():
        furnish(garage)
    pages = [address for address in GARAGE_PAGES if address.name.startswith(APPS)]
    with transaction.atomic():
        urls = [(address.name, fill(address, garage, under=garage)) for address in pages]
    client, sent, broken = logged_in(owner.user), dict.fromkeys(_names(), nonsense), []
    for ask in (client.get, client.post):
        for name, url in urls:
            try:
                ask(url, sent)
            except Exception as error:  # what a browser would see as 500
                broken.append(f"{ask.__name__} {name}: {error!r}"[:160])
    assert broken == []
