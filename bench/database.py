"""A database for the benchmark alone, made fresh each time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from psycopg import sql


@contextmanager
def fresh_database(url: str) -> Iterator[str]:
    """Create an empty database beside the one of `url`, yield its URL, and drop it afterwards."""
    parts = urlsplit(url)
    name = f"{parts.path.strip('/')}_bench"
    with psycopg.connect(url, autocommit=True) as connection:
        drop = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
        connection.execute(drop)
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            yield parts._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(drop)
