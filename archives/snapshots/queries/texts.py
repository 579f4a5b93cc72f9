"""The office's texts: where there are any, what they say, which are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archives.snapshots.models import Narrative
from archives.snapshots.rules.places import Place, indicator_slug, places_of
from indicators.plan.models import Indicator, Plan

__all__ = ["TextChapter", "TextPlace", "chapters_with_texts", "texts_of"]

_FRONT = (("foreword", "前言"), ("summary", "指标完成情况汇总"))
_BACK = (
    ("projects", "重点工程"),
    ("tasks", "攻坚任务"),
    ("supervision", "督查工作"),
    ("organisation", "组织机构"),
)


@dataclass(frozen=True)
class TextPlace:
    """A place with what stands there; `row` is None where nothing was ever written."""

    place: Place
    row: Narrative | None

    @property
    def is_written(self) -> bool:
        return self.row is not None and bool(self.row.html)

    @property
    def is_gap(self) -> bool:
        return self.place.is_needed and not self.is_written

    @property
    def html(self) -> str:
        return self.row.html if self.row else ""

    @property
    def version(self) -> int:
        return self.row.version if self.row else 0


@dataclass(frozen=True)
class TextChapter:
    """A chapter in which the office writes."""

    slug: str
    number: str
    title: str
    places: Sequence[TextPlace]

    @property
    def is_gap(self) -> bool:
        return any(place.is_gap for place in self.places)


def chapters_with_texts(plan: Plan) -> list[TextChapter]:
    """All chapters that have places for texts, in the dossier's order. Two queries."""
    written = {
        (row.chapter, row.block): row
        for row in Narrative.objects.filter(plan=plan).select_related("updated_by")
    }
    indicators = Indicator.objects.filter(plan=plan).order_by("number").values_list("number", "short_name")
    named = [
        *((slug, "", title) for slug, title in _FRONT),
        *((indicator_slug(number), str(number), name) for number, name in indicators),
        *((slug, "", title) for slug, title in _BACK),
    ]
    return [
        TextChapter(
            slug,
            number,
            title,
            [TextPlace(place, written.get((slug, place.code))) for place in places_of(slug)],
        )
        for slug, number, title in named
    ]


def texts_of(plan: Plan, slug: str) -> TextChapter | None:
    """One of them; None where the dossier has no such chapter."""
    return next((chapter for chapter in chapters_with_texts(plan) if chapter.slug == slug), None)
