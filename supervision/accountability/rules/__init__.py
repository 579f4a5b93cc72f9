"""What may be done with a measure in which state. Pure."""
