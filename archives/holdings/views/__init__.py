"""Pages of the archive: matrix and catalogue, what a unit owes, pieces, the register, originals."""
