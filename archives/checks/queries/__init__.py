"""What the checks, the search and the gap check read."""
