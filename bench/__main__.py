"""`python -m bench`: loads a data set into a database of its own, serves it, measures, prints."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from bench.acts import Acts
from bench.client import Client
from bench.database import fresh_database
from bench.measure import Target, at_once, in_turn
from bench.report import machine, table
from bench.server import HOST, THREADS, WORKERS, serving

if TYPE_CHECKING:
    from bench.dataset import Dataset

DESK_QUERIES = 8  # the bar: at most so many, whatever the number of rows
ROWS_CHOICES = (10, 25, 100)


def main() -> int:
    options = _parser().parse_args()
    url = os.environ.get("DATABASE_URL")
    if not url:
        sys.exit("DATABASE_URL is not set. `make bench` starts a PostgreSQL of its own and sets it.")
    with fresh_database(url) as own_url:
        environment = {
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "DATABASE_URL": own_url,
            "DATABASE_OWNER_URL": "",
            "DEBUG": "0",
            "SECRET_KEY": secrets.token_hex(32),
            "ALLOWED_HOSTS": HOST,
            "SECURE_SSL_REDIRECT": "0",
        }
        os.environ.update(environment)
        print(f"Loading {options.bookings:,} bookings ...", flush=True)
        dataset, postgres = _prepare(options.bookings)
        with serving(environment) as port:
            client = Client(HOST, port)
            client.log_in(dataset.email, "garage-desk-demo")
            return _measure(Acts(client, dataset), options, postgres)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--bookings", type=int, default=int(os.environ.get("BENCH_BOOKINGS", "10000")))
    parser.add_argument("--requests", type=int, default=200, help="how often each page is asked for")
    parser.add_argument("--warm-up", type=int, default=20)
    parser.add_argument("--clients", type=int, default=8, help="how many at once")
    parser.add_argument("--each", type=int, default=30, help="how many requests each of them sends")
    return parser


def _prepare(bookings: int) -> tuple[Dataset, str]:
    import django

    django.setup()
    from bench.dataset import load, server_version

    return load(bookings), server_version()


def _measure(acts: Acts, options: argparse.Namespace, postgres: str) -> int:
    dataset = acts.dataset
    print("Measuring ...", flush=True)
    by_rows = {rows: acts.queries_with(rows) for rows in ROWS_CHOICES}
    acts.queries_with(25)
    targets = acts.targets()
    floor_1, floor_2, *_pages, create = targets
    in_turn(acts.client, targets, rounds=options.requests, warm_up=options.warm_up)
    per_second = _throughput(acts.client.others(options.clients), (floor_1, create), each=options.each)
    print(
        f"\n{dataset.bookings:,} bookings; {dataset.bookings_there:,} of them and {dataset.customers_there:,} customers"
        f" in the garage measured; {options.requests} requests each, in turn, from one client;"
        f" gunicorn gthread {WORKERS}x{THREADS}, DEBUG=0\n"
    )
    print(table(targets, floor_1, floor_2))
    print(
        f"\nAt {options.clients} clients: create booking {per_second[1]:.0f}/s, F1 {per_second[0]:.0f}/s,"
        f" ratio {per_second[1] / per_second[0]:.2f}"
    )
    print("Desk page, queries by rows: " + ", ".join(f"{rows} rows {queries}" for rows, queries in by_rows.items()))
    print(machine(postgres))
    broken = broken_bars(by_rows)
    print("".join(f"\nBROKEN: {sentence}" for sentence in broken), end="\n" if broken else "")
    return 1 if broken else 0


def _throughput(clients: Sequence[Client], targets: Sequence[Target], *, each: int) -> list[float]:
    """Requests a second of each target, the mean of three turns; the first requests only warm the workers up."""
    for target in targets:
        at_once(clients, target, each=2)
    turns = [[at_once(clients, target, each=max(1, each // 3)) for target in targets] for _turn in range(3)]
    return [fmean(column) for column in zip(*turns, strict=True)]


def broken_bars(queries_by_rows: dict[int, int]) -> list[str]:
    """What is not as it has to be, in sentences; nothing when all is well."""
    return [
        f"the desk page takes {queries} queries with {rows} rows; at most {DESK_QUERIES} are allowed."
        for rows, queries in queries_by_rows.items()
        if queries > DESK_QUERIES
    ]


if __name__ == "__main__":
    sys.exit(main())
