"""What the dossier's texts lack, for the gap check: functions of settings.GAP_SOURCES, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from archives.checks.rules.gaps import CITED_BUT_REPLACED, NO_NARRATIVE, Gap
from archives.snapshots.models import Narrative, Snapshot
from archives.snapshots.queries.evidence import evidence_by_number
from archives.snapshots.queries.texts import chapters_with_texts
from archives.snapshots.rules.places import INDICATOR
from archives.snapshots.rules.prose import cited_numbers
from indicators.plan.models import Plan

__all__ = ["cited_but_replaced", "no_narrative"]


def no_narrative(plan: Plan) -> Iterator[Gap]:
    """Indicators whose chapter has none of the words that the dossier needs. Two queries."""
    for chapter in chapters_with_texts(plan):
        if chapter.slug.startswith(INDICATOR) and chapter.is_gap:
            missing = "、".join(place.place.title for place in chapter.places if place.is_gap)
            yield Gap(
                NO_NARRATIVE,
                int(chapter.number),
                f"预评估资料第 {chapter.number} 章还没有写“{missing}”",
                reverse("dossiers:text-edit", args=[chapter.slug]),
            )


def cited_but_replaced(plan: Plan) -> Iterator[Gap]:
    """Archive numbers that a text cites and that the archive no longer counts; pieces whose file is another one than in the
    newest snapshot. Six queries."""
    now = {
        item["archive_number"]: item["sha256"]
        for items in evidence_by_number(plan).values()
        for item in items
    }
    yield from _cited(plan, set(now))
    newest = Snapshot.objects.filter(plan=plan).order_by("-taken_at", "-pk").first()
    index = newest.chapters.filter(slug="evidence").first() if newest else None
    if newest is None or index is None:
        return
    for row in index.content["rows"]:
        if now.get(row["archive_number"]) == row["sha256"]:
            continue
        what = "换了文件" if row["archive_number"] in now else "已不在有效归档之列"
        yield Gap(
            CITED_BUT_REPLACED,
            int(row["chapters"][0].removeprefix(INDICATOR)) if row["chapters"] else 0,
            f"快照“{newest.title}”引用的〔{row['archive_number']}〕{what}，须重新固化快照",
            row["url"],
        )


def _cited(plan: Plan, known: set[str]) -> Iterator[Gap]:
    for row in Narrative.objects.filter(plan=plan).exclude(html="").order_by("chapter", "block"):
        for number in cited_numbers(row.html):
            if number not in known:
                is_indicator = row.chapter.startswith(INDICATOR)
                yield Gap(
                    CITED_BUT_REPLACED,
                    int(row.chapter.removeprefix(INDICATOR)) if is_indicator else 0,
                    f"综述文字引用的〔{number}〕不在有效归档之列",
                    reverse("dossiers:text-edit", args=[row.chapter]),
                )
