"""The pieces that prove an indicator, as the archive holds them at this moment; and the index of all of them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import lru_cache
from typing import Any

from archives.holdings.queries.evidence import EvidenceRow, evidence_of_plan
from archives.snapshots.content import SCHEMA, ChapterContent, EvidenceItem, Section
from archives.snapshots.models import SnapshotChapter
from archives.snapshots.rules.places import indicator_slug
from indicators.plan.models import Plan

__all__ = ["INDEX", "chapters", "evidence_by_number", "frozen_evidence"]

INDEX = "evidence"  # slug of the chapter that is the index


def evidence_by_number(plan: Plan) -> dict[int, list[EvidenceItem]]:
    """By indicator number: accepted pieces in the order of their archive numbers. Three queries."""
    return {number: [_item(row) for row in rows] for number, rows in evidence_of_plan(plan).items()}


def _item(row: EvidenceRow) -> EvidenceItem:
    return {
        "archive_number": row.archive_number,
        "title": row.title,
        "kind": row.kind,
        "year": row.year,
        "piece_id": row.piece_id,
        "version_id": row.version_id,
        "sha256": row.sha256,
        "file_name": row.file_name,
        "url": row.url,
    }


def chapters(plan: Plan, as_of: date) -> list[ChapterContent]:
    """The index: every piece once, with the chapters that cite it."""
    pieces: dict[str, EvidenceItem] = {}
    cited: dict[str, list[str]] = defaultdict(list)
    for number, items in sorted(evidence_by_number(plan).items()):
        for item in items:
            pieces[item["archive_number"]] = item
            cited[item["archive_number"]].append(indicator_slug(number))
    rows: list[dict[str, Any]] = [{**pieces[key], "chapters": cited[key]} for key in sorted(pieces)]
    sections: list[Section] = []
    content = {"kind": "evidence", "schema": SCHEMA, "rows": rows, "sections": sections}
    return [ChapterContent(INDEX, "佐证材料索引", content)]


@lru_cache(maxsize=8)
def frozen_evidence(digest: str) -> dict[int, dict[str, Any]]:
    """What the index of that digest cites: the rows of `chapters`, by id of the piece, in its order. Read once by each
    process: a digest stands for one content for ever. DoesNotExist for a digest that no snapshot has."""
    chapter = SnapshotChapter.objects.filter(slug=INDEX, digest=digest)[:1].get()
    return {row["piece_id"]: row for row in chapter.content["rows"]}
