"""What was submitted together."""

from __future__ import annotations

from dataclasses import dataclass

from bookings.models import Batch, QueueEntry
from bookings.queue import batch_rows
from garages.rows import named


@dataclass(frozen=True)
class Done:
    """A batch and what became of its rows, for templates/bookings/_batch_done.html."""

    batch: Batch
    rows: list[QueueEntry]


def batch_named(public_id: str) -> Done | None:
    """The batch an address names, with its bookings; None for anything else."""
    batch = named(Batch.objects.select_related("customer"), public_id)
    return Done(batch, batch_rows(batch)) if batch else None
