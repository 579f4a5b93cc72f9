"""The named approver decides; then the paper is numbered, its proof frozen, and it goes out."""

from __future__ import annotations

import hashlib
import json

from django.db import transaction
from django.utils import timezone

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import leaders_of, who_may
from chuangmo.access.rules import REPORT
from chuangmo.days import cn_day
from chuangmo.notices.rules import kinds
from chuangmo.notices.services import notify, settle
from supervision.accountability.models import Measure, MeasureKind, MeasureState
from supervision.accountability.queries.proof import chain_of
from supervision.accountability.services.permission import KIND, measure_for, move, note
from supervision.gate import require_text
from supervision.papers.services import document_number, take_number

__all__ = ["approve_measure", "drop_measure", "return_measure"]

PAPER_KINDS = {
    MeasureKind.TALK: "talk",
    MeasureKind.EXPOSURE: "exposure",
    MeasureKind.ACCOUNT: "accountability",
}


@transaction.atomic
def approve_measure(*, by: User, measure_id: int, version: int, opinion: str = "") -> Measure:
    """Approved: the number is taken, the chain of proof frozen, and (of a talk) the unit invited."""
    measure = measure_for(by, measure_id, "approve")
    today, kind = clock.today(), PAPER_KINDS[MeasureKind(measure.kind)]
    proof = [link.as_row() for link in chain_of(measure)]
    number = document_number(
        kind, measure.office, today.year, take_number(kind, measure.office_id, today.year)
    )
    text = json.dumps(proof, ensure_ascii=False, separators=(",", ":"))
    move(
        measure,
        version,
        MeasureState.ISSUED,
        approved_at=timezone.now(),
        opinion=opinion.strip()[:200],
        document_number=number,
        issued_on=today,
        proof=proof,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )
    settle(subject_kind=KIND, subject_ids=[measure.pk], kinds=[kinds.PROPOSAL])
    note(measure, by, "批准", opinion, {"文号": ["", number]})
    _tell(measure)
    return measure


@transaction.atomic
def return_measure(*, by: User, measure_id: int, version: int, reason: str) -> Measure:
    """Not like this: back to the draft, with the reason."""
    measure = measure_for(by, measure_id, "return")
    reason = require_text("reason", reason, "请写明退回原因", 200)
    move(measure, version, MeasureState.DRAFT, opinion=reason)
    settle(subject_kind=KIND, subject_ids=[measure.pk], kinds=[kinds.PROPOSAL])
    note(measure, by, "退回", reason)
    notify(
        to=[measure.drafted_by],
        kind=kinds.RETURNED,
        title=f"退回修改：{measure.get_kind_display()} {measure.title}",
        text=f"{by} 退回。\n原因：{reason}",
        action="去修改",
        url=measure.get_absolute_url(),
        subject_kind=KIND,
        subject_id=measure.pk,
        subject_label=measure.title,
        key=f"measure:{measure.pk}:returned:{measure.version}",
    )
    return measure


@transaction.atomic
def drop_measure(*, by: User, measure_id: int, version: int, reason: str) -> Measure:
    """Given up, for a reason. One that was issued keeps its number and is shown as 已撤销."""
    measure = measure_for(by, measure_id, "drop")
    reason = require_text("reason", reason, "请写明撤销原因", 200)
    move(measure, version, MeasureState.DROPPED, result=reason, closed_on=clock.today())
    settle(subject_kind=KIND, subject_ids=[measure.pk], kinds=[kinds.PROPOSAL, kinds.TALK])
    note(measure, by, "撤销", reason)
    return measure


def _tell(measure: Measure) -> None:
    """A talk's unit is invited; a follow-up's and an accountability's are not told by us."""
    if measure.kind != MeasureKind.TALK or measure.planned_on is None:
        return
    people = {*who_may(REPORT, [measure.unit_id])[measure.unit_id], *(u.pk for u in leaders_of(measure.unit))}
    day = cn_day(measure.planned_on)
    notify(
        to=people,
        kind=kinds.TALK,
        title=f"约谈通知（{measure.document_number}）：{day}，{measure.place}",
        text=f"{measure.host}将约谈{measure.persons}。\n事由：{measure.grounds}\n要求：{measure.demand}",
        action="按时参加",
        url=measure.get_absolute_url(),
        subject_kind=KIND,
        subject_id=measure.pk,
        subject_label=measure.title,
        unit=measure.unit,
        due_on=measure.planned_on,
        urgency="now",
        mandatory=True,
        key=f"measure:{measure.pk}:issued",
    )
