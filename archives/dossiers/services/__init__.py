"""Making dossiers: chapters printed one by one, bound into one book, kept, cancelled, shown to whom."""
