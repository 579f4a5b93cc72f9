"""Pure rules of the book: how chapters are numbered and set."""
