"""Charts: one definition, drawn on the server, the same on screen and on paper.

A builder (`trend`, `year_over_year`, `comparison`, `air_calendar`, `class_table`, `noise_map`) makes a `Chart`: an
option dictionary of Apache ECharts with plain values in it, the alternative text with its numbers, and the same
figures as a table. `drawing.svg_of` turns it into SVG by ECharts in V8 (`engine`), remembered by the digest of the option.
Templates include `components/chart.html`.
"""

from .chart import Chart
from .grids import AirDay, air_calendar, class_table
from .lines import Bar, Point, comparison, trend, year_over_year
from .maps import NoisePoint, noise_map

__all__ = [
    "AirDay",
    "Bar",
    "Chart",
    "NoisePoint",
    "Point",
    "air_calendar",
    "class_table",
    "comparison",
    "noise_map",
    "trend",
    "year_over_year",
]
