"""Acts: writes of a service that happen wholly or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

_under_way: ContextVar[bool] = ContextVar("act_under_way", default=False)


def act(service: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """Decorator: what the service wrote is undone when it raises.

    An act inside an act is a part of it and sets no savepoint of its own: of two statements each, six deep, they were
    a third of what a booking asked of the database. So what an inner act raises undoes the outer one too; who wants to
    catch it and go on opens a savepoint around it.
    """

    @wraps(service)
    def wholly(*args: _Arguments.args, **kwargs: _Arguments.kwargs) -> _Result:
        with acting():
            return service(*args, **kwargs)

    return wholly


@contextmanager
def acting() -> Iterator[None]:
    """The same for a block. Around no other and in no transaction, it is one: committed at its end."""
    if _under_way.get():
        with transaction.atomic(savepoint=False):
            yield
        return
    token = _under_way.set(True)
    try:
        with transaction.atomic():
            yield
    finally:
        _under_way.reset(token)
