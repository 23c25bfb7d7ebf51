"""Load the demo garages, and more bookings than anybody would type."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from garage_desk.demo.bulk import NothingToBookError
from garage_desk.demo.load import load_bookings, load_garages
from garages.models import Garage


class Command(BaseCommand):
    """Three garages with their log-ins and a day in full swing; see garage_desk.demo."""

    help = "Load the demo garages; with --bookings, add that many bookings of past years to them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is a garage already")
        parser.add_argument("--garages", type=int, default=3, help="how many demo garages there are afterwards")
        parser.add_argument("--bookings", type=int, default=0, help="how many more bookings, over all of them")
        parser.add_argument("--yes", action="store_true", help="load even with DEBUG=0")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["if_empty"] and Garage.objects.exists():
            return
        if not settings.DEBUG and not options["yes"]:
            raise CommandError("DEBUG=0: this looks like production. Pass --yes to load invented data all the same.")
        started, now = time.monotonic(), timezone.now()
        garages = load_garages(options["garages"], now)
        self.stdout.write("Demo garages: " + ", ".join(garage.name for garage in garages))
        if options["bookings"]:
            self._load_bookings(garages, options["bookings"], now)
        self.stdout.write(f"Loaded in {time.monotonic() - started:.1f} s.")

    def _load_bookings(self, garages: list[Garage], wanted: int, now: datetime) -> None:
        written = 0

        def report(garage: Garage, number: int) -> None:
            nonlocal written
            written += number
            self.stdout.write(f"  {written:>{len(str(wanted))}} of {wanted} bookings  ({garage.name})")

        try:
            load_bookings(garages, wanted, now, report)
        except NothingToBookError as error:
            raise CommandError(str(error)) from error
