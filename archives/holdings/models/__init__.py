"""Data of the archive. Rooms: `registers` (what an administrator sets), `originals` (boxes and folders), `pieces`."""

from archives.holdings.models.originals import Box, Folder
from archives.holdings.models.pieces import Accession, ArchiveSeries, Piece, PieceVersion
from archives.holdings.models.registers import ArchiveCategory, Fonds, KindRule, MaterialTerms, Retention

__all__ = [
    "Accession",
    "ArchiveCategory",
    "ArchiveSeries",
    "Box",
    "Folder",
    "Fonds",
    "KindRule",
    "MaterialTerms",
    "Piece",
    "PieceVersion",
    "Retention",
]
