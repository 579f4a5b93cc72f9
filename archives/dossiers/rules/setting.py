"""From a chapter's content to sections with numbered tables and figures, ready for the template. Pure.

Numbers: sections 8.3, tables 表 8.3, figures 图 8.1, each counted through the chapter. Texts of cells are HTML, escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from archives.dossiers.rules.words import Cites, chapter_words
from archives.snapshots.rules.places import place_of

__all__ = ["SetBlock", "SetChapter", "SetFigure", "SetSection", "SetTable", "Setter"]


@dataclass(frozen=True)
class SetTable:
    """A table: `number` “表 8.3”, cells as HTML, `size` "normal", "small" or "tiny" by how many columns there are."""

    number: str
    title: str
    head: Sequence[str]
    align: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[int] = ()
    note: str = ""

    @property
    def size(self) -> str:
        columns = len(self.head)
        return "normal" if columns <= 6 else "small" if columns <= 9 else "tiny"

    @property
    def lines(self) -> list[list[tuple[str, str]]]:
        """Rows of (align, cell)."""
        return [list(zip(self.align, row, strict=True)) for row in self.rows]

    @property
    def heads(self) -> list[tuple[str, int | None]]:
        """(name, width in per cent or None)."""
        widths: Sequence[int | None] = self.widths or [None] * len(self.head)
        return list(zip(self.head, widths, strict=True))


@dataclass(frozen=True)
class SetFigure:
    """A chart: `number` “图 8.1”, `chart` as `ChartContent`."""

    number: str
    chart: Mapping[str, Any]


@dataclass(frozen=True)
class SetBlock:
    """One thing in a section: `kind` html, box, table, figure, facts, heading."""

    kind: str
    html: str = ""
    table: SetTable | None = None
    figure: SetFigure | None = None
    facts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class SetSection:
    """A section: `number` “8.3”, `anchor` for links."""

    number: str
    title: str
    anchor: str
    blocks: Sequence[SetBlock]


@dataclass(frozen=True)
class SetChapter:
    """A chapter as the template prints it."""

    slug: str
    number: str
    title: str
    words: str  # 第八章
    heading: str
    kind: str
    sections: Sequence[SetSection]


@dataclass
class Setter:
    """Counts sections, tables and figures of one chapter while they are set."""

    slug: str
    number: str
    title: str
    cites: Cites
    narratives: Mapping[str, str]
    sections: list[SetSection] = field(default_factory=list)
    _tables: int = 0
    _figures: int = 0

    def section(self, code: str, title: str, blocks: Iterable[SetBlock | None]) -> None:
        """Add a section; one without blocks is left out."""
        found = [block for block in blocks if block is not None]
        if found:
            number = f"{self.number}.{len(self.sections) + 1}"
            self.sections.append(SetSection(number, title, code, found))

    def chapter(self, kind: str, heading: str = "") -> SetChapter:
        return SetChapter(
            slug=self.slug,
            number=self.number,
            title=self.title,
            words=chapter_words(self.number),
            heading=heading or self.title,
            kind=kind,
            sections=self.sections,
        )

    def table(
        self,
        title: str,
        head: Sequence[str],
        rows: Sequence[Sequence[str]],
        align: Sequence[str],
        *,
        widths: Sequence[int] = (),
        note: str = "",
        is_html: bool = False,
    ) -> SetBlock | None:
        """The next table; none without rows. Cells are plain text, or HTML where that is said."""
        if not rows:
            return None
        self._tables += 1
        cells = rows if is_html else [[self.cites(cell) for cell in row] for row in rows]
        number = f"表 {self.number}.{self._tables}"
        return SetBlock(
            "table",
            table=SetTable(number, title, head, align, cells, widths, note),
        )

    def content_table(self, table: Mapping[str, Any]) -> SetBlock | None:
        """A `TableContent`."""
        return self.table(
            table["title"],
            table["head"],
            table["rows"],
            table["align"],
            widths=table.get("widths", ()),
            note=table.get("note", ""),
        )

    def figure(self, chart: Mapping[str, Any]) -> SetBlock:
        """The next figure."""
        self._figures += 1
        return SetBlock("figure", figure=SetFigure(f"图 {self.number}.{self._figures}", chart))

    def text(self, text: str, css: str = "") -> SetBlock | None:
        """A paragraph of plain text; none where there is none."""
        opening = f'<p class="{css}">' if css else "<p>"
        return self.html(f"{opening}{self.cites(text)}</p>") if text else None

    def html(self, html: str) -> SetBlock | None:
        return SetBlock("html", html=html) if html else None

    def heading(self, text: str) -> SetBlock:
        """A heading inside a section."""
        return SetBlock("heading", html=escape(text, quote=False))

    def listed(self, lines: Iterable[str]) -> SetBlock | None:
        """Lines as a list; none without any."""
        items = "".join(f"<li>{self.cites(line)}</li>" for line in lines if line)
        return SetBlock("html", html=f"<ul>{items}</ul>") if items else None

    def facts(self, facts: Iterable[Sequence[str]]) -> SetBlock:
        return SetBlock("facts", facts=[(escape(name), self.cites(value)) for name, value in facts])

    def narrative(self, code: str) -> SetBlock | None:
        """The office's text in that place; none where nothing was written."""
        html = self.narratives.get(code, "")
        return SetBlock("html", html=f'<div class="prose">{self.cites.in_html(html)}</div>') if html else None

    def blocks(self, section: Mapping[str, Any]) -> list[SetBlock | None]:
        """The blocks of a `Section`."""
        return [self._block(block) for block in section["blocks"]]

    def _block(self, block: Mapping[str, Any]) -> SetBlock | None:
        match block["kind"]:
            case "text":
                return self.html(f'<div class="prose">{self.cites.in_html(block["html"])}</div>')
            case "table":
                return self.content_table(block["table"])
            case "chart":
                return self.figure(block["chart"])
            case "facts":
                return self.facts(block["facts"])
            case "narrative":
                return self.narrative(block["block"])
        raise ValueError(f"no such block: {block['kind']}")

    def place_title(self, code: str) -> str:
        """The heading of one of the office's texts."""
        place = place_of(self.slug, code)
        return place.title if place else self.title
