"""Which years of a material are wanted, and where each wanted paper stands. Pure.

Source: domain.md §9 (each item is missing / offered / accepted / returned), §3 (近三年 = the full years before the plan's).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

__all__ = ["BEST_FIRST", "PieceState", "SlotState", "best_state", "piece_state", "slot_state", "years_wanted"]


class PieceState(StrEnum):
    """Where a piece stands. `reopened` is accepted and being put right: what was accepted goes on counting."""

    DRAFT = "draft"
    OFFERED = "offered"
    CHECKED = "checked"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REOPENED = "reopened"


class SlotState(StrEnum):
    """Where one wanted paper (requirement × unit × year) stands."""

    ACCEPTED = "accepted"
    CHECKED = "checked"
    OFFERED = "offered"
    RETURNED = "returned"
    DRAFT = "draft"
    MISSING = "missing"
    WAIVED = "waived"


_OF_CASE: Mapping[str, PieceState] = {
    "draft": PieceState.DRAFT,
    "submitted": PieceState.OFFERED,
    "signed_off": PieceState.OFFERED,
    "verified": PieceState.CHECKED,
    "accepted": PieceState.ACCEPTED,
    "returned": PieceState.RETURNED,
    "unlocked": PieceState.REOPENED,
}
# Of several pieces for one wanted paper the one that got furthest says where it stands.
BEST_FIRST = (
    SlotState.ACCEPTED,
    SlotState.CHECKED,
    SlotState.OFFERED,
    SlotState.RETURNED,
    SlotState.DRAFT,
)


def piece_state(case_state: str) -> PieceState:
    """The archive's word for the state of a review."""
    return _OF_CASE[case_state]


def years_wanted(years: int, plan_year: int) -> tuple[int, ...]:
    """Years that a material is wanted for: the plan's own year, or with several the full years before it (近三年)."""
    if years <= 1:
        return (plan_year,)
    return tuple(range(plan_year - years, plan_year))


def slot_state(case_state: str, is_accepted: bool) -> SlotState:
    """What one piece makes of the slots that it answers; what was accepted counts whatever its case does now."""
    if is_accepted:
        return SlotState.ACCEPTED
    state = piece_state(case_state)
    if state in (PieceState.ACCEPTED, PieceState.REOPENED):  # accepted for something else
        return SlotState.MISSING
    return SlotState(state.value)


def best_state(states: Iterable[SlotState], is_waived: bool = False) -> SlotState:
    """Where a wanted paper stands by all pieces that answer it."""
    found = set(states)
    for state in BEST_FIRST:
        if state in found:
            return state
    return SlotState.WAIVED if is_waived else SlotState.MISSING
