"""Whether two people are probably one, taken down twice. Pure.

Candidates come from the database by number and by trigrams of the name (`selectors.look_alikes`); what is said of them
is decided here, word by word: one slip of the pen, names the wrong way round, a first name cut short. A common surname
alone, or a family that shares a number, is nobody's duplicate.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from customers.names import fold

# A slip in a shorter word makes another name: Amy and Ann are two people.
SHORTEST_SLIP: Final = 4
# How many slips the same number excuses.
SLIPS_ON_ONE_NUMBER: Final = 3


class Likeness(StrEnum):
    """Why somebody may be the person meant: probably the same, or another one on the same number."""

    SAME = "same"
    SHARES_NUMBER = "shares_number"


@dataclass(frozen=True)
class Person:
    """What is compared: a person's names, or a company's, and the digits of the number ("" when there is none)."""

    first_name: str = ""
    last_name: str = ""
    company_name: str = ""
    phone_digits: str = ""

    @property
    def names(self) -> tuple[str, str]:
        """Folded; a company has one."""
        if self.company_name:
            return "", fold(self.company_name)
        return fold(self.first_name), fold(self.last_name)


def likeness(typed: Person, known: Person) -> Likeness | None:
    """What to say of `known` to somebody who is taking down `typed`."""
    shares = bool(typed.phone_digits) and typed.phone_digits == known.phone_digits
    if not any(typed.names):
        return Likeness.SHARES_NUMBER if shares else None
    if bool(typed.company_name) != bool(known.company_name):
        return Likeness.SHARES_NUMBER if shares else None
    slips = min(_slips(typed.names, known.names), _slips(typed.names[::-1], known.names))
    if slips <= (SLIPS_ON_ONE_NUMBER if shares else 1):
        return Likeness.SAME
    if shares and _is_cut_short(typed.names, known.names):
        return Likeness.SAME
    return Likeness.SHARES_NUMBER if shares else None


def _slips(some: tuple[str, str], others: tuple[str, str]) -> int:
    """How many signs differ, word by word; words too different, or too short to differ, are counted as many."""
    return sum(_slip(word, other) for word, other in zip(some, others, strict=True))


def _slip(word: str, other: str) -> int:
    if word == other:
        return 0
    if min(len(word), len(other)) < SHORTEST_SLIP:
        return 99
    return distance(word, other)


def _is_cut_short(some: tuple[str, str], others: tuple[str, str]) -> bool:
    """The same surname, and a first name that is the beginning of the other: J. Smith and John Smith."""
    (first, last), (other_first, other_last) = some, others
    first, other_first = first.rstrip("."), other_first.rstrip(".")
    return last == other_last and (first.startswith(other_first) or other_first.startswith(first))


def distance(word: str, other: str) -> int:
    """Signs to add, drop, change or swap with their neighbour to make one word of the other (optimal string
    alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, sign in enumerate(word, 1):
        last_but_one, before, row = before, row, [i]
        for j, other_sign in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (sign != other_sign))
            if i > 1 and j > 1 and sign == other[j - 2] and word[i - 2] == other_sign:
                cost = min(cost, last_but_one[j - 2] + 1)
            row.append(cost)
    return row[-1]
