"""What official registers know of a vehicle: DVSA's MOT history first, DVLA's enquiry service where it is configured.

`look_up` takes a plate and returns a `Lookup`, whose state the desk can say in plain words. It never raises for what a
partner does. Without credentials the bundled sandbox answers, and says so in `Lookup.source`.
"""

from integrations.vehicles.facts import Defect, Lookup, LookupState, MotStatus, MotTest, VehicleFacts
from integrations.vehicles.service import Registers, look_up

__all__ = [
    "Defect",
    "Lookup",
    "LookupState",
    "MotStatus",
    "MotTest",
    "Registers",
    "VehicleFacts",
    "look_up",
]
