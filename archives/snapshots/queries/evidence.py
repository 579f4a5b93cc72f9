"""The pieces that prove an indicator, as the archive holds them now; and the index of all of them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from archives.snapshots.content import SCHEMA, ChapterContent, EvidenceItem, Section
from archives.snapshots.rules.places import indicator_slug
from indicators.plan.models import Indicator, Plan

__all__ = ["chapters", "evidence_of"]


def evidence_of(plan: Plan, number: int) -> list[EvidenceItem]:
    """Accepted pieces of an indicator in the order of their archive numbers."""
    return []


def chapters(plan: Plan, as_of: date) -> list[ChapterContent]:
    """The index: every piece once, with the chapters that cite it."""
    numbers = Indicator.objects.filter(plan=plan).order_by("number").values_list("number", flat=True)
    pieces: dict[str, EvidenceItem] = {}
    cited: dict[str, list[str]] = defaultdict(list)
    for number in numbers:
        for item in evidence_of(plan, number):
            pieces[item["archive_number"]] = item
            cited[item["archive_number"]].append(indicator_slug(number))
    rows: list[dict[str, Any]] = [{**pieces[key], "chapters": cited[key]} for key in sorted(pieces)]
    sections: list[Section] = []
    content = {"kind": "evidence", "schema": SCHEMA, "rows": rows, "sections": sections}
    return [ChapterContent("evidence", "佐证材料索引", content)]
