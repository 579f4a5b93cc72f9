"""A paper as DOCX, in the layout of GB/T 9704-2012: the standard's fonts by name, its measures, 22 lines of 28 characters."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import segno
from docx import Document
from docx.document import Document as DocumentType
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt

from chuangmo.days import long_date
from chuangmo.org.models import Installation
from chuangmo.shell.frame import is_demonstration
from supervision.papers.rules import measures as m
from supervision.papers.rules.paper import Heading, Paper, Para, TableBlock, numbered, title_lines
from supervision.papers.services.docx_parts import (
    FACES_OF_LEVELS,
    RED,
    Setter,
    add_page_number,
    border_below,
    element,
    float_below,
    frame,
    list_fallbacks,
    set_borders,
    set_grid,
    snap,
    track,
)
from supervision.papers.services.faces import font_choices

__all__ = ["paper_docx"]


def paper_docx(paper: Paper) -> bytes:
    """The file. A demonstration's or a draft's mark stands in the head of every page."""
    document = Document()
    put = Setter(document, font_choices())
    list_fallbacks(document, put.fonts)
    _page(document)
    _normal(document, put)
    _running(document, put, _overhead(paper))
    _head(document, put, paper)
    for block in numbered(paper.blocks):
        _block(document, put, block)
    _foot(document, put, paper)
    out = BytesIO()
    document.core_properties.title = paper.title.replace("\n", "")
    document.core_properties.author = paper.issuer
    document.core_properties.comments = ""
    document.save(out)
    return out.getvalue()


def _overhead(paper: Paper) -> str:
    marks = ["草稿，未印发"] if paper.is_draft else []
    if is_demonstration(Installation.current()):
        marks.append("演示数据，不是实际统计结果")
    return " · ".join(marks)


def _page(document: DocumentType) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(m.PAGE_MM[0]), Mm(m.PAGE_MM[1])
    section.top_margin, section.bottom_margin = Mm(m.TOP_MM), Mm(m.BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(m.LEFT_MM), Mm(m.RIGHT_MM)
    # The dashes' upper edge lies 7 mm below the type area; a word processor counts a footer from the page's end.
    section.footer_distance = Mm(m.BOTTOM_MM - m.PAGE_NUMBER_GAP_MM - m.SMALL_PT * m.MM_PER_POINT)
    section.header_distance = Mm(15)
    set_grid(section._sectPr, line_twips=m.twips(m.LINE_MM))
    document.settings.odd_and_even_pages_header_footer = True


def _normal(document: DocumentType, put: Setter) -> None:
    style = document.styles["Normal"]
    put.style_font(style, "fangsong", m.BODY_PT)
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = _line()
    form.widow_control = False


def _line(count: float = 1) -> Length:
    return Pt(round(m.LINE_MM / m.MM_PER_POINT * count, 2))


def _running(document: DocumentType, put: Setter, overhead: str) -> None:
    """Page numbers outside (odd right, even left, one character in), and what stands above every page."""
    section = document.sections[0]
    for footer, side in ((section.footer, ALIGN.RIGHT), (section.even_page_footer, ALIGN.LEFT)):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        indent = Pt(m.SMALL_PT)
        if side == ALIGN.RIGHT:
            paragraph.paragraph_format.right_indent = indent
        else:
            paragraph.paragraph_format.left_indent = indent
        put.run(paragraph, "— ", "song", m.SMALL_PT)
        add_page_number(put.run(paragraph, "", "song", m.SMALL_PT))
        put.run(paragraph, " —", "song", m.SMALL_PT)
    for header in (section.header, section.even_page_header):
        paragraph = header.paragraphs[0]
        paragraph.alignment = ALIGN.CENTER
        put.run(paragraph, overhead, "hei", 9)


# Head ---------------------------------------------------------------------------------------------------------


def _head(document: DocumentType, put: Setter, paper: Paper) -> None:
    if paper.code:
        _code(document, put, paper)
    size = m.mark_size_pt(paper.red_mark)
    mark = document.add_paragraph()
    mark.alignment = ALIGN.CENTER
    mark.paragraph_format.space_before = Mm(m.MARK_DROP_MM)
    mark.paragraph_format.line_spacing = Pt(size * 1.15)
    snap(mark, False)
    put.run(mark, paper.red_mark, "xiaobiaosong", size, colour=RED)
    number = document.add_paragraph()
    number.alignment = ALIGN.CENTER
    number.paragraph_format.space_before = _line(2)
    put.run(number, paper.document_number, "fangsong", m.BODY_PT)
    border_below(number, colour=RED, eighths_pt=12, space_pt=int(m.RULE_GAP_MM / m.MM_PER_POINT))
    for place, text in enumerate(title_lines(paper.title)):
        line = document.add_paragraph()
        line.alignment = ALIGN.CENTER
        line.paragraph_format.line_spacing = Pt(34)
        if place == 0:
            line.paragraph_format.space_before = _line(2)
        put.run(line, text, "xiaobiaosong", m.TITLE_PT)
    document.add_paragraph()
    if paper.addressee:
        put.run(document.add_paragraph(), f"{paper.addressee}：", "fangsong", m.BODY_PT)


def _code(document: DocumentType, put: Setter, paper: Paper) -> None:
    """The QR code in the upper right corner of the type area."""
    stream = BytesIO()
    segno.make(paper.code, error="m").save(stream, kind="png", scale=8, border=0)
    stream.seek(0)
    paragraph = document.add_paragraph()
    frame(paragraph, width_mm=m.CODE_MM, x="right", y="top")
    paragraph.alignment = ALIGN.CENTER
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    paragraph.add_run().add_picture(stream, width=Mm(m.CODE_MM))
    if paper.code_label:
        below = document.add_paragraph()
        frame(below, width_mm=m.CODE_MM, x="right", y="top")
        below.alignment = ALIGN.CENTER
        below.paragraph_format.line_spacing = Pt(11)
        put.run(below, paper.code_label, "fangsong", 8)


# Body ---------------------------------------------------------------------------------------------------------


def _block(document: DocumentType, put: Setter, block: Any) -> None:
    if isinstance(block, Heading):
        face, bold = FACES_OF_LEVELS[block.level]
        paragraph = document.add_paragraph()
        _indent(paragraph)
        paragraph.paragraph_format.keep_with_next = True
        put.run(paragraph, block.text, face, m.BODY_PT, bold=bold)
    elif isinstance(block, TableBlock):
        _table(document, put, block)
    elif isinstance(block, Para):
        for place, text in enumerate([line for line in block.text.splitlines() if line.strip()] or [""]):
            paragraph = document.add_paragraph()
            if not block.flush:
                _indent(paragraph)
            if block.lead and place == 0:
                put.run(paragraph, f"{block.lead}：", "hei", m.BODY_PT)
            put.run(paragraph, text, "fangsong", m.BODY_PT)


def _indent(paragraph: Any, characters: int = 2) -> None:
    """The first line, in characters of the grid, and in points for those who don't know characters."""
    paragraph.paragraph_format.first_line_indent = Pt(round(m.PITCH_PT * characters, 2))
    paragraph._p.pPr.ind.set(qn("w:firstLineChars"), str(characters * 100))


def _table(document: DocumentType, put: Setter, block: TableBlock) -> None:
    if block.caption:
        caption = document.add_paragraph()
        caption.alignment = ALIGN.CENTER
        caption.paragraph_format.keep_with_next = True
        put.run(caption, block.caption, "hei", m.BODY_PT)
    columns = max([len(block.headings), *(len(row) for row in block.rows)], default=0)
    if not columns:
        return
    table = document.add_table(rows=0, cols=columns)
    table.autofit = False
    set_borders(table)
    shares = list(block.widths) if len(block.widths) == columns else [1.0] * columns
    widths = [Mm(m.TYPE_AREA_MM[0] * share / sum(shares)) for share in shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    if block.headings:
        row = _row(table, put, block.headings, widths, faces=["hei"] * columns, centred=True)
        row._tr.get_or_add_trPr().append(element("w:tblHeader"))
    first = ["fangsong" if block.headings else "hei", *["fangsong"] * (columns - 1)]
    for cells in block.rows:
        _row(table, put, cells, widths, faces=first)
    document.add_paragraph()


def _row(
    table: Any, put: Setter, cells: Any, widths: Sequence[Length], *, faces: list[str], centred: bool = False
) -> Any:
    row = table.add_row()
    row._tr.get_or_add_trPr().append(element("w:cantSplit"))
    for cell, width in zip(row.cells, widths, strict=True):
        cell.width = width
    for cell, text, face in zip(row.cells, cells, faces, strict=False):
        for place, line in enumerate(str(text).splitlines() or [""]):
            paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
            paragraph.paragraph_format.line_spacing = Pt(17)
            snap(paragraph, False)
            if centred:
                paragraph.alignment = ALIGN.CENTER
            put.run(paragraph, line, face, 12)
    return row


# Foot ---------------------------------------------------------------------------------------------------------


def _foot(document: DocumentType, put: Setter, paper: Paper) -> None:
    if paper.attachments:
        document.add_paragraph()
        for line in paper.attachment_lines:
            paragraph = document.add_paragraph()
            _indent(paragraph)
            put.run(paragraph, line, "fangsong", m.BODY_PT)
    signed = [paper.signer] if paper.signer else []
    if paper.issued_on:
        signed.append(long_date(paper.issued_on))
    longest = max((_width(text) for text in signed), default=0)
    for place, text in enumerate(signed):
        paragraph = document.add_paragraph()
        paragraph.alignment = ALIGN.RIGHT
        # Centred above each other, the longer one four characters in (7.3.5.1).
        indent = m.PITCH_PT * (4 + (longest - _width(text)) / 2)
        paragraph.paragraph_format.right_indent = Pt(round(indent, 1))
        paragraph.paragraph_format.keep_together = True
        if place == 0:
            paragraph.paragraph_format.space_before = _line(2)
            paragraph.paragraph_format.keep_with_next = len(signed) > 1
        put.run(paragraph, text, "fangsong", m.BODY_PT)
    if paper.note:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = _line()
        _indent(paragraph)
        put.run(paragraph, f"（{paper.note}）", "fangsong", m.BODY_PT)
    if paper.copies or paper.printed_by:
        _imprint(document, put, paper)


def _imprint(document: DocumentType, put: Setter, paper: Paper) -> None:
    """版记: a table at the foot of the last page's type area, its last line on the edge (7.4.1 of the standard)."""
    printed = f"{long_date(paper.issued_on)}印发" if paper.issued_on else ""
    lines = [f"抄送：{paper.copies}"] if paper.copies else []
    lines.append(f"{paper.printed_by or paper.issuer}\t{printed}")
    table = document.add_table(rows=len(lines), cols=1)
    table.autofit = False
    float_below(table, widths_mm=(m.IMPRINT_OUTER_MM, m.IMPRINT_INNER_MM))
    for row, text in zip(table.rows, lines, strict=True):
        row._tr.get_or_add_trPr().append(element("w:cantSplit"))
        row.cells[0].width = Mm(m.TYPE_AREA_MM[0])
        _imprint_line(put, row.cells[0].paragraphs[0], text)
    last = document.add_paragraph()  # the table hangs on this one; it must not begin a page of its own
    last.paragraph_format.line_spacing = Pt(1)
    snap(last, False)


def _imprint_line(put: Setter, paragraph: Any, text: str) -> None:
    """In 4 号, one character from either edge; 抄送 goes on below its first name (7.4.2). An office's long name and the day
    share a line, a little closer where they must."""
    form, area = paragraph.paragraph_format, m.TYPE_AREA_MM[0] / m.MM_PER_POINT
    form.line_spacing = Pt(22)
    form.left_indent = form.right_indent = Pt(m.SMALL_PT)
    snap(paragraph, False)
    run = put.run(paragraph, text, "fangsong", m.SMALL_PT)
    if "\t" not in text:
        form.left_indent, form.first_line_indent = Pt(4 * m.SMALL_PT), Pt(-3 * m.SMALL_PT)
        return
    form.tab_stops.add_tab_stop(Pt(area - m.SMALL_PT), alignment=WD_TAB_ALIGNMENT.RIGHT)
    # Some fonts' figures are wide, and word processors set them off by a quarter of a character.
    changes = sum(before.isascii() != after.isascii() for before, after in itertools.pairwise(text))
    wanted = m.SMALL_PT * (_width(text, ascii_share=0.65) + changes / 4 + 2)
    if wanted > area:
        track(run, max(-1.0, (area - wanted) / len(text)))


def _width(text: str, ascii_share: float = 0.5) -> float:
    """In characters: ASCII counts half."""
    return sum(ascii_share if character.isascii() else 1 for character in text)
