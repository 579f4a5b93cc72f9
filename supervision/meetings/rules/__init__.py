"""States, moves and days of meetings and decisions. Pure."""
