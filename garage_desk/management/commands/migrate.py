"""`migrate`, as the owner of the tables and with the runtime roles in place."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandParser, call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections

from garages.tenancy.roles import ensure_roles, grant_tables


class Command(Migrate):
    """Creates the roles before (policies name them), and grants the tables after."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        ensure_roles(connection)
        super().handle(*args, **options)
        call_command("createcachetable", database=options["database"], verbosity=0)
        grant_tables(connection)
