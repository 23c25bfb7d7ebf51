"""The makes and models of the world, from a file shipped with the code (`fleet/data/README.md` names its sources).

It suggests and never limits; what a garage adds itself is in `fleet.selectors`.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final

from customers.names import fold

_FILE: Final = Path(__file__).parent / "data" / "makes_models.json"
# What registers and people write for a make, folded to letters and digits.
_ALIASES: Final = {
    "mercedes": "Mercedes-Benz",
    "merc": "Mercedes-Benz",
    "vw": "Volkswagen",
    "vauxhallopel": "Vauxhall",
    "chevy": "Chevrolet",
    "landrovergb": "Land Rover",
    "rangerover": "Land Rover",
    "dsautomobiles": "DS",
    "kgm": "KGM",
    "harley": "Harley-Davidson",
    "alfa": "Alfa Romeo",
    "bmwi": "BMW",
    "minicooper": "MINI",
}


@cache
def _catalogue() -> dict[str, tuple[str, ...]]:
    return {make: tuple(models) for make, models in json.loads(_FILE.read_text(encoding="utf-8")).items()}


@cache
def _by_key() -> dict[str, str]:
    return {_key(make): make for make in _catalogue()} | _ALIASES


def makes() -> list[str]:
    """Every make, in the order of the alphabet."""
    return list(_catalogue())


def models_of(make: str) -> list[str]:
    """The models of a make, the most common first; none for a make that is not in the file."""
    return list(_catalogue().get(make_called(make), ()))


def make_called(text: str) -> str:
    """The make's proper writing ("FORD", "vw" -> "Ford", "Volkswagen"); the text itself when it is not in the file."""
    return _by_key().get(_key(text), " ".join(text.split()))


def model_called(make: str, text: str) -> str:
    """The model's proper writing, or the text itself."""
    key = _key(text)
    return next((model for model in models_of(make) if _key(model) == key), " ".join(text.split()))


def model_within(make: str, text: str) -> str:
    """The listed model that a register's longer name begins with ("FOCUS ZETEC" is a Focus), or the text itself."""
    words = text.split()
    starts = (model_called(make, " ".join(words[:count])) for count in range(len(words), 0, -1))
    return next((model for model in starts if knows(make, model)), " ".join(words))


def knows(make: str, model: str) -> bool:
    """Whether the file lists this model (or, with no model, this make)."""
    if not model:
        return make_called(make) in _catalogue()
    return model_called(make, model) in models_of(make)


def _key(text: str) -> str:
    return "".join(sign for sign in fold(text) if sign.isalnum())
