"""What an invoice comes to. Pure: whole minor units of the currency in and out, nothing is ever a float.

Prices are what the customer pays: the tax is contained in them, so what was promised at the desk is what is asked for.
A line's amount is quantity times price, rounded half up. VAT is worked out once for each rate, on the sum of its lines,
half up; what is left of that sum is its net. The nets of lines are their shares of that: each is rounded down, and the
minor units still missing go to those that lost most, so that the column of a printed invoice adds up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Protocol


class Priced(Protocol):
    """A line: how many, what one costs with tax, and the tax in percent; None is outside of it."""

    quantity: Decimal
    unit_price: int
    vat_percent: Decimal | None


@dataclass(frozen=True)
class Rate:
    """All lines of one rate together."""

    percent: Decimal | None
    gross: int
    vat: int

    @property
    def net(self) -> int:
        return self.gross - self.vat


@dataclass(frozen=True)
class Sums:
    """The highest rate first, what is outside of tax last; `nets` are those of the lines, in their order."""

    rates: tuple[Rate, ...]
    nets: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(rate.gross for rate in self.rates)

    @property
    def vat(self) -> int:
        return sum(rate.vat for rate in self.rates)

    @property
    def net(self) -> int:
        return self.total - self.vat


def amount_of(line: Priced) -> int:
    """What the customer pays for the line."""
    return _half_up(line.quantity * line.unit_price)


def sums_of(lines: Sequence[Priced]) -> Sums:
    amounts = [amount_of(line) for line in lines]
    nets = [0] * len(lines)
    rates = []
    for percent in sorted({line.vat_percent for line in lines}, key=_highest_first):
        places = [place for place, line in enumerate(lines) if line.vat_percent == percent]
        gross = sum(amounts[place] for place in places)
        rate = Rate(percent, gross, vat_in(gross, percent))
        for place, net in zip(places, _shared([amounts[place] for place in places], rate.net), strict=True):
            nets[place] = net
        rates.append(rate)
    return Sums(tuple(rates), tuple(nets))


def vat_in(gross: int, percent: Decimal | None) -> int:
    """The tax that is part of an amount."""
    return 0 if percent is None else _half_up(gross * percent / (100 + percent))


def _shared(amounts: Sequence[int], net: int) -> Iterable[int]:
    """`net` among the amounts, in proportion."""
    gross = sum(amounts)
    exact = [Fraction(amount * net, gross) if gross else Fraction(0) for amount in amounts]
    shares = [int(share) for share in exact]
    by_loss = sorted(range(len(shares)), key=lambda place: (shares[place] - exact[place], place))
    for place in by_loss[: net - sum(shares)]:
        shares[place] += 1
    return shares


def _half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _highest_first(percent: Decimal | None) -> Decimal:
    return Decimal(1) if percent is None else -percent
