"""What pages, the dossier, the checks and the search read of the archive."""

from archives.holdings.queries.completeness import Cell, completeness
from archives.holdings.queries.evidence import EvidenceRow, evidence_for, evidence_of_plan
from archives.holdings.queries.pieces import visible_pieces
from archives.holdings.queries.slots import Slot, slots_of

__all__ = [
    "Cell",
    "EvidenceRow",
    "Slot",
    "completeness",
    "evidence_for",
    "evidence_of_plan",
    "slots_of",
    "visible_pieces",
]
