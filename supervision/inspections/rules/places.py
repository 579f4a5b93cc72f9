"""Whether two findings are at the same place. Pure.

Two places are the same when both have coordinates and lie within some metres of each other, or when their names are the
same but for spaces, width and punctuation.
"""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass

__all__ = ["Place", "distance_m", "plain_place", "same_place"]

EARTH_M = 6_371_000.0


@dataclass(frozen=True, slots=True)
class Place:
    """A place as it was written down; degrees, or None."""

    name: str
    latitude: float | None = None
    longitude: float | None = None


def plain_place(name: str) -> str:
    """The name without spaces and punctuation, in one width and small letters."""
    text = unicodedata.normalize("NFKC", name).lower()
    return "".join(ch for ch in text if unicodedata.category(ch)[0] not in "ZPC")


def distance_m(a: Place, b: Place) -> float | None:
    """Metres along the sphere; None where one has no coordinates."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    lat1, lat2 = math.radians(a.latitude), math.radians(b.latitude)
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(b.longitude - a.longitude) / 2) ** 2
    )
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(half)))


def same_place(a: Place, b: Place, metres: int) -> bool:
    """Whether they are one place; `metres` is how far apart two coordinates may lie."""
    apart = distance_m(a, b)
    if apart is not None and apart <= metres:
        return True
    return plain_place(a.name) == plain_place(b.name) != ""
