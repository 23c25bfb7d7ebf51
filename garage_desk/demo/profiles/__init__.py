"""The three demo garages, and more of their kind."""

from __future__ import annotations

from dataclasses import replace

from garage_desk.demo.profile import Profile
from garage_desk.demo.profiles.garage_du_port import GARAGE_DU_PORT
from garage_desk.demo.profiles.lakeside import LAKESIDE
from garage_desk.demo.profiles.northgate import NORTHGATE

DEMO_GARAGES = (NORTHGATE, GARAGE_DU_PORT, LAKESIDE)


def profile_number(number: int) -> Profile:
    """The `number`-th garage, from 1: the three of the demo, then others like them under slugs demo-4, demo-5 ..."""
    profile = DEMO_GARAGES[(number - 1) % len(DEMO_GARAGES)]
    if number <= len(DEMO_GARAGES):
        return profile
    return replace(profile, slug=f"demo-{number}", name=f"{profile.name} {number}")
