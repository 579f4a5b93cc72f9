"""The archive's arithmetic on plain values: archive numbers, wanted years, where a wanted paper stands."""
