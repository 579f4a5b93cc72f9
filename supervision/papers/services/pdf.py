"""A paper as PDF, in the layout of GB/T 9704-2012."""

from __future__ import annotations

from typing import Any

import segno
from django.utils.safestring import SafeString, mark_safe

from chuangmo.days import long_date
from chuangmo.shell.printing import render_pdf
from supervision.papers.rules import measures
from supervision.papers.rules.paper import Heading, Paper, Para, TableBlock, numbered, title_lines
from supervision.papers.services.faces import font_choices

__all__ = ["paper_pdf"]


def paper_pdf(paper: Paper) -> bytes:
    """The file: fonts embedded, a demonstration's or a draft's mark on every page."""
    shown = [_shown(place, block) for place, block in enumerate(numbered(paper.blocks))]
    size = f".mark {{ font-size: {measures.mark_size_pt(paper.red_mark)}pt }}\n"
    return render_pdf(
        "papers/paper.html",
        {
            "page_title": paper.title.replace("\n", ""),
            "paper": paper,
            "title_lines": title_lines(paper.title),
            "blocks": shown,
            "issued_on": long_date(paper.issued_on) if paper.issued_on else "",
            "code_image": code_image(paper.code) if paper.code else "",
        },
        sheet="css/paper.css",
        more=_font_rules() + size + "".join(rule for one in shown for rule in one.get("rules", [])),
    )


def code_image(text: str) -> SafeString:
    """A QR code as SVG of the size of its box."""
    return mark_safe(segno.make(text, error="m").svg_inline(border=0, omitsize=True))


def _shown(place: int, block: Any) -> dict[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": block.text}
    if isinstance(block, TableBlock):
        total = sum(block.widths)
        rules = [
            f".t{place} col:nth-child({column}) {{ width: {share / total * 100:.2f}% }}\n"
            for column, share in enumerate(block.widths, 1)
        ]
        return {"kind": "table", "name": f"t{place}", "table": block, "rules": rules}
    assert isinstance(block, Para)
    lines = [line for line in block.text.splitlines() if line.strip()] or [""]
    return {"kind": "para", "lead": block.lead, "flush": block.flush, "lines": lines}


def _font_rules() -> str:
    """The register's fonts as rules for the classes that the sheet leaves without one."""
    return "".join(f".f-{face} {{ {choice.css} }}\n" for face, choice in font_choices().items()) + "".join(
        f"@page{side} {{ @{place} {{ {font_choices()['song'].css} }} }}\n"
        for side, place in ((":right", "bottom-right"), (":left", "bottom-left"))
    )
