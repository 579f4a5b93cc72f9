"""The few things that python-docx leaves to whoever knows the format: East Asian fonts, grid, frames, borders, fields."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from docx.document import Document as DocumentType
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from supervision.papers.rules.measures import BODY_PT, LEFT_MM, MM_PER_POINT, TRACKING_PT, twips
from supervision.papers.services.faces import FontChoice

RED = "E00000"
# 一、 in 黑体, （一） in 楷体, 1. and （1） in 仿宋, the former bold (7.3.3 of the standard names the first two).
FACES_OF_LEVELS = {1: ("hei", False), 2: ("kai", False), 3: ("fangsong", True), 4: ("fangsong", False)}
# What the schema wants behind a table's borders and behind its place on the page.
_AFTER_BORDERS = ("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
_AFTER_PLACE = (
    "w:tblOverlap", "w:bidiVisual", "w:tblStyleRowBandSize", "w:tblStyleColBandSize", "w:tblW", "w:jc", "w:tblCellSpacing",
    "w:tblInd", "w:tblBorders", *_AFTER_BORDERS,
)  # fmt: skip


class Setter:
    """Sets text in the faces of the register."""

    def __init__(self, document: DocumentType, fonts: Mapping[str, FontChoice]) -> None:
        self.document, self.fonts = document, fonts

    def style_font(self, style: Any, face: str, size_pt: float) -> None:
        style.font.size = Pt(size_pt)
        _name(style.element.get_or_add_rPr(), self.fonts[face].docx_name)

    def run(
        self, paragraph: Any, text: str, face: str, size_pt: float, *, bold: bool = False, colour: str = ""
    ) -> Any:
        run = paragraph.add_run(text)
        run.font.size = Pt(size_pt)
        run.font.bold = bold or None
        if colour:
            run.font.color.rgb = RGBColor.from_string(colour)
        _name(run._r.get_or_add_rPr(), self.fonts[face].docx_name)
        if size_pt == BODY_PT:
            track(run, TRACKING_PT)
        return run


def _name(properties: Any, name: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for slot in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(slot), name)
    fonts.set(qn("w:hint"), "eastAsia")
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)


def track(run: Any, points: float) -> None:
    """Characters stand so much further apart (closer, if less than 0) than they are wide: so 28 go into a line. By their own
    distance, not by a grid of characters: where a cell of the grid is narrower than a character, LibreOffice gives it two."""
    run._r.get_or_add_rPr().insert_element_before(
        element("w:spacing", {"w:val": str(math.floor(points * 20))}),
        "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:effect", "w:bdr", "w:shd", "w:fitText",
        "w:vertAlign", "w:rtl", "w:cs", "w:em", "w:lang", "w:eastAsianLayout", "w:specVanish", "w:oMath",
    )  # fmt: skip


def list_fallbacks(document: DocumentType, fonts: Mapping[str, FontChoice]) -> None:
    """The font table names what stands in for a font that the reader's computer lacks (w:altName)."""
    part = next(
        (rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/fontTable")), None
    )
    if part is None:
        return
    from lxml import etree  # type: ignore[import-untyped]

    table = etree.fromstring(part.blob)
    known = {font.get(qn("w:name")) for font in table}
    for choice in fonts.values():
        if choice.docx_name in known:
            continue
        known.add(choice.docx_name)
        font = etree.SubElement(table, qn("w:font"))
        font.set(qn("w:name"), choice.docx_name)
        etree.SubElement(font, qn("w:altName")).set(qn("w:val"), choice.docx_fallback)
        etree.SubElement(font, qn("w:charset")).set(qn("w:val"), "86")
    part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)


def element(name: str, values: Mapping[str, str] | None = None) -> Any:
    """An element of the w: namespace with its attributes."""
    made = OxmlElement(name)
    for key, value in (values or {}).items():
        made.set(qn(key), value)
    return made


def set_grid(section: Any, *, line_twips: int) -> None:
    """Lines stand on a grid."""
    for old in section.findall(qn("w:docGrid")):
        section.remove(old)
    section.append(element("w:docGrid", {"w:type": "lines", "w:linePitch": str(line_twips)}))


def snap(paragraph: Any, on: bool) -> None:
    """Whether the paragraph stands on the grid."""
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        element("w:snapToGrid", {"w:val": "1" if on else "0"}),
        "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents", "w:suppressOverlap", "w:jc", "w:textDirection",
        "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl", "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
    )  # fmt: skip


def frame(paragraph: Any, *, width_mm: float, x: str, y: str) -> None:
    """Put the paragraph into a frame at an edge of the type area; neighbours with the same frame share it."""
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        element(
            "w:framePr",
            {
                "w:w": str(Mm(width_mm).twips),
                "w:hSpace": "0",
                "w:wrap": "around",
                "w:vAnchor": "margin",
                "w:hAnchor": "margin",
                "w:xAlign": x,
                "w:yAlign": y,
            },
        ),
        "w:widowControl", "w:numPr", "w:suppressLineNumbers", "w:pBdr", "w:shd", "w:tabs", "w:suppressAutoHyphens",
        "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi",
        "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr",
    )  # fmt: skip


def border_below(
    paragraph: Any, *, colour: str, eighths_pt: int, space_pt: int, side: str = "bottom"
) -> None:
    """A line over the width of the paragraph."""
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = element("w:pBdr")
        properties.insert_element_before(
            borders,
            "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct", "w:topLinePunct",
            "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:jc",
            "w:rPr", "w:sectPr",
        )  # fmt: skip
    line = element(
        f"w:{side}",
        {"w:val": "single", "w:sz": str(eighths_pt), "w:space": str(min(space_pt, 31)), "w:color": colour},
    )
    borders.insert(0, line) if side == "top" else borders.append(line)


def set_borders(table: Any) -> None:
    """All lines of a table, a quarter of a millimetre."""
    borders = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(
            element(f"w:{side}", {"w:val": "single", "w:sz": "6", "w:space": "0", "w:color": "000000"})
        )
    table._tbl.tblPr.insert_element_before(borders, *_AFTER_BORDERS)


def float_below(table: Any, *, widths_mm: tuple[float, float]) -> None:
    """Put the table at the foot of the type area, as wide as it, with lines above and below (the first width) and between its
    rows (the second). Where the text leaves too little room on its last page, the table goes to the next."""
    properties = table._tbl.tblPr
    # From the page's edge: LibreOffice lets a table that is as wide as the type area float only then.
    place = {
        "w:vertAnchor": "margin",
        "w:horzAnchor": "page",
        "w:tblpX": str(twips(LEFT_MM)),
        "w:tblpYSpec": "bottom",
    }
    properties.insert_element_before(
        element("w:tblpPr", {"w:leftFromText": "0", "w:rightFromText": "0", **place}), *_AFTER_PLACE
    )
    outer, inner = (str(round(width / MM_PER_POINT * 8)) for width in widths_mm)
    lines = element("w:tblBorders")
    for side, width in (("top", outer), ("bottom", outer), ("insideH", inner)):
        lines.append(
            element(f"w:{side}", {"w:val": "single", "w:sz": width, "w:space": "0", "w:color": "000000"})
        )
    properties.insert_element_before(lines, *_AFTER_BORDERS)
    margins = element("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(element(f"w:{side}", {"w:w": "0", "w:type": "dxa"}))
    properties.insert_element_before(margins, "w:tblLook")


def add_page_number(run: Any) -> None:
    """The field PAGE."""
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("", "1"), ("end", "")):
        if kind:
            run._r.append(element("w:fldChar", {"w:fldCharType": kind}))
            continue
        part = OxmlElement("w:instrText" if text == "PAGE" else "w:t")
        part.text = text
        run._r.append(part)
