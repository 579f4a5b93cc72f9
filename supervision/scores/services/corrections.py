"""A final score that no longer fits what lies behind it. Found by comparing, changed by the office alone."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.access.queries import who_may
from chuangmo.errors import Refused, Stale
from chuangmo.notices.services import NoticeDraft, notify_many
from supervision.gate import require_office, require_text
from supervision.scores.models import (
    Correction,
    PartScore,
    RoundState,
    RowOrigin,
    ScoreRound,
    ScoreRow,
    UnitScore,
)
from supervision.scores.rules.parts import PartResult, Row
from supervision.scores.rules.scoring import stored_share
from supervision.scores.services.computing import LABEL, asked_results, new_row, rescore, scored
from supervision.scores.services.permission import note_unit
from supervision.scores.services.rounds import tell_units

__all__ = ["confirm_correction", "decline_correction", "recheck", "recheck_all"]

State = Correction.State
Key = tuple[str, str, str]  # part, label, address


def recheck_all(round_ids: Iterable[int] | None = None) -> int:
    """Compare every final round with what its parts say now; how many corrections are open or new. Months before years."""
    rounds = ScoreRound.objects.filter(state=RoundState.FINAL).select_related("plan")
    if round_ids is not None:
        rounds = rounds.filter(pk__in=list(round_ids))
    return sum(len(recheck(one)) for one in rounds.order_by("period_end", "period_kind", "pk"))


@transaction.atomic
def recheck(one: ScoreRound) -> list[Correction]:
    """Write a correction (old → new, why) for each unit whose final rows aren't what the parts say now.

    Nothing else changes. A difference that the office declined isn't brought up again; one that is gone lapses.
    """
    units = {unit.unit_id: unit for unit in UnitScore.objects.filter(round=one).select_related("unit")}
    fresh = asked_results(one, list(units))
    differing = _differences(one, units, fresh)
    open_ones = {
        row.unit_score_id: row for row in Correction.objects.filter(unit_score__round=one, state=State.OPEN)
    }
    declined = set(
        Correction.objects.filter(unit_score__round=one, state=State.DECLINED).values_list(
            "unit_score_id", "digest"
        )
    )
    gone = [row.pk for pk, row in open_ones.items() if pk not in differing]
    Correction.objects.filter(pk__in=gone, state=State.OPEN).update(state=State.LAPSED)
    found = []
    for unit in units.values():
        changes = differing.get(unit.pk)
        if not changes or (unit.pk, _digest(changes)) in declined:
            continue
        found.append(_propose(unit, changes, open_ones.get(unit.pk)))
    _tell(one, [row for row in found if row.unit_score_id not in open_ones])
    return found


def _differences(
    one: ScoreRound, units: dict[int, UnitScore], fresh: dict[str, dict[int, PartResult]]
) -> dict[int, list[dict[str, Any]]]:
    """What changed, by unit score. A row that an objection set is compared by what was computed before it."""
    known: dict[int, dict[Key, ScoreRow]] = defaultdict(dict)
    rows = ScoreRow.objects.filter(part__unit_score__round=one).exclude(origin=RowOrigin.OBJECTION)
    for row in rows.select_related("part").order_by("pk"):
        known[row.part.unit_score_id][row.part.code, row.label, row.url] = row
    found = {}
    for unit_id, unit in units.items():
        now: dict[Key, Row] = {}
        for code, results in fresh.items():
            result = results.get(unit_id)
            for one_row in result.rows if result else ():
                now[code, one_row.label[:LABEL], one_row.url[:LABEL]] = one_row
        changes = _changes(known[unit.pk], now)
        if changes:
            found[unit.pk] = changes
    return found


def _changes(known: dict[Key, ScoreRow], now: dict[Key, Row]) -> list[dict[str, Any]]:
    found = []
    for key in sorted({*known, *now}):
        old = known.get(key)
        new = now.get(key)
        before = _won(old.share, old.counts) if old else None
        after = _won(stored_share(new.share), new.counts) if new else None
        if before == after:
            continue
        part, label, url = key
        note = new.note if new else "这一项不再属于本期"
        found.append({"part": part, "label": label, "url": url, "old": before, "new": after, "note": note})
    return found


def _won(share: Decimal, counts: bool) -> str | None:
    """A share in writing; None where it doesn't count, so that a new row that doesn't count is no difference."""
    return f"{stored_share(share).normalize():f}" if counts else None


def _digest(changes: list[dict[str, Any]]) -> str:
    text = json.dumps(changes, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _propose(unit: UnitScore, changes: list[dict[str, Any]], standing: Correction | None) -> Correction:
    """The open correction of this unit with what it would come to."""
    content = {
        "changes": changes,
        "digest": _digest(changes),
        "old_total": unit.total,
        "new_total": _would_be(unit, changes),
        "why": "；".join(f"{one['label']}：{one['note']}" for one in changes)[:600],
        "found_at": timezone.now(),
    }
    if standing is not None:
        if standing.digest != content["digest"]:
            Correction.objects.filter(pk=standing.pk, state=State.OPEN).update(**content)
            standing.refresh_from_db()
        return standing
    made = Correction.objects.create(unit_score=unit, **content)
    note_unit(unit, None, "发现得分应更正", made.why)
    return made


def _would_be(unit: UnitScore, changes: list[dict[str, Any]]) -> Decimal | None:
    """The total with the changes: they are written, read and taken back."""
    point = transaction.savepoint()
    _write(unit, changes)
    total = next(each.points.total for each in scored(unit.round) if each.unit.pk == unit.pk)
    transaction.savepoint_rollback(point)
    return total


def _write(unit: UnitScore, changes: list[dict[str, Any]]) -> None:
    """New rows beside the old ones, which stay and count no more."""
    parts = {part.code: part for part in PartScore.objects.filter(unit_score=unit)}
    for change in changes:
        part = parts[change["part"]]
        old = ScoreRow.objects.filter(part=part, label=change["label"], url=change["url"], is_current=True)
        order = next(iter(old.values_list("order", flat=True)), 9999)
        old.update(is_current=False)
        share = Decimal(change["new"]) if change["new"] is not None else Decimal(0)
        row = Row(change["label"], change["url"], share, change["note"], counts=change["new"] is not None)
        new_row(part, row, order, origin=RowOrigin.CORRECTION).save()


def _tell(one: ScoreRound, found: list[Correction]) -> None:
    if not found:
        return
    office = who_may("accept", [row.unit_score.unit_id for row in found])
    notify_many(
        NoticeDraft(
            user_id=person,
            kind="proposal",
            title=f"{row.unit_score.unit.short_name}{one.period.label}得分应更正，请确认",
            text=row.why,
            action="去确认",
            url=row.unit_score.get_absolute_url(),
            subject_kind="score_correction",
            subject_id=row.pk,
            unit_id=row.unit_score.unit_id,
            key=f"score-correction-{row.pk}",
        )
        for row in found
        for person in office[row.unit_score.unit_id]
    )


@transaction.atomic
def confirm_correction(*, by: User, correction_id: int, reason: str = "") -> Correction:
    """The office takes the correction up: rows, total and ranks follow; what was final stays beside them."""
    row = _decide(by, correction_id, State.CONFIRMED, reason.strip()[:400])
    unit = row.unit_score
    _write(unit, row.changes)
    rescore(unit.round)
    unit.refresh_from_db()
    Correction.objects.filter(pk=row.pk).update(new_total=unit.total)
    row.refresh_from_db()
    note_unit(unit, by, "更正得分", row.why, {"总分": [str(row.old_total or ""), str(row.new_total or "")]})
    tell_units(
        unit.round,
        [unit],
        title=f"{unit.round.period.label}效能考评得分更正",
        text=row.why,
        action="查看得分",
        key=f"corrected-{row.pk}",
    )
    return row


@transaction.atomic
def decline_correction(*, by: User, correction_id: int, reason: str) -> Correction:
    """The office leaves the score as it is, and says why; the same difference isn't brought up again."""
    plain = require_text("reason", reason, "请写明不更正的理由", 400)
    row = _decide(by, correction_id, State.DECLINED, plain)
    note_unit(row.unit_score, by, "不更正得分", plain)
    return row


def _decide(by: User, correction_id: int, state: str, reason: str) -> Correction:
    require_office(by, "更正得分")
    row = (
        Correction.objects.select_related("unit_score__round__plan", "unit_score__unit")
        .filter(pk=correction_id)
        .first()
    )
    if row is None:
        raise Refused("没有这项更正")
    done = Correction.objects.filter(pk=row.pk, state=State.OPEN).update(
        state=state, decided_by=by, decided_at=timezone.now(), reason=reason
    )
    if not done:
        raise Stale("这项更正刚才已经有了决定，请刷新")
    row.refresh_from_db(fields=["state", "decided_by", "decided_at", "reason"])
    return row
