"""What the demonstration shows, as plain values: figures, people, words, days. The same every time; no clock, no chance."""
