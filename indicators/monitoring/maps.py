"""A map of points without tiles: longitude and latitude on a plain sheet, each point a link that the keyboard reaches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians

from indicators.plan.models import Site, SiteKind

__all__ = ["Map", "map_of"]

WIDTH, PAD, MAX_HEIGHT, MIN_HEIGHT = 720, 34, 420, 220
CROWD = 60  # above so many points the many little ones are drawn small
# A shape for each kind, so that nobody has to tell colours apart.
SHAPES = {
    SiteKind.AIR: "circle",
    SiteKind.SECTION: "triangle",
    SiteKind.SOURCE: "drop",
    SiteKind.POND: "ring",
    SiteKind.NOISE_GRID: "square",
    SiteKind.NOISE_ROAD: "bar",
    SiteKind.FIRM: "diamond",
}
_PATHS = {
    "circle": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z",
    "triangle": "M0 -6L6 5H-6Z",
    "drop": "M0 -7C4 -1 5 1 5 3A5 4 0 0 1 -5 3C-5 1 -4 -1 0 -7Z",
    "ring": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0ZM-2.5 0a2.5 2.5 0 1 1 5 0a2.5 2.5 0 1 1 -5 0Z",
    "square": "M-4 -4H4V4H-4Z",
    "bar": "M-6 -2.5H6V2.5H-6Z",
    "diamond": "M0 -6.5L6.5 0L0 6.5L-6.5 0Z",
}


@dataclass(frozen=True, slots=True)
class Pin:
    """One point: where on the sheet, its shape's path, name and address."""

    x: float
    y: float
    path: str
    kind: str
    name: str
    url: str
    is_here: bool
    is_small: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the grid with its caption."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Map:
    """Everything that the template draws; `without` sites have no coordinates."""

    width: int
    height: int
    pins: tuple[Pin, ...]
    meridians: tuple[Line, ...]
    parallels: tuple[Line, ...]
    legend: tuple[tuple[str, str], ...]
    without: int

    @property
    def label(self) -> str:
        words = f"点位分布图：{len(self.pins)} 个点位"
        return words + (f"，另有 {self.without} 个没有坐标" if self.without else "")


def map_of(sites: Iterable[Site], here: int | None = None) -> Map | None:
    """The sites that have coordinates; None where none has."""
    every = list(sites)
    placed = [site for site in every if site.longitude is not None and site.latitude is not None]
    if not placed:
        return None
    longitudes = [float(site.longitude or 0) for site in placed]
    latitudes = [float(site.latitude or 0) for site in placed]
    west, east = _widened(longitudes)
    south, north = _widened(latitudes)
    squeeze = cos(radians((south + north) / 2))
    height = (WIDTH - 2 * PAD) * (north - south) / ((east - west) * squeeze) + 2 * PAD
    height = round(min(max(height, MIN_HEIGHT), MAX_HEIGHT))
    scale = min((WIDTH - 2 * PAD) / ((east - west) * squeeze), (height - 2 * PAD) / (north - south))
    middle_x, middle_y = (west + east) / 2, (south + north) / 2

    def x_of(longitude: float) -> float:
        return round(WIDTH / 2 + (longitude - middle_x) * squeeze * scale, 1)

    def y_of(latitude: float) -> float:
        return round(height / 2 - (latitude - middle_y) * scale, 1)

    pins = [
        Pin(
            x_of(longitude),
            y_of(latitude),
            _PATHS[SHAPES[SiteKind(site.kind)]],
            SiteKind(site.kind).label,
            site.name,
            f"/monitoring/sites/{site.pk}/",
            site.pk == here,
            len(placed) > CROWD and site.kind in (SiteKind.NOISE_GRID, SiteKind.NOISE_ROAD),
        )
        for site, longitude, latitude in zip(placed, longitudes, latitudes, strict=True)
    ]
    kinds = [kind for kind in SHAPES if any(site.kind == kind for site in placed)]
    return Map(
        WIDTH,
        height,
        tuple(sorted(pins, key=lambda pin: (pin.is_here, not pin.is_small))),
        tuple(Line(x_of(value), f"{value:g}°E") for value in _steps(west, east)),
        tuple(Line(y_of(value), f"{value:g}°N") for value in _steps(south, north)),
        tuple((_PATHS[SHAPES[kind]], kind.label) for kind in kinds),
        len(every) - len(placed),
    )


def _widened(values: list[float]) -> tuple[float, float]:
    """Lowest and highest, at least some kilometres apart."""
    low, high = min(values), max(values)
    spare = max((0.04 - (high - low)) / 2, 0) + (high - low) * 0.04
    return low - spare, high + spare


def _steps(low: float, high: float) -> list[float]:
    """Round values between the two: 2 to 5 of them."""
    for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10):
        if (high - low) / step <= 4:
            first = int(low / step) + 1
            return [round(step * number, 2) for number in range(first, int(high / step) + 1)]
    return []
