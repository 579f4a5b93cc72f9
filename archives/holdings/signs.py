"""How the archive's states look: the signs of the house with words of their own, the same on page, in Excel and on paper."""

from __future__ import annotations

from collections.abc import Mapping

from archives.holdings.rules.standing import PieceState, SlotState

__all__ = ["PIECE_SIGNS", "SLOT_SIGNS"]

# State → (state of chuangmo.shell.signs, word).
SLOT_SIGNS: Mapping[str, tuple[str, str]] = {
    SlotState.ACCEPTED: ("accepted", "已归档"),
    SlotState.CHECKED: ("verified", "已核定"),
    SlotState.OFFERED: ("submitted", "已报送"),
    SlotState.RETURNED: ("returned", "已退回"),
    SlotState.DRAFT: ("draft", "未报送"),
    SlotState.MISSING: ("missing", "缺件"),
    SlotState.WAIVED: ("waived", "免交"),
}
PIECE_SIGNS: Mapping[str, tuple[str, str]] = {
    PieceState.DRAFT: SLOT_SIGNS[SlotState.DRAFT],
    PieceState.OFFERED: SLOT_SIGNS[SlotState.OFFERED],
    PieceState.CHECKED: SLOT_SIGNS[SlotState.CHECKED],
    PieceState.ACCEPTED: SLOT_SIGNS[SlotState.ACCEPTED],
    PieceState.RETURNED: SLOT_SIGNS[SlotState.RETURNED],
    PieceState.REOPENED: ("unlocked", "更正中"),
}
