"""The measures of GB/T 9704-2012 (clauses 5 to 7), in millimetres and points. Pure.

28 characters of 16 pt would be 158 mm wide: the standard sets them into 156 mm, so a character's pitch is a little
less than its size, as the grid of a word processor does it.
"""

from __future__ import annotations

PAGE_MM = (210.0, 297.0)
TOP_MM, LEFT_MM = 37.0, 28.0
TYPE_AREA_MM = (156.0, 225.0)
RIGHT_MM = PAGE_MM[0] - LEFT_MM - TYPE_AREA_MM[0]
BOTTOM_MM = PAGE_MM[1] - TOP_MM - TYPE_AREA_MM[1]
LINES, CHARACTERS = 22, 28

MM_PER_POINT = 25.4 / 72
BODY_PT, TITLE_PT, SMALL_PT = 16.0, 22.0, 14.0  # 三号、二号、四号
LINE_MM = TYPE_AREA_MM[1] / LINES  # 10.23
PITCH_PT = TYPE_AREA_MM[0] / MM_PER_POINT / CHARACTERS  # 15.79
TRACKING_PT = PITCH_PT - BODY_PT

MARK_DROP_MM = 35.0  # upper edge of the issuer's mark below that of the type area
MARK_MAX_PT = 40.0
RULE_GAP_MM = 4.0  # the red line below the number
PAGE_NUMBER_GAP_MM = 7.0  # the dashes' upper edge below the type area
IMPRINT_OUTER_MM, IMPRINT_INNER_MM = 0.35, 0.25
CODE_MM = 22.0


def mark_size_pt(mark: str) -> float:
    """The size in which the issuer's mark fills one line of the type area, no larger than is usual."""
    width_pt = TYPE_AREA_MM[0] / MM_PER_POINT
    return round(min(MARK_MAX_PT, width_pt / max(len(mark), 1)), 1)


def twips(mm: float) -> int:
    """Twentieths of a point, in which a word processor counts."""
    return int(mm / MM_PER_POINT * 20)
