"""Bonus and malus, each with its reason, by a named person."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.errors import Invalid, Refused, Stale
from supervision.gate import require_office, require_text
from supervision.scores.models import Adjustment, RoundState, ScoreRound, UnitScore
from supervision.scores.services.computing import rescore
from supervision.scores.services.permission import note_unit

__all__ = ["adjust_score", "withdraw_adjustment"]


@transaction.atomic
def adjust_score(*, by: User, unit_score_id: int, points: Decimal, reason: str) -> Adjustment:
    """Add or take points while the score isn't final; all of them together count within the round's limit. The same points
    for the same reason are taken once: a form that is sent twice gives nobody twice the bonus."""
    require_office(by, "加减分")
    score = _open(unit_score_id)
    limit = Decimal(score.round.rules["bonus_limit"])
    faults = {}
    if points == 0:
        faults["points"] = "加减分不能是 0"
    elif abs(points) > limit:
        faults["points"] = f"一次加减不能超过 {limit.normalize():f} 分"
    elif points != points.quantize(Decimal("0.01")):
        faults["points"] = "最多两位小数"
    try:
        plain = require_text("reason", reason, "请写明加分或减分的理由", 400)
    except Invalid as error:
        faults |= error.faults
    if faults:
        raise Invalid(faults)
    _touch(score.round)  # from here on one after the other
    same = Adjustment.objects.filter(
        round=score.round, unit=score.unit, points=points, reason=plain, withdrawn_at__isnull=True
    )
    if same.exists():
        raise Invalid({"reason": "已经登记过同样的一笔，没有再登记；确是另一件事，请在理由中写明"})
    row = Adjustment.objects.create(round=score.round, unit=score.unit, points=points, reason=plain, by=by)
    rescore(score.round)
    note_unit(score, by, "加分" if points > 0 else "减分", plain, {"加减分": ["", f"{points:+f}"]})
    return row


@transaction.atomic
def withdraw_adjustment(*, by: User, adjustment_id: int) -> Adjustment:
    """Take it back while the score isn't final; it stays in the record."""
    require_office(by, "撤销加减分")
    row = Adjustment.objects.filter(pk=adjustment_id).first()
    score = row and UnitScore.objects.filter(round=row.round_id, unit=row.unit_id).first()
    if row is None or score is None:
        raise Refused("没有这一笔加减分")
    score = _open(score.pk)
    done = Adjustment.objects.filter(pk=row.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=timezone.now(), withdrawn_by=by
    )
    if not done:
        raise Stale("这一笔已经撤销了")
    _touch(score.round)
    rescore(score.round)
    note_unit(score, by, "撤销加减分", row.reason, {"加减分": [f"{row.points:+f}", ""]})
    row.refresh_from_db()
    return row


def _open(unit_score_id: int) -> UnitScore:
    score = UnitScore.objects.select_related("round", "unit").filter(pk=unit_score_id).first()
    if score is None:
        raise Refused("没有这个得分")
    if score.round.state == RoundState.FINAL:
        raise Refused("得分已经定稿，不能再加减分")
    return score


def _touch(one: ScoreRound) -> None:
    """Whoever shows or freezes at the same time has seen another total; and nobody freezes in between."""
    done = (
        ScoreRound.objects.filter(pk=one.pk).exclude(state=RoundState.FINAL).update(version=F("version") + 1)
    )
    if not done:
        raise Stale("得分刚才已经定稿，请刷新")
