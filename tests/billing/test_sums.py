"""What an invoice comes to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.sums import Rate, amount_of, sums_of, vat_in


@dataclass(frozen=True)
class Line:
    unit_price: int
    vat_percent: Decimal | None = Decimal(20)
    quantity: Decimal = Decimal(1)


_PERCENTS = [None, Decimal(0), Decimal("5.5"), Decimal(20), Decimal(21)]
_LINES = st.lists(
    st.builds(
        Line,
        unit_price=st.integers(0, 2_000_000),
        vat_percent=st.sampled_from(_PERCENTS),
        quantity=st.decimals("0.01", "99.99", places=2),
    ),
    max_size=12,
)


def test_the_promised_prices_are_the_total() -> None:
    """The invoice of the design: a service, an oil filter, an MOT test outside of VAT."""
    sums = sums_of([Line(19_900), Line(1_015), Line(5_485, None)])
    assert (sums.net, sums.vat, sums.total) == (22_914, 3_486, 26_400)
    assert sums.rates == (Rate(Decimal(20), 20_915, 3_486), Rate(None, 5_485, 0))
    assert sums.nets == (16_583, 846, 5_485)


@pytest.mark.parametrize(
    ("gross", "percent", "vat"),
    [(600, 20, 100), (3, 20, 1), (2, 20, 0), (21, "5", 1), (63, "5", 3), (100, 0, 0)],
)
def test_tax_is_rounded_half_up(gross: int, percent: str, vat: int) -> None:
    assert vat_in(gross, Decimal(percent)) == vat


def test_what_is_outside_of_tax_has_none() -> None:
    assert vat_in(5_485, None) == 0


@pytest.mark.parametrize(("quantity", "amount"), [("1", 333), ("0.5", 167), ("2.25", 749), ("3", 999)])
def test_an_amount_is_rounded_half_up(quantity: str, amount: int) -> None:
    assert amount_of(Line(333, quantity=Decimal(quantity))) == amount


def test_tax_is_worked_out_once_for_a_rate() -> None:
    """Three times 2.00 hold 1.00 of tax, although each alone rounds to 0.33."""
    assert [sums_of([Line(200)]).vat, sums_of([Line(200)] * 3).vat] == [33, 100]


def test_nothing_comes_to_nothing() -> None:
    assert (sums_of([]).total, sums_of([]).rates) == (0, ())
    assert sums_of([Line(0)]).nets == (0,)


@given(_LINES)
def test_every_column_adds_up(lines: list[Line]) -> None:
    sums = sums_of(lines)
    assert sums.total == sum(amount_of(line) for line in lines) == sums.net + sums.vat
    assert sums.net == sum(sums.nets) == sum(rate.net for rate in sums.rates)
    for rate in sums.rates:
        own = [net for line, net in zip(lines, sums.nets, strict=True) if line.vat_percent == rate.percent]
        assert sum(own) == rate.net


@given(_LINES)
def test_no_net_is_a_whole_unit_off(lines: list[Line]) -> None:
    sums = sums_of(lines)
    for rate in sums.rates:
        exact = Fraction(rate.gross) * 100 / (100 + Fraction(rate.percent or 0))
        assert abs(rate.net - exact) <= Fraction(1, 2)
    for line, net in zip(lines, sums.nets, strict=True):
        rate = next(rate for rate in sums.rates if rate.percent == line.vat_percent)
        assert abs(net - Fraction(amount_of(line) * rate.net, rate.gross or 1)) < 1
