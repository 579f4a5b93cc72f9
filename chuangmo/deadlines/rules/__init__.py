"""What follows from dates alone: when entry is open, which due days a rung has reached. Pure."""

from chuangmo.deadlines.rules.entry import LOCK_WORKING_DAYS, RETURN_WORKING_DAYS, days_late, entry_open
from chuangmo.deadlines.rules.ladder import (
    RungShape,
    latest_due,
    rung_day,
    stopped,
    told_by,
    unknown_years,
)
from chuangmo.deadlines.rules.owed import Owed

__all__ = [
    "LOCK_WORKING_DAYS",
    "RETURN_WORKING_DAYS",
    "Owed",
    "RungShape",
    "days_late",
    "entry_open",
    "latest_due",
    "rung_day",
    "stopped",
    "told_by",
    "unknown_years",
]
