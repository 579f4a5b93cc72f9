"""What differs between two snapshots, chapter by chapter, figure by figure. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

__all__ = ["Change", "ChapterDifference", "Side", "compared"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not what it was; an empty text: there is none."""

    place: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChapterDifference:
    """A chapter that is new, gone or changed (`state`); its changes."""

    slug: str
    number: str
    title: str
    state: str  # added removed changed
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """A chapter of one of the two, with its content."""

    slug: str
    number: str
    title: str
    digest: str
    content: Mapping[str, Any]


def compared(before: Sequence[Side], after: Sequence[Side]) -> list[ChapterDifference]:
    """The chapters that differ, in the order of the later snapshot, those that are gone at the end."""
    old = {side.slug: side for side in before}
    found: list[ChapterDifference] = []
    for side in after:
        was = old.pop(side.slug, None)
        if was is None:
            found.append(ChapterDifference(side.slug, side.number, side.title, "added"))
        elif was.digest != side.digest:
            changes = tuple(_changes(was.content, side.content))
            found.append(ChapterDifference(side.slug, side.number, side.title, "changed", changes))
    found += [ChapterDifference(side.slug, side.number, side.title, "removed") for side in old.values()]
    return found


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Places of the later chapter in its order, then those that only the earlier one has."""
    was, now = dict(_places(before)), dict(_places(after))
    for place in [*now, *(place for place in was if place not in now)]:
        if was.get(place, "") != now.get(place, ""):
            yield Change(place, was.get(place, ""), now.get(place, ""))


def _places(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Everything that a reader would compare: (where, what)."""
    match content.get("kind"):
        case "indicator":
            yield from _indicator(content)
        case "summary":
            for row in content["rows"]:
                words = f"{row['headline']} {row['word']}，佐证 {row['evidence']} 件"
                yield f"{row['number']} {row['short_name']}", words.strip()
        case "cover":
            for key, label in (("city", "城市"), ("title", "标题"), ("plan_name", "方案"), ("as_of", "截至")):
                yield label, str(content.get(key, ""))
        case "evidence":
            for row in content["rows"]:
                yield (
                    f"〔{row['archive_number']}〕",
                    f"{row['title']}（{row['file_name']}，{row['sha256'][:12]}）",
                )
    for section in content.get("sections", ()):
        for block in section["blocks"]:
            yield from _block(section["title"], block)
    for code, html in content.get("narratives", {}).items():
        yield f"综述文字（{code}）", _plain(html)


def _indicator(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "结论", f"{content['word']}　{content['headline']}".strip()
    yield "限值", content["threshold"]
    yield "说明", content["remark"]
    yield "评定规则", "" if content["rule_version"] is None else f"第 {content['rule_version']} 版"
    for part in content["parts"]:
        yield f"{part['name']}", f"{part['text']}（{part['word']}，限值 {part['threshold']}）"
        for step in part["steps"]:
            yield f"{part['name']} · {step['label']}", f"{step['text']}（{step['word']}）"
        for point in (*part["years"], *([part["year_to_date"]] if part["year_to_date"] else ())):
            yield f"{part['name']} · {point['label']}", point["text"]
        for table in part["tables"]:
            yield from _inputs(table)
    for answer in content["answers"]:
        yield f"{answer['item']} · {answer['unit']} · {answer['period']}", answer["answer"]
    for table in content["measured"]:
        yield from _table(table["title"], table)
    yield from _table("责任单位", content["units"])
    for text in content["work"]:
        for key, label in (("progress", "进展"), ("problems", "问题"), ("measures", "措施")):
            if text[key]:
                yield f"{text['unit']} · {label}", f"{text['period']}：{text[key]}"
    for item in content["evidence"]:
        yield (
            f"〔{item['archive_number']}〕",
            f"{item['title']}（{item['file_name']}，{item['sha256'][:12]}）",
        )


def _inputs(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for row in table["rows"]:
        for column, cell in zip(table["columns"], row["cells"], strict=True):
            if cell is not None:
                place = f"{table['name']} · {row['who']} · {table['year']}年{column.removeprefix(str(table['year']))}"
                yield place, f"{cell['text']} {table['measure']}（{cell['source']}）"


def _block(title: str, block: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    match block["kind"]:
        case "text":
            yield title, _plain(block["html"])
        case "facts":
            for name, value in block["facts"]:
                yield f"{title} · {name}", value
        case "table":
            yield from _table(block["table"]["title"], block["table"])
        case "chart":
            yield from _table(block["chart"]["title"], block["chart"])


def _table(title: str, table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Cells by their row's first text (numbered where it comes again) and their column."""
    seen: dict[str, int] = {}
    for row in table["rows"]:
        name = row[0] if row else ""
        seen[name] = seen.get(name, 0) + 1
        again = f"（{seen[name]}）" if seen[name] > 1 else ""
        for column, cell in zip(table["head"][1:], row[1:], strict=False):
            yield f"{title} · {name}{again} · {column}", cell


def _plain(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", html)).strip()
