"""What workers do with partners."""

from __future__ import annotations

from celery import shared_task

from integrations.vehicles import answers


@shared_task
def answer_plate(pk: int) -> None:
    """Ask the registers about the plate of a PlateAnswer."""
    answers.answer(pk)
