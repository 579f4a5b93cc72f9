"""What notices decide on plain values: kinds and groups, texts with variables, hours and pauses."""
