"""The places of the dossier where the office writes: by chapter slug. Pure."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["INDICATOR", "Place", "indicator_slug", "place_of", "places_of"]

INDICATOR = "indicator-"


@dataclass(frozen=True, slots=True)
class Place:
    """One text: its code in the chapter, its heading, what should stand in it, and whether the dossier needs it."""

    code: str
    title: str
    hint: str
    is_needed: bool = True


_OF_INDICATORS = (
    Place("work", "工作开展情况", "概括采取的措施、投入和成效；引用佐证材料时写出〔档号〕。"),
    Place("problems", "存在问题和下一步措施", "写明差距在哪里、谁在什么时候解决。", is_needed=False),
)
_OTHERS: dict[str, tuple[Place, ...]] = {
    "foreword": (Place("foreword", "前言", "创模工作的由来、组织和本资料的编制说明。"),),
    "summary": (Place("overview", "总体情况", "26 项指标总的完成情况和主要差距。"),),
    "projects": (Place("overview", "推进情况", "重点工程的总体进度和存在困难。"),),
    "tasks": (Place("overview", "推进情况", "各专项行动的总体进度。"),),
    "supervision": (Place("overview", "督查情况", "督查、会议、考评的总体情况。", is_needed=False),),
    "organisation": (Place("overview", "组织领导", "领导机构、责任分工和工作机制。"),),
}


def indicator_slug(number: int) -> str:
    """The slug of an indicator's chapter: indicator-08."""
    return f"{INDICATOR}{number:02d}"


def places_of(slug: str) -> tuple[Place, ...]:
    """The texts of a chapter, in order; none for a chapter that is all data."""
    return _OF_INDICATORS if slug.startswith(INDICATOR) else _OTHERS.get(slug, ())


def place_of(slug: str, code: str) -> Place | None:
    """The text of that code in the chapter, if there is one."""
    return next((place for place in places_of(slug) if place.code == code), None)
