"""Phone numbers as people type them. Pure: libphonenumber's tables in, text out.

Numbers are kept in E.164 where they have such a form and always as typed; an odd number warns and is kept (COMP-31).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import phonenumbers
from django.utils.translation import gettext as _
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumber, PhoneNumberFormat, ValidationResult

# Reserved for drama, training and demo data: real in shape, in no operator's table.
_RESERVED: Final = re.compile(
    r"\+44(7700900|1632960)\d{3}|\+33(19900|26191|35301|46571|53649|63998)\d{4}"  # Ofcom, Arcep
)
_E164: Final = re.compile(r"\+[0-9]{5,15}")
_MARKS: Final = re.compile(r"[\s()./\-\u2010-\u2015\u00a0]")


@dataclass(frozen=True)
class Phone:
    """A typed number. `e164` is "" when it cannot be one (too short, too long, words)."""

    e164: str
    typed: str
    is_odd: bool


@lru_cache(maxsize=4096)
def parse(text: str, region: str) -> Phone:
    """Read a number; without a country code it is one of `region` (ISO 3166-1). Never raises."""
    typed = " ".join(text.split())
    if not typed:
        return Phone("", "", is_odd=False)
    try:
        number = phonenumbers.parse(typed, region)
    except NumberParseException:
        return Phone("", typed, is_odd=True)
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return Phone("", typed, is_odd=True)
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    known = phonenumbers.is_valid_number(number) or _RESERVED.fullmatch(e164) is not None
    return Phone(e164, typed, is_odd=not known)


def oddity(text: str, region: str) -> str | None:
    """A sentence of warning about a typed number, or None."""
    phone = parse(text, region)
    if not phone.is_odd:
        return None
    if not phone.e164:
        return _("This does not read as a phone number. It is kept as typed.")
    return _("Not a usual phone number: check its digits. It is kept as typed.")


@lru_cache(maxsize=4096)
def national(e164: str, region: str) -> str:
    """A number as it is read out in `region`: without its country code when it is one of theirs."""
    try:
        number = _read(e164)
    except NumberParseException:
        return e164
    at_home = number.country_code == country_code(region)
    return phonenumbers.format_number(
        number, PhoneNumberFormat.NATIONAL if at_home else PhoneNumberFormat.INTERNATIONAL
    )


def _read(e164: str) -> PhoneNumber:
    """As `phonenumbers.parse`, which looks for all that people type beside the digits: half of what a number costs."""
    for length in (1, 2, 3) if _E164.fullmatch(e164) else ():  # no country's code begins another's
        code, rest = int(e164[1 : 1 + length]), e164[1 + length :]
        if code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE and rest[0] != "0":
            return PhoneNumber(country_code=code, national_number=int(rest))
    return phonenumbers.parse(e164)  # with a nought of its own, as in Italy; or no number


def country_code(region: str) -> int:
    """44 for GB; 0 for regions libphonenumber does not know."""
    return phonenumbers.country_code_for_region(region)


# --- Looking numbers up -------------------------------------------------------------------------------------------
def digits(text: str) -> str:
    """The digits alone, whatever script they were typed in."""
    return phonenumbers.normalize_digits_only(text)


def looks_like_phone(text: str) -> bool:
    """Whether a search may be meant as a number: digits and their usual marks only, three digits or more."""
    bare = _MARKS.sub("", text).removeprefix("+")
    return len(bare) >= 3 and bare.isdigit()


def beginnings(text: str, region: str) -> list[str]:
    """What the stored digits of a number that was begun like this may begin with.

    Stored digits are those of the international number; those of an odd number are as typed. So "07700" in Britain
    finds "447700..." and, as it stands, "07700...".
    """
    typed = digits(text)
    if not typed:
        return []
    metadata = PhoneMetadata.metadata_for_region(region, None)
    if metadata is None:
        return [typed]
    code, trunk = str(metadata.country_code), metadata.national_prefix or ""
    abroad = re.match(metadata.international_prefix or r"(?!)", typed)
    if text.strip().startswith(("+", "\uff0b")):
        return [_without_trunk(typed, code, trunk)]
    if abroad and len(typed) > abroad.end():
        return _once(_without_trunk(typed[abroad.end() :], code, trunk), typed)
    inland = typed.removeprefix(trunk) if trunk else typed
    return _once(code + inland, typed)


def beyond(digits: str) -> str:
    """The first text after all that begin with these digits: what begins so is a range, which an index can read without
    knowing the digits when it is planned."""
    bare = digits.rstrip("9")
    return f"{bare[:-1]}{int(bare[-1]) + 1}" if bare else "A"  # letters come after digits, whatever the collation


def _without_trunk(international: str, code: str, trunk: str) -> str:
    """ "+44 (0)7700" is "+44 7700"."""
    if trunk and international.startswith(code + trunk):
        return code + international[len(code) + len(trunk) :]
    return international


def _once(*values: str) -> list[str]:
    return list(dict.fromkeys(values))
