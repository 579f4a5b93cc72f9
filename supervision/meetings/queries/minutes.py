"""The minutes: their content as plain values, and the official paper that is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from chuangmo import clock
from chuangmo.days import long_date
from supervision.meetings.models import Meeting, Outcome
from supervision.meetings.queries.earlier import earlier_decisions
from supervision.papers.rules import Block, Heading, Paper, Para, TableBlock
from supervision.papers.services import letterhead

__all__ = ["minutes_content", "minutes_paper"]


def minutes_content(meeting: Meeting) -> dict[str, Any]:
    """Everything that the minutes say, ready to be frozen as JSON. Five queries."""
    came: dict[str, list[str]] = {}
    for row in meeting.attendances.select_related("unit"):
        name = "".join([row.person, f"（{row.post}）" if row.post else ""])
        came.setdefault(row.outcome, []).append(f"{row.unit.short_name} {name}".strip())
    decisions: dict[int, list[list[str]]] = {}
    for one in (
        meeting.decisions.exclude(state="withdrawn").select_related("unit").order_by("item__order", "id")
    ):
        decisions.setdefault(one.item_id or 0, []).append([one.text, str(one.unit), long_date(one.due_on)])
    return {
        "title": f"{meeting}纪要".replace(" ", ""),  # as official papers are written
        "held_on": long_date(meeting.held_on),
        "place": meeting.place,
        "chair": meeting.chair,
        "scribe": meeting.scribe,
        "opening": meeting.opening,
        "came": came,
        "earlier": [
            [one.decision.text, one.decision.unit.short_name, long_date(one.decision.due_on), one.word]
            for one in earlier_decisions(meeting, clock.today())
        ],
        "items": [
            {"title": item.title, "minutes": item.minutes, "decisions": decisions.get(item.pk, [])}
            for item in meeting.items.all()
        ],
    }


def minutes_paper(meeting: Meeting) -> Paper:
    """The paper: of the frozen content once issued, else a marked draft of what is there."""
    content = meeting.content or minutes_content(meeting)
    head = letterhead(meeting.series.paper_kind, meeting.office)
    return Paper(
        issuer=head.name,
        mark=head.mark,
        document_number=meeting.document_number,
        title=content["title"],
        blocks=_blocks(content),
        signer=head.signature if meeting.issued_on else "",
        issued_on=meeting.issued_on,
        copies_to="各成员单位",
        printed_by=head.signature if meeting.issued_on else "",
        is_draft=meeting.issued_on is None,
        code=settings.SITE_URL + meeting.get_absolute_url() if meeting.issued_on else "",
        code_label="扫码查看",
    )


def _blocks(content: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = [Para(content["opening"] or _opening(content))]
    if content["earlier"]:
        blocks += [
            Heading(1, "上次议定事项落实情况"),
            TableBlock(["事项", "责任单位", "时限", "结果"], content["earlier"], widths=[5, 2.4, 2.6, 2]),
        ]
    rows: list[list[str]] = []
    for item in content["items"]:
        if not item["minutes"] and not item["decisions"]:
            continue
        blocks.append(Heading(1, item["title"]))
        if item["minutes"]:
            blocks.append(Para(item["minutes"]))
        for text, unit, due in item["decisions"]:
            blocks.append(Para(f"{text}（责任单位：{unit}；完成时限：{due}）", lead="议定"))
            rows.append([str(len(rows) + 1), text, unit, due])
    if rows:
        blocks += [
            Heading(1, "议定事项一览"),
            TableBlock(["序号", "事项", "责任单位", "完成时限"], rows, widths=[1, 5.6, 3, 2.6]),
        ]
    return blocks + _attendance(content["came"])


def _opening(content: Mapping[str, Any]) -> str:
    """时间、地点、主持人 as the first paragraph of every minutes."""
    place = f"在{content['place']}" if content["place"] else ""
    chair = f"，{content['chair']}主持会议" if content["chair"] else ""
    title = content["title"].removesuffix("纪要")
    return f"{content['held_on']}，{place}召开{title}{chair}。现将会议主要内容纪要如下："


def _attendance(came: Mapping[str, list[str]]) -> list[Block]:
    """出席、请假、缺席 at the end, as the standard's form of minutes has them (10.3)."""
    present = came.get(Outcome.PRESENT, []) + [f"{name}（代会）" for name in came.get(Outcome.PROXY, [])]
    lines = (("出席", present), ("请假", came.get(Outcome.LEAVE, [])), ("缺席", came.get(Outcome.ABSENT, [])))
    return [Para("，".join(names), lead=word) for word, names in lines if names]
