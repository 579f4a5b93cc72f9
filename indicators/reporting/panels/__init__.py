"""The boxes of the home page that this part fills: what I owe, what waits for me."""

from indicators.reporting.panels.owed import owed
from indicators.reporting.panels.waiting import waiting

__all__ = ["owed", "waiting"]
