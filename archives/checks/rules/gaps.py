"""What a source of settings.GAP_SOURCES gives for the gap check. Pure."""

from __future__ import annotations

from dataclasses import dataclass

MET_WITHOUT_PROOF = "met_without_proof"
PROOF_WITHOUT_FILE = "proof_without_file"
OLDER_THAN_WINDOW = "older_than_window"
RETURNED_FORGOTTEN = "returned_forgotten"
CITED_BUT_REPLACED = "cited_but_replaced"
NO_NARRATIVE = "no_narrative"


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap: its kind (a GapKind's code), the indicator (0: none), a sentence that says who, what and since when, where to
    mend it, and the unit that owes it (None: the steering office)."""

    kind: str
    indicator_number: int
    text: str
    url: str
    unit_id: int | None = None
