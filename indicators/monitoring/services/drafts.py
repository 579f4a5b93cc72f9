"""What is typed into a grid survives a closed laptop: kept for the person at each pause, dropped when it is saved.

A draft is no reading: checked and reviewed only once it is saved (docs/decisions/0028-typed-readings-are-kept-apart.md).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.errors import Refused, Stale
from indicators.monitoring.models import Batch, GridDraft
from indicators.monitoring.rights import bringing
from indicators.monitoring.services import batches
from indicators.monitoring.services.grid import GRIDS

__all__ = ["GridKey", "draft_of", "drafts_of", "drop_draft", "keep_draft", "save_typed"]

ELSEWHERE = "这张表的暂存刚才在另一个窗口变过，这里填的还没有暂存"


@dataclass(frozen=True, slots=True)
class GridKey:
    """Which grid: of a unit, from this day on; `batch_id` where a typed batch is gone on with."""

    kind: str
    unit_id: int
    first: date
    batch_id: int | None = None


def draft_of(by: User, key: GridKey) -> GridDraft | None:
    """The person's own draft of this grid; nobody else's is ever found."""
    return _mine(by, key).first()


def drafts_of(by: User, unit_ids: Collection[int]) -> list[GridDraft]:
    """All that the person typed for these units and did not save, newest first. One query."""
    return list(GridDraft.objects.filter(user=by, unit__in=list(unit_ids)).select_related("unit", "batch"))


def keep_draft(
    *, by: User, key: GridKey, typed: Mapping[str, str], basis: Mapping[str, str], mark: str
) -> GridDraft | None:
    """Keep the cells that the person changed, with what stood there; nothing changed: no draft. Safe to send twice.

    `mark`: of the draft that the page goes on from, empty for none. Raises Refused, and Stale where another page of the
    same person went on from it meanwhile. No audit row: nothing official changed.
    """
    _require(by, key)
    try:
        with transaction.atomic():
            there = _mine(by, key).select_for_update().first()
            if there is not None and (there.typed, there.basis) == (typed, basis):
                return there
            if mark != (there.mark if there is not None else ""):
                raise Stale(ELSEWHERE)
            return _written(by, key, there, typed, basis)
    except IntegrityError as error:
        raise Stale(ELSEWHERE) from error


@transaction.atomic
def drop_draft(*, by: User, key: GridKey, mark: str) -> None:
    """Throw the draft away as the page showed it; one that went on meanwhile stays. Raises Stale. None is no fault."""
    there = _mine(by, key).first()
    if there is None:
        return
    if mark != there.mark or not GridDraft.objects.filter(pk=there.pk, version=there.version).delete()[0]:
        raise Stale("暂存的内容刚才又变过，没有放弃；请看过再定")


@transaction.atomic
def save_typed(*, by: User, key: GridKey, name: str, text: str, mark: str) -> Batch:
    """The grid as a batch in draft, new or the one that is gone on with; the draft of this page is done with.

    Raises Refused, Invalid. A draft that another page wrote meanwhile stays and is offered again.
    """
    if key.batch_id is not None:
        batch = batches.replace_text(by=by, batch_id=key.batch_id, text=text)
    else:
        kind = GRIDS[key.kind].batch
        batch = batches.bring_text(by=by, unit_id=key.unit_id, kind=kind, name=name, text=text)
    there = _mine(by, key).first()
    if there is not None and there.mark == mark:
        GridDraft.objects.filter(pk=there.pk, version=there.version).delete()
    return batch


def _mine(by: User, key: GridKey) -> QuerySet[GridDraft]:
    return GridDraft.objects.filter(
        user=by, unit_id=key.unit_id, kind=key.kind, first_day=key.first, batch=key.batch_id
    )


def _require(by: User, key: GridKey) -> None:
    one = bringing(rights_of(by), key.unit_id)
    if one is None or GRIDS[key.kind].batch not in one.kinds:
        raise Refused("您不能为这个单位报送监测数据")


def _written(
    by: User, key: GridKey, there: GridDraft | None, typed: Mapping[str, str], basis: Mapping[str, str]
) -> GridDraft | None:
    """Within the caller's transaction; the draft in its new state."""
    content = {"typed": dict(typed), "basis": dict(basis), "saved_at": timezone.now()}
    if there is None:
        if not typed:
            return None
        return GridDraft.objects.create(
            user=by,
            unit_id=key.unit_id,
            kind=key.kind,
            first_day=key.first,
            batch_id=key.batch_id,
            **content,
        )
    mine = GridDraft.objects.filter(pk=there.pk, version=there.version)
    changed = mine.update(version=F("version") + 1, **content) if typed else mine.delete()[0]
    if not changed:
        raise Stale(ELSEWHERE)
    return GridDraft.objects.get(pk=there.pk) if typed else None
