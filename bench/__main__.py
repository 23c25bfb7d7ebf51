"""`python -m bench`: loads a data set into a database of its own, serves it, measures, prints; grows it, and again."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Sequence
from statistics import fmean
from tempfile import TemporaryDirectory

from bench import bars, fleet, live, messages
from bench.acts import Acts
from bench.browser import look
from bench.client import Client
from bench.database import fresh_database
from bench.measure import Target, at_once, in_turn
from bench.report import machine, table
from bench.server import HOST, THREADS, WORKERS, serving

ROWS_CHOICES = (10, 25, 100)


def main() -> int:
    options = _parser().parse_args()
    url = os.environ.get("DATABASE_URL")
    if not url:
        sys.exit("DATABASE_URL is not set. `make bench` starts a PostgreSQL of its own and sets it.")
    with fresh_database(url) as own_url, TemporaryDirectory() as static:
        environment = {
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "DATABASE_URL": own_url,
            "DATABASE_OWNER_URL": "",
            "DEBUG": "0",
            "SECRET_KEY": secrets.token_hex(32),
            "ALLOWED_HOSTS": HOST,
            "SECURE_SSL_REDIRECT": "0",
            "BENCH_STATIC": static,
        }
        os.environ.update(environment)
        return _run(options, environment)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", type=_numbers, default=[1_000, 10_000], help="bookings of the garage, growing")
    parser.add_argument("--customers", type=int, help="at the largest size; a fifth of the bookings if not given")
    parser.add_argument("--requests", type=int, default=200, help="how often each page is asked for")
    parser.add_argument("--warm-up", type=int, default=20)
    parser.add_argument("--clients", type=int, default=8, help="how many at once")
    parser.add_argument("--desks", type=int, default=500, help="how many hear of changes; 0 leaves them out")
    parser.add_argument("--messages", type=int, default=300, help="how many each channel sends; 0 leaves them out")
    parser.add_argument("--each", type=int, default=30, help="how many requests each of them sends")
    return parser


def _numbers(text: str) -> list[int]:
    return sorted(int(number) for number in text.split(","))


def _run(options: argparse.Namespace, environment: dict[str, str]) -> int:
    import django

    django.setup()
    from django.core.management import call_command

    from bench.dataset import load, prepare, server_version

    print("Preparing ...", flush=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    garage, postgres = prepare(), server_version()
    customers = options.customers or options.sizes[-1] // 5
    results: list[bars.Result] = []
    with serving(environment) as port:
        for size in options.sizes:
            print(f"Loading {size:,} bookings ...", flush=True)
            dataset = load(garage, bookings=size, customers=customers * size // options.sizes[-1])
            client = Client(HOST, port)
            client.log_in(dataset.email, "garage-desk-demo")
            results.append(_measure(Acts(client, dataset), options))
            print(machine(postgres), flush=True)
        desk = f"/g/{dataset.slug}/desk/"
        print(f"\n{live.measure(garage.pk, lambda: client.get(desk).ms, desks=options.desks)}" if options.desks else "")
        if options.messages:
            print(f"\n{messages.measure(garage, Acts(client, dataset), environment, count=options.messages)}")
        drop = fleet.measure(Acts(client, dataset), environment)
        print(f"\n{drop}")
        seen = look(f"http://{HOST}:{port}", dataset.slug, dataset.email, "garage-desk-demo")
    print(f"\n{seen or 'No browser: set CHROMIUM_PATH to have weights, shifts and reactions measured.'}")
    broken = [*bars.broken(results), *bars.broken_drop(drop), *(bars.broken_in_browser(seen) if seen else [])]
    print("".join(f"\nBROKEN: {sentence}" for sentence in broken), end="\n" if broken else "")
    return 1 if broken else 0


def _measure(acts: Acts, options: argparse.Namespace) -> bars.Result:
    dataset = acts.dataset
    print("Measuring ...", flush=True)
    by_rows = {rows: acts.queries_with(rows) for rows in ROWS_CHOICES}
    acts.queries_with(25)
    targets = acts.targets()
    in_turn(acts.client, list(targets), rounds=options.requests, warm_up=options.warm_up)
    floor, saved, creates = _throughput(
        acts.client.others(options.clients), (targets.floor_1, targets.floor_3, targets.create), each=options.each
    )
    print(
        f"\n{dataset.bookings:,} bookings and {dataset.customers:,} customers in the garage;"
        f" {options.requests} requests each, in turn, from one client; gunicorn gthread {WORKERS}x{THREADS}, DEBUG=0\n"
    )
    print(table(list(targets), targets.floor_1, targets.floor_2))
    print(
        f"\nAt {options.clients} clients: F1 {floor:.0f}/s; F3 {saved:.0f}/s, {saved / floor:.2f} of F1;"
        f" create booking {creates:.0f}/s, {creates / floor:.2f} of F1"
    )
    print("Desk page, queries by rows: " + ", ".join(f"{rows} rows {queries}" for rows, queries in by_rows.items()))
    return bars.Result(dataset.bookings, targets, by_rows, creates / floor)


def _throughput(clients: Sequence[Client], targets: Sequence[Target], *, each: int) -> list[float]:
    """Requests a second of each target, the mean of three turns; the first requests only warm the workers up."""
    for target in targets:
        at_once(clients, target, each=2)
    turns = [[at_once(clients, target, each=max(1, each // 3)) for target in targets] for _turn in range(3)]
    return [fmean(column) for column in zip(*turns, strict=True)]


if __name__ == "__main__":
    sys.exit(main())
