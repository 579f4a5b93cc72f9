"""A letter as an official paper: for the page's preview, PDF and DOCX."""

from __future__ import annotations

from supervision.letters.models import LetterVersion, VersionState
from supervision.letters.services.issuing import KIND
from supervision.papers.rules import Block, Heading, Paper, Para, TableBlock
from supervision.papers.services import letterhead

__all__ = ["fact_table", "letter_paper"]


def letter_paper(one: LetterVersion) -> Paper:
    """The paper of a version; a draft says on every page that it is one."""
    letter = one.letter
    head = letterhead(KIND, letter.office)
    return Paper(
        issuer=head.name,
        document_number=one.document_number,
        title=f"{letter.plan.year}年创建国家环境保护模范城市目标责任书",
        addressee=letter.unit.name,
        blocks=letter_blocks(one),
        signer=head.signature,
        issued_on=one.issued_on,
        mark=head.mark,
        is_draft=one.state == VersionState.DRAFT,
    )


def letter_blocks(one: LetterVersion) -> list[Block]:
    blocks: list[Block] = []
    for block in one.blocks:
        blocks.append(Heading(1, block["title"]))
        blocks += [Para(line) for line in block["text"].splitlines() if line.strip()]
        if block["facts"]:
            headings, rows = fact_table(block["facts"], one.facts)
            blocks.append(TableBlock(headings, rows))
    blocks.append(Para("责任单位（盖章）：　　　　　　　　主要负责人（签字）：", flush=True))
    return blocks


def fact_table(kind: str, facts: dict[str, list[dict[str, str]]]) -> tuple[list[str], list[list[str]]]:
    """The list behind a paragraph: headings and rows."""
    rows = facts.get(kind, [])
    if kind == "indicators":
        return ["序号", "指标", "职责"], [[row["number"], row["name"], row["role"]] for row in rows]
    if kind == "projects":
        return ["序号", "工程", "完成期限"], [
            [str(place), row["name"], row["due"]] for place, row in enumerate(rows, start=1)
        ]
    return ["序号", "任务", "目标", "职责", "期限"], [
        [str(place), row["name"], row["target"], row["role"], row["due"]]
        for place, row in enumerate(rows, start=1)
    ]
