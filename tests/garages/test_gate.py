"""The gate: a temporary password opens nothing but the page that replaces it."""

from __future__ import annotations

import pytest

from garages.models import Membership
from tests.conftest import logged_in


@pytest.mark.parametrize("address", ["/", "/g/here/desk/", "/admin/", "/2fa/"])
def test_temporary_password_must_be_changed_first(receptionist: Membership, address: str) -> None:
    user = receptionist.user
    user.must_change_password = user.is_staff = True
    user.save()
    answer = logged_in(user).get(address, follow=True)
    assert answer.redirect_chain[-1][0] == "/password/change/"
    assert answer.status_code == 200
