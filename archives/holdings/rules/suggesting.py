"""Which accepted files fit a wanted paper. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

__all__ = ["Suggestion", "best_of", "fit", "year_in"]

SHOWN = 8
ALIKE = 60  # of 100: names that share so much speak of the same paper
_YEAR = re.compile(r"(?<!\d)(19[9]\d|20\d\d)(?!\d)")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A file that hangs on something accepted. `key` names it in addresses and forms; `checklist` are the codes of the
    checklist items that the same report answered with “done”."""

    key: str
    file_id: int
    attachment_id: int
    file_name: str
    kind: str
    unit_id: int
    indicator_ids: tuple[int, ...]
    year: int
    origin_kind: str
    origin_id: int
    origin_label: str
    origin_url: str
    note: str = ""
    dated_on: date | None = None
    checklist: frozenset[str] = frozenset()


def year_in(name: str, otherwise: int) -> int:
    """The year that a file's name speaks of: “2016年环境统计年报.pdf” of 2016, whatever report it hangs on."""
    found = _YEAR.findall(name)
    return int(found[-1]) if found else otherwise


def fit(
    one: Suggestion,
    *,
    name: str,
    kind: str,
    indicator_id: int,
    unit_id: int,
    year: int,
    checklist: Collection[str] = (),
) -> int:
    """How well the file answers a wanted paper, 0 (not at all) to 300; the unit, the indicator and the year must be the same."""
    if one.unit_id != unit_id or one.year != year or indicator_id not in one.indicator_ids:
        return 0
    alike = round(fuzz.partial_ratio(name, f"{one.file_name} {one.note}"))
    answered = bool(one.checklist & set(checklist))
    if one.kind != kind and alike < ALIKE and not answered:
        return 0
    return alike + 100 * (one.kind == kind) + 100 * answered


def best_of(found: Iterable[tuple[int, Suggestion]]) -> list[Suggestion]:
    """Those that fit, the best first, each content once."""
    rows: list[Suggestion] = []
    for score, one in sorted(found, key=lambda pair: (-pair[0], pair[1].key)):
        if score and all(one.file_id != other.file_id for other in rows):
            rows.append(one)
    return rows[:SHOWN]
