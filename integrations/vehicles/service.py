"""A plate in, a `Lookup` out: DVSA first, DVLA where DVSA has no answer, the sandbox where neither is configured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from django.conf import settings

from integrations.errors import PartnerError, Unavailable
from integrations.limits import Limit, TooMany
from integrations.vehicles import sandbox
from integrations.vehicles.dvla import Dvla
from integrations.vehicles.dvsa import BadPlate, Dvsa, NotAllowed, NotKnown
from integrations.vehicles.facts import Lookup, LookupState, VehicleFacts

# DVSA's published limits: 15 a second on average, bursts of 10, 500,000 a day. A little is left for others of ours.
DVSA_LIMIT: Final = Limit("dvsa", rate=15, burst=10, daily=490_000)
DVLA_LIMIT: Final = Limit("dvla", rate=5, burst=5, daily=50_000)


class Register(Protocol):
    def vehicle(self, registration: str) -> VehicleFacts: ...


@dataclass(frozen=True)
class Registers:
    """Whom to ask, in this order. None is one that is not configured."""

    dvsa: Register | None
    dvla: Register | None

    @classmethod
    def configured(cls) -> Registers:
        """By the settings DVSA_* and DVLA_*."""
        dvsa = (
            Dvsa(
                client_id=settings.DVSA_CLIENT_ID,
                client_secret=settings.DVSA_CLIENT_SECRET,
                api_key=settings.DVSA_API_KEY,
                token_url=settings.DVSA_TOKEN_URL,
                base_url=settings.DVSA_BASE_URL,
            )
            if settings.DVSA_API_KEY
            else None
        )
        dvla = Dvla(settings.DVLA_API_KEY, settings.DVLA_BASE_URL) if settings.DVLA_API_KEY else None
        return cls(dvsa, dvla)


def look_up(registration: str, registers: Registers | None = None) -> Lookup:
    """What the registers know of a canonical plate.

    Calls partners: for workers, never for a page, and outside a transaction, or one call would keep all others from
    the partner's allowance until it ends.
    """
    registers = registers or Registers.configured()
    if registers.dvsa is None and registers.dvla is None:
        return sandbox.look_up(registration)
    first = _asked(registers.dvsa, DVSA_LIMIT, registration, "dvsa")
    if first.state in (LookupState.FOUND, LookupState.NEW_CAR, LookupState.BAD_PLATE) or registers.dvla is None:
        return first
    second = _asked(registers.dvla, DVLA_LIMIT, registration, "dvla")
    if second.state in (LookupState.FOUND, LookupState.NEW_CAR):
        return second
    return first if registers.dvsa is not None else second


def _asked(register: Register | None, limit: Limit, registration: str, source: str) -> Lookup:
    if register is None:
        return Lookup(LookupState.NOT_CONFIGURED, source=source)
    try:
        limit.take()
        facts = _counted(limit, lambda: register.vehicle(registration))
    except PartnerError as error:
        return Lookup(_state_of(error), source=source, code=error.code)
    state = LookupState.FOUND if facts.tests or source == "dvla" else LookupState.NEW_CAR
    return Lookup(state, replace(facts, registration=registration), source)


def _counted(limit: Limit, ask: Callable[[], VehicleFacts]) -> VehicleFacts:
    """Keep the breaker informed: a refusal is an answer too, too many questions are our fault and not an outage."""
    try:
        facts = ask()
    except Unavailable as error:
        if not _is_busy(error):
            limit.failed()
        raise
    except PartnerError:
        limit.answered()
        raise
    limit.answered()
    return facts


def _state_of(error: PartnerError) -> LookupState:
    if isinstance(error, NotKnown):
        return LookupState.NOT_FOUND
    if isinstance(error, BadPlate):
        return LookupState.BAD_PLATE
    if isinstance(error, NotAllowed):
        return LookupState.NOT_CONFIGURED
    return LookupState.BUSY if _is_busy(error) else LookupState.DOWN


def _is_busy(error: PartnerError) -> bool:
    return isinstance(error, TooMany) or error.code in ("MOTH-RL-02", "http-429", "dvla-429")
