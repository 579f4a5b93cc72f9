"""Pages of deadlines: the calendar, the chase list, one obligation, a unit's record."""
