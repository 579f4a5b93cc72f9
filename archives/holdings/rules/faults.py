"""What keeps a piece from being handed in, and what its checkers should look at twice. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

__all__ = ["FIRST_YEAR", "Said", "doubts_of", "faults_of"]

FIRST_YEAR = 1990  # what an approval may go back to
DOCUMENT = "正式发文"


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a piece, as far as it is judged. `last_year` is the latest that there can be."""

    title: str
    kind: str
    year: int
    first_year: int
    last_year: int
    document_number: str
    dated_on: date | None
    pages: int | None
    signed_page: int | None
    has_file: bool
    today: date


def faults_of(said: Said) -> dict[str, str]:
    """Faults by field; empty when the piece may be handed in."""
    faults = {}
    if not said.title.strip():
        faults["title"] = "请写题名"
    if not said.has_file:
        faults["file"] = "还没有文件，请上传或从已有附件中选用"
    if not FIRST_YEAR <= said.year <= said.last_year:
        faults["year"] = f"年度应在 {FIRST_YEAR} 到 {said.last_year} 之间"
    elif not FIRST_YEAR <= said.first_year <= said.year:
        faults["covers_from"] = f"起始年度应在 {FIRST_YEAR} 到 {said.year} 之间"
    if said.dated_on is None:
        faults["dated_on"] = "请填文件上的日期"
    elif said.dated_on > said.today:
        faults["dated_on"] = "文件日期不能晚于今天"
    if said.pages and said.signed_page and said.signed_page > said.pages:
        faults["signed_page"] = f"全文只有 {said.pages} 页"
    return faults


def doubts_of(content: Mapping[str, Any]) -> str:
    """Why a frozen piece should be looked at one by one; empty when it is clean."""
    dated = date.fromisoformat(content["dated_on"]) if content.get("dated_on") else None
    if content["kind"] == DOCUMENT and not content.get("document_number"):
        return "正式发文没有文号"
    if content["kind"] == DOCUMENT and not content.get("signed_page"):
        return "没有注明签字盖章页"
    # What tells of a year is mostly written in it or in the year after.
    if dated is not None and not content["first_year"] <= dated.year <= content["year"] + 1:
        return "文件日期不在所证明的年度"
    if not content.get("requirements"):
        return "不对应任何归档要求"
    return ""
