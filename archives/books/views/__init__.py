"""Pages of issued files."""
