"""Which cars stand in front of a workshop in each country."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Final

from garage_desk.demo.numbers import registration
from garage_desk.demo.profile import BODIES

# make, model, body, fuels (p petrol, d diesel, h hybrid, e electric), first and last model year; commonest first.
_LINES: Final = {
    "GB": """
        Ford,Fiesta,hatch,pppd,2009,2023
        Vauxhall,Corsa,hatch,pppe,2008,2025
        Ford,Focus,hatch,ppd,2008,2024
        Volkswagen,Golf,hatch,ppdh,2009,2025
        Nissan,Qashqai,suv,ppdh,2010,2025
        Toyota,Yaris,hatch,phh,2011,2025
        MINI,Hatch,hatch,ppe,2010,2025
        BMW,3 Series,saloon,ddph,2010,2024
        Mercedes-Benz,C-Class,saloon,ddp,2011,2024
        Audi,A4,saloon,ddp,2009,2023
        Skoda,Octavia,estate,dpp,2012,2025
        Volvo,V60,estate,ddh,2012,2024
        Kia,Sportage,suv,pdh,2012,2025
        Hyundai,Tucson,suv,phd,2015,2025
        Land Rover,Discovery Sport,suv,ddh,2015,2024
        Nissan,Leaf,hatch,e,2014,2024
        Tesla,Model 3,saloon,e,2019,2025
        Ford,Transit Custom,van,d,2013,2025
        Vauxhall,Vivaro,van,dde,2014,2025
        Volkswagen,Transporter,van,d,2010,2024
        Honda,Jazz,hatch,pph,2009,2024
        Fiat,500,hatch,p,2009,2024
    """,
    "FR": """
        Renault,Clio,hatch,ppdh,2010,2025
        Peugeot,208,hatch,ppde,2013,2025
        Citroën,C3,hatch,ppd,2010,2025
        Dacia,Sandero,hatch,ppg,2013,2025
        Renault,Mégane,hatch,ddp,2010,2022
        Peugeot,308,hatch,dpp,2010,2025
        Peugeot,308 SW,estate,ddp,2014,2025
        Renault,Mégane Estate,estate,ddp,2012,2022
        Renault,Captur,suv,ppdh,2014,2025
        Peugeot,3008,suv,ddph,2012,2025
        Dacia,Duster,suv,dpg,2011,2025
        Citroën,C5 Aircross,suv,dph,2019,2025
        Peugeot,508,saloon,ddh,2012,2024
        Volkswagen,Passat,saloon,dd,2011,2021
        Toyota,Yaris,hatch,hhp,2012,2025
        Renault,Zoe,hatch,e,2014,2024
        Renault,Kangoo,van,dde,2010,2025
        Citroën,Berlingo,van,dd,2010,2025
        Peugeot,Partner,van,dd,2010,2025
        Renault,Trafic,van,d,2012,2025
        Fiat,500,hatch,pp,2010,2024
    """,
    "US": """
        Ford,F-150,van,pph,2009,2025
        Chevrolet,Silverado 1500,van,p,2009,2025
        Toyota,RAV4,suv,pph,2010,2025
        Honda,CR-V,suv,pph,2010,2025
        Toyota,Camry,saloon,pph,2009,2025
        Honda,Civic,saloon,p,2009,2025
        Toyota,Corolla,saloon,pph,2009,2025
        Honda,Accord,saloon,pph,2010,2025
        Nissan,Rogue,suv,p,2011,2025
        Jeep,Grand Cherokee,suv,pp,2011,2025
        Ford,Explorer,suv,pph,2011,2025
        Subaru,Outback,estate,p,2010,2024
        Subaru,Forester,suv,p,2010,2025
        Chevrolet,Equinox,suv,p,2012,2025
        Hyundai,Elantra,saloon,pph,2011,2025
        Kia,Soul,hatch,p,2012,2024
        Toyota,Prius,hatch,h,2010,2025
        Volkswagen,Golf,hatch,p,2011,2021
        Ford,Transit,van,p,2015,2025
        Chevrolet,Express,van,p,2010,2024
        Tesla,Model Y,suv,e,2020,2025
        Chrysler,Pacifica,van,ph,2017,2025
    """,
}
_FUELS: Final = {"p": "petrol", "d": "diesel", "h": "hybrid", "e": "electric", "g": "gas"}


@dataclass(frozen=True)
class _Line:
    make: str
    model: str
    body: str
    fuels: str
    first: int
    last: int


@dataclass(frozen=True)
class Car:
    """An invented vehicle. `body` is an index into BODIES, `plate` as it is written there."""

    make: str
    model: str
    body: int
    year: int
    fuel: str
    plate: str

    @property
    def registration(self) -> str:
        """The plate in its canonical form."""
        return "".join(sign for sign in self.plate if sign.isalnum())


@cache
def _lines(country: str, bodies: tuple[str, ...]) -> list[_Line]:
    lines = []
    for text in _LINES[country].split("\n"):
        if text.strip():
            make, model, body, fuels, first, last = text.strip().split(",")
            lines.append(_Line(make, model, body, fuels, int(first), int(last)))
    return [line for line in lines if line.body in bodies]


@cache
def _weights(count: int) -> list[int]:
    return [2 * count - place for place in range(count)]


def invent(country: str, rng: Random, *, this_year: int, bodies: Sequence[str] = BODIES) -> Car:
    """A car as they are on the road there: commoner models more often, years no later than `this_year`."""
    lines = _lines(country, tuple(bodies))
    line = rng.choices(lines, _weights(len(lines)))[0]
    newest = max(line.first, min(line.last, this_year))
    year = round(rng.triangular(line.first, newest, (line.first + 2 * newest) / 3))
    return Car(
        make=line.make,
        model=line.model,
        body=BODIES.index(line.body),
        year=year,
        fuel=_FUELS[rng.choice(line.fuels)],
        plate=registration(country, year, rng),
    )
