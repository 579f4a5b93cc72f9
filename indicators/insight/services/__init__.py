"""Changes of state: forecasts follow verdicts, the watch follows figures, the office settles what it found."""

from .forecasts import refresh_forecasts, verdicts_reached
from .rules import save_watch_rule
from .settling import decide, send_back
from .watching import figures_changed, recheck, recheck_stale

__all__ = [
    "decide",
    "figures_changed",
    "recheck",
    "recheck_stale",
    "refresh_forecasts",
    "save_watch_rule",
    "send_back",
    "verdicts_reached",
]
