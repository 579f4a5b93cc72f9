"""How an archive number is written. Source: DA/T 22-2015, 5.2 (档号编制); domain.md §9. Pure."""

from __future__ import annotations

__all__ = ["archive_number", "problem_code"]


def problem_code(prefix: str, indicator_number: int) -> str:
    """ZB08: the indicator as “问题”."""
    return f"{prefix}{indicator_number:02d}"


def archive_number(fonds: str, category: str, year: int, retention: str, problem: str, item: int) -> str:
    """CM01-WS·2017-D30-ZB08-0001: 全宗号-门类·年度-保管期限-问题代码-件号."""
    return f"{fonds}-{category}·{year}-{retention}-{problem}-{item:04d}"
