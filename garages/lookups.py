"""The `begins` lookup: `phone_digits__begins="44770"`.

PostgreSQL's `^@` operator is leakproof, so it may use an index underneath row-level security; the LIKE that Django
writes for `startswith` may not (measured on 20,000 customers: 0.1 ms against 21 ms).
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Lookup, TextField


@CharField.register_lookup
@TextField.register_lookup
class Begins(Lookup):  # type: ignore[type-arg]  # not subscriptable at run time
    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_params = self.process_lhs(compiler, connection)
        right, right_params = self.process_rhs(compiler, connection)
        return f"{left} ^@ {right}", (*left_params, *right_params)
