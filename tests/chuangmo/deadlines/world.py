"""One unit's obligations in each of the states that a page can meet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chuangmo.deadlines.models import DeadlineRequest, Obligation, Proposal
from chuangmo.deadlines.services import (
    decide_suspension,
    hold_rung,
    request_extension,
    request_suspension,
    waive,
)
from tests.chuangmo.deadlines.ladder import make_ladder
from tests.factories import Cast, ObligationFactory


@dataclass
class Deadlines:
    """All owed by the cast's county, due on 2017-06-05, kinds and labels of material (which the office may tick off)."""

    plain: Obligation
    asked: DeadlineRequest  # an extension, not decided yet
    proposed: Proposal  # of a 督办单
    held: Obligation
    paused: Obligation
    let_off: Obligation


def make_deadlines(cast: Cast) -> Deadlines:
    ladder = make_ladder()
    rows = [
        ObligationFactory(
            unit=cast.county,
            kind="material",
            subject_kind="material",
            subject_id=9_000 + n,
            subject_label=f"归档材料{n}",
        )
        for n in range(6)
    ]
    plain, asked, proposed, held, paused, let_off = rows
    request = request_extension(
        obligation_id=asked.pk, until=date(2017, 6, 20), reason="等省厅核定", by=cast.owner
    )
    Obligation.objects.filter(pk=proposed.pk).update(level=3, level_before=1)
    proposal = Proposal.objects.create(obligation=proposed, rung=ladder[3], proposed_on=date(2017, 6, 6))
    hold_rung(obligation_id=held.pk, offset=3, reason="正在核对口径", by=cast.office)
    stop = request_suspension(
        obligation_id=paused.pk, until=date(2017, 6, 30), reason="等上级批复", by=cast.owner
    )
    decide_suspension(request_id=stop.pk, granted=True, decision="同意", by=cast.office)
    waive([let_off.pk], "合并到别的材料")
    return Deadlines(plain, request, proposal, held, paused, let_off)
