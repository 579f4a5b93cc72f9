"""Who has seen what they were told, beside the lines of the chase list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils import timezone

from chuangmo.deadlines.queries.chase import ChaseRow
from chuangmo.notices.queries import Receipt, receipts_of_many
from chuangmo.notices.rules import kinds

__all__ = ["with_receipts"]

TO_THE_UNIT = (kinds.REMINDER, kinds.CHASE, kinds.ORDER, kinds.CRITICISM, kinds.TALK, kinds.ACCOUNT)


def with_receipts(rows: Sequence[ChaseRow]) -> list[ChaseRow]:
    """The same lines with the receipts of the last thing that the unit was told: one query."""
    ids = [row.obligation.pk for row in rows]
    told = receipts_of_many("obligation", ids, kinds=TO_THE_UNIT) if ids else {}
    return [replace(row, seen=_words(told.get(row.obligation.pk, []))) for row in rows]


def _words(receipts: Sequence[Receipt]) -> str:
    """“李静 06-06 09:12 已看；陈主任未看”; of the newest notice only."""
    if not receipts:
        return "没有通知到人"
    newest = [one for one in receipts if one.key == receipts[-1].key]
    return "；".join(
        f"{one.person} {timezone.localtime(one.seen_at):%m-%d %H:%M} 已看"
        if one.seen_at
        else f"{one.person} 未看"
        for one in newest
    )
