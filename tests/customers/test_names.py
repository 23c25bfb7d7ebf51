"""Names compared as people hear them, the same in Python and in the database."""

from __future__ import annotations

import pytest
from django.db import connection

from customers.names import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("José  NUÑEZ ", "jose nunez"),
        ("Åse Sørensen", "ase sorensen"),
        ("Groß", "gross"),
        ("Łukasz Œil", "lukasz oeil"),
    ],
)
@pytest.mark.django_db
def test_fold_is_what_the_database_searches(text: str, folded: str) -> None:
    assert fold(text) == folded
    with connection.cursor() as cursor:
        cursor.execute("select search_key(%s)", [" ".join(text.split())])
        assert cursor.fetchone() == (folded,)
