"""The official papers of a measure: notice, letter or proposal with its chain of proof; the record of a talk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chuangmo.days import long_date
from supervision.accountability.models import Measure, MeasureKind
from supervision.accountability.queries.proof import chain_of
from supervision.accountability.services.issuing import PAPER_KINDS
from supervision.meetings.models import Decision
from supervision.papers.rules import Block, Heading, Paper, Para, TableBlock
from supervision.papers.services import letterhead

__all__ = ["measure_paper", "promises_of", "record_paper"]

ENDINGS = {
    MeasureKind.TALK: "的约谈通知",
    MeasureKind.EXPOSURE: "的媒体跟踪函",
    MeasureKind.ACCOUNT: "的问责建议",
}


def promises_of(measure: Measure) -> list[Decision]:
    """What the unit committed itself to in the talk. One query."""
    rows = Decision.objects.filter(origin_kind="talk", origin_id=measure.pk).select_related("unit")
    return list(rows.order_by("due_on", "pk"))


def measure_paper(measure: Measure) -> Paper:
    """What goes out; a marked draft before the approval."""
    kind = MeasureKind(measure.kind)
    head = letterhead(PAPER_KINDS[kind], measure.office)
    addressee = str(measure.unit) if kind == MeasureKind.TALK else measure.addressee
    return Paper(
        issuer=head.name,
        mark=head.mark,
        document_number=measure.document_number,
        title=f"关于{measure.title}{ENDINGS[kind]}",
        addressee=addressee,
        blocks=_blocks(measure, kind),
        signer=head.signature if measure.issued_on else "",
        issued_on=measure.issued_on,
        printed_by=head.signature if measure.issued_on else "",
        is_draft=measure.issued_on is None,
    )


def _blocks(measure: Measure, kind: MeasureKind) -> list[Block]:
    blocks: list[Block] = [Heading(1, "事由"), Para(measure.grounds or "（未填写）")]
    if kind == MeasureKind.TALK:
        when = long_date(measure.planned_on) if measure.planned_on else "（未定）"
        rows = [
            ["时间", when],
            ["地点", measure.place],
            ["约谈人", measure.host],
            ["约谈对象", measure.persons],
        ]
        blocks += [Heading(1, "约谈安排"), TableBlock([], rows, widths=[1, 4])]
    elif measure.persons:
        blocks += [Heading(1, "涉及人员"), Para(measure.persons)]
    blocks += [
        Heading(1, "要求" if kind != MeasureKind.ACCOUNT else "处理建议"),
        Para(measure.demand or "（未填写）"),
    ]
    chain = _chain(measure)
    if chain and kind != MeasureKind.EXPOSURE:
        blocks += [
            Heading(1, "经过和依据"),
            Para("以下各项均取自系统登记的记录，按日期排列。"),
            TableBlock(["日期", "事项", "内容"], chain, widths=[2.9, 2, 7.1]),
        ]
    if measure.approver is not None and measure.approved_at is not None:
        blocks.append(
            Para(f"批准人：{measure.approver}" + (f"；意见：{measure.opinion}" if measure.opinion else ""))
        )
    return blocks


def _chain(measure: Measure) -> Sequence[Sequence[str]]:
    """As it was frozen with the approval, else as it stands."""
    rows = measure.proof if measure.proof is not None else [link.as_row() for link in chain_of(measure)]
    return [[long_date(date.fromisoformat(row[0])), row[1], row[2]] for row in rows]


def record_paper(measure: Measure) -> Paper:
    """约谈记录, for everybody's signature."""
    head = letterhead("talk", measure.office)
    rows = [
        ["时间", long_date(measure.held_on) if measure.held_on else ""],
        ["地点", measure.place],
        ["约谈人", measure.host],
        ["约谈对象", measure.persons],
        ["参加人员", measure.attendees],
    ]
    blocks: list[Block] = [
        TableBlock([], rows, widths=[1, 4]),
        Heading(1, "约谈内容"),
        Para(measure.record),
    ]
    promises = [
        [str(place), one.text, long_date(one.due_on)]
        for place, one in enumerate(promises_of(measure), start=1)
    ]
    if promises:
        blocks += [
            Heading(1, "承诺事项"),
            TableBlock(["序号", "事项", "完成时限"], promises, widths=[1, 7, 3]),
        ]
    blocks.append(
        TableBlock([], [["约谈人签字", "　"], ["约谈对象签字", "　"], ["记录人签字", "　"]], widths=[1, 3])
    )
    return Paper(
        issuer=head.name,
        mark=head.name,
        document_number=measure.document_number,
        title=f"{measure.unit.short_name}约谈记录",
        blocks=blocks,
    )
