"""Taking a snapshot; writing the office's texts."""
