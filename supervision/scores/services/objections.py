"""Objections of units, and what the office decides."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of, who_may
from chuangmo.days import cn_day
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.notices.services import notify
from supervision.gate import require_office, require_text
from supervision.scores.models import Objection, RoundState, RowOrigin, ScoreRound, ScoreRow, UnitScore
from supervision.scores.services.computing import rescore
from supervision.scores.services.permission import note_unit

__all__ = ["decide_objection", "object_to_score"]

TEXT = 600


@transaction.atomic
def object_to_score(*, by: User, unit_score_id: int, text: str, row_id: int | None = None) -> Objection:
    """The unit objects to one row, or to its score as a whole, within the objection period."""
    score = UnitScore.objects.select_related("round", "round__plan", "unit").filter(pk=unit_score_id).first()
    if score is None:
        raise Refused("没有这个得分")
    rights = rights_of(by)
    if not (rights.may("report", score.unit_id) or rights.may("sign_off", score.unit_id)):
        raise Refused("只有被考核的单位可以提出异议")
    if score.round.state != RoundState.SHOWN:
        raise Refused("得分不在公示中，不能提出异议")
    until = score.round.objections_until
    if until is not None and clock.today() > until:
        raise Refused(f"异议期已于 {cn_day(until)}结束")
    plain = require_text("text", text, "请写明异议的理由", TEXT)
    _touch(score.round)  # from here on one after the other
    row = None
    if row_id is not None:
        row = ScoreRow.objects.filter(pk=row_id, part__unit_score=score, is_current=True).first()
        if row is None:
            raise Invalid({"row": "这一项刚才有了变动，请重新选择"})
        if Objection.objects.filter(row=row, state=Objection.State.OPEN).exists():
            raise Invalid({"row": "对这一项的异议已经提出，正在等创模办决定"})
    made = Objection.objects.create(unit_score=score, row=row, text=plain, by=by, old_total=score.total)
    note_unit(score, by, "提出异议", plain, {"事项": ["", row.label if row else "整个得分"]})
    notify(
        to=_office(score),
        kind="proposal",
        title=f"{score.unit.short_name}对{score.round.period.label}得分提出异议",
        text=plain,
        action="去决定",
        url=score.get_absolute_url(),
        subject_kind="score_objection",
        subject_id=made.pk,
        subject_label=f"{score.unit.short_name} {score.round.period.label}",
        unit=score.unit,
        key=f"score-objection-{made.pk}",
    )
    return made


@transaction.atomic
def decide_objection(
    *, by: User, objection_id: int, upheld: bool, decision: str, share: Decimal | None = None
) -> Objection:
    """Uphold or refuse, with a reason. Upheld against a row, the row gets the given share (1 unless given; the old row
    stays readable); against the whole score, what has to change is done by bonus and malus."""
    require_office(by, "决定异议")
    one = (
        Objection.objects.select_related("unit_score__round__plan", "unit_score__unit", "row__part")
        .filter(pk=objection_id)
        .first()
    )
    if one is None:
        raise Refused("没有这件异议")
    faults = {}
    if upheld and one.row is not None and not Decimal(0) <= (Decimal(1) if share is None else share) <= 1:
        faults["share"] = "得分比例在 0 到 100% 之间"
    try:
        plain = require_text("decision", decision, "请写明决定的理由", TEXT)
    except Invalid as error:
        faults |= error.faults
    if faults:
        raise Invalid(faults)
    score = one.unit_score
    _touch(score.round)
    done = Objection.objects.filter(pk=one.pk, state=Objection.State.OPEN).update(
        state=Objection.State.UPHELD if upheld else Objection.State.REFUSED,
        decision=plain,
        decided_by=by,
        decided_at=timezone.now(),
        old_total=score.total,
    )
    if not done:
        raise Stale("这件异议刚才已经有了决定，请刷新")
    if upheld and one.row is not None:
        _replace(one.row, Decimal(1) if share is None else share, plain)
    rescore(score.round)
    score.refresh_from_db()
    Objection.objects.filter(pk=one.pk).update(new_total=score.total)
    one.refresh_from_db()
    note_unit(
        score,
        by,
        "采纳异议" if upheld else "不采纳异议",
        plain,
        {"总分": [_text(one.old_total), _text(one.new_total)]},
    )
    notify(
        to=[one.by_id],
        kind="decision",
        title=f"{score.round.period.label}得分异议：{one.get_state_display()}",
        text=plain,
        action="查看得分",
        url=reverse("scores:unit", args=[score.round.plan.code, score.round.period.code, score.unit_id]),
        subject_kind="score_objection",
        subject_id=one.pk,
        unit=score.unit,
        key=f"score-objection-{one.pk}-decided",
    )
    return one


def _replace(row: ScoreRow, share: Decimal, why: str) -> None:
    done = ScoreRow.objects.filter(pk=row.pk, is_current=True).update(is_current=False)
    if not done:
        raise Stale("这一项刚才有了变动，请刷新")
    ScoreRow.objects.create(
        part=row.part,
        label=row.label,
        url=row.url,
        share=share,
        counts=True,
        note=f"异议采纳：{why}"[:400],
        origin=RowOrigin.OBJECTION,
        order=row.order,
    )


def _office(score: UnitScore) -> list[int]:
    return who_may("accept", [score.unit_id])[score.unit_id]


def _touch(one: ScoreRound) -> None:
    """Only while it is shown; whoever freezes at the same time has seen something else."""
    done = ScoreRound.objects.filter(pk=one.pk, state=RoundState.SHOWN).update(version=F("version") + 1)
    if not done:
        raise Stale("得分刚才已经定稿，请刷新")


def _text(total: Decimal | None) -> str:
    return "" if total is None else f"{total.normalize():f}"
