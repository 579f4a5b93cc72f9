"""A circular as an official paper: for PDF and DOCX, and the tables of the page."""

from __future__ import annotations

from supervision.bulletins.models import Bulletin, BulletinState
from supervision.bulletins.services.issuing import KIND
from supervision.papers.rules import Block, Heading, Paper, Para, TableBlock
from supervision.papers.services import letterhead

__all__ = ["bulletin_paper", "row_table"]


def bulletin_paper(one: Bulletin) -> Paper:
    """The paper; what isn't issued, or is cancelled, says so."""
    head = letterhead(KIND, one.office)
    blocks: list[Block] = []
    for block in one.blocks:
        if block["title"]:
            blocks.append(Heading(1, block["title"]))
        blocks += [Para(line) for line in block["text"].splitlines() if line.strip()]
        headings, rows = row_table(block["rows"], one)
        if rows:
            blocks.append(TableBlock(headings, rows))
    return Paper(
        issuer=head.name,
        document_number=one.document_number,
        title=f"{one.title}（作废）" if one.state == BulletinState.CANCELLED else one.title,
        addressee=one.addressee,
        blocks=blocks,
        signer=head.signature,
        issued_on=one.issued_on,
        mark=head.mark,
        is_draft=one.state not in (BulletinState.ISSUED, BulletinState.CANCELLED),
    )


def row_table(kind: str, one: Bulletin) -> tuple[list[str], list[list[str]]]:
    """The list behind a paragraph: headings and rows; none where there is nothing."""
    rows = one.rows.get(kind, []) if kind else []
    if kind == "ranks":
        return ["排名组", "名次", "单位", "得分"], [
            [row["group"], row["rank"], row["unit"], row["total"]] for row in rows
        ]
    if kind == "findings":
        return ["单位", "问题", "地点", "发现日期"], [
            [row["unit"], row["subject"], row["place"], row["due"]] for row in rows
        ]
    if kind == "talks":
        return ["单位", "事项", "日期", "情况"], [
            [row["unit"], row["subject"], row["due"], row["state"]] for row in rows
        ]
    return ["单位", "事项", "应办日期", "逾期工作日"], [
        [row["unit"], row["subject"], row["due"], row["days"] or "未到期"] for row in rows
    ]
