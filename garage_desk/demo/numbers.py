"""Phone numbers nobody has, and registrations in the shape their country uses. Pure, and repeatable by seed."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final, NamedTuple


class Number(NamedTuple):
    """`e164` as stored, `typed` as somebody there would write it."""

    e164: str
    typed: str


class NumberRange(NamedTuple):
    """Numbers reserved for fiction: templates whose `#` are free digits, `digits` of them."""

    kind: str
    e164: str
    national: str
    digits: int

    def number(self, index: int) -> Number:
        free = f"{index:0{self.digits}d}"
        return Number(_fill(self.e164, free), _fill(self.national, free))


def _fill(template: str, digits: str) -> str:
    rest = iter(digits)
    return "".join(next(rest) if sign == "#" else sign for sign in template)


# Ofcom's numbers for TV and radio drama, Arcep's for audiovisual works, and 555-01xx of North America.
_BRITISH: Final = [
    NumberRange("mobile", "+447700900###", "07700 900###", 3),
    NumberRange("landline", "+442079460###", "020 7946 0###", 3),
    *(
        NumberRange("other", f"+44{area}4960###", f"0{area} 496 0###", 3)
        for area in ("113", "114", "115", "116", "117", "118", "121", "131", "141", "151", "161")
    ),
    NumberRange("other", "+441914980###", "0191 498 0###", 3),
    NumberRange("other", "+442896496###", "028 9649 6###", 3),
    NumberRange("other", "+442920180###", "029 2018 0###", 3),
    NumberRange("other", "+441632960###", "01632 960###", 3),
]
_FRENCH: Final = [
    NumberRange("mobile", "+3363998####", "06 39 98 ## ##", 4),
    NumberRange("landline", "+3326191####", "02 61 91 ## ##", 4),
    NumberRange("other", "+3319900####", "01 99 00 ## ##", 4),
    NumberRange("other", "+3335301####", "03 53 01 ## ##", 4),
    NumberRange("other", "+3346571####", "04 65 71 ## ##", 4),
    NumberRange("other", "+3353649####", "05 36 49 ## ##", 4),
]
# Area codes around the lake are "mobile" for the profile, since an American number does not tell; the rest is "other".
_AREAS: Final = {
    "mobile": "716 585 814 315 607 440 330",
    "other": """
        201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240 248 251 252
        253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314 316 317 318 319 320 321
        323 325 331 334 336 337 347 351 352 360 361 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423
        425 432 434 435 443 478 479 480 484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 520 530 540 541
    """,
}
_AMERICAN: Final = [
    NumberRange(kind, f"+1{area}55501##", f"({area}) 555-01##", 2)
    for kind, areas in _AREAS.items()
    for area in areas.split()
]
_RANGES: Final = {"GB": _BRITISH, "FR": _FRENCH, "US": _AMERICAN}


def phone_numbers(country: str, kinds: tuple[str, ...], rng: Random) -> Iterator[Number]:
    """Every fictional number of these kinds, each once, in a shuffled order that follows the share of `kinds`; then
    all of the country's again and again, for more people than there are numbers."""
    ranges = _RANGES[country]
    pools = {
        kind: [(span, index) for span in ranges if span.kind == kind for index in range(1, 10**span.digits)]
        for kind in dict.fromkeys(kinds)
    }
    for pool in pools.values():
        rng.shuffle(pool)
    while all(pools.values()):
        span, index = pools[rng.choice(kinds)].pop()
        yield span.number(index)
    everything = [(span, index) for span in ranges for index in range(1, 10**span.digits)]
    while True:
        rng.shuffle(everything)
        yield from (span.number(index) for span, index in everything)


# --- Registrations ------------------------------------------------------------------------------------------------
_GB_AREA: Final = "ABCDEFGHKLMNOPRSVWY"
_GB_LETTERS: Final = "ABCDEFGHJKLMNOPRSTUVWXYZ"
_FR_LETTERS: Final = "ABCDEFGHJKLMNPQRSTVWXYZ"
_US_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
# First letters of the French series by the year they were reached: AA in 2009, FA in 2018.
_FR_SERIES: Final = (
    (2009, "A"), (2011, "B"), (2012, "C"), (2014, "D"), (2016, "E"), (2018, "F"), (2021, "G"), (2025, "H"),
)  # fmt: skip


def registration(country: str, year: int, rng: Random) -> str:
    """A plate as `country` writes it, of the series a vehicle of that model year carries."""
    if country == "GB":
        age = year % 100 if rng.random() < 0.5 else year % 100 + 50
        return f"{_some(_GB_AREA, 2, rng)}{max(age, 2):02d} {_some(_GB_LETTERS, 3, rng)}"
    if country == "FR":
        first = [letter for since, letter in _FR_SERIES if since <= max(year, 2009)][-1]
        return f"{first}{rng.choice(_FR_LETTERS)}-{rng.randint(1, 999):03d}-{_some(_FR_LETTERS, 2, rng)}"
    return f"{_some(_US_LETTERS, 3, rng)}-{rng.randint(1000, 9999)}"


def _some(letters: str, count: int, rng: Random) -> str:
    return "".join(rng.choices(letters, k=count))
