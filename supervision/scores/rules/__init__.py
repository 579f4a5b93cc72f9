"""How points, weights and ranks come about. Pure: plain values in and out."""
