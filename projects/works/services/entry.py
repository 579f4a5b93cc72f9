"""Filling in a month's progress: all of the page at once, under the version that it showed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F

from chuangmo.access.models import User
from chuangmo.audit.services import record
from chuangmo.errors import Stale
from projects.works.models import MoneyEntry, Progress, Source, StageEntry
from projects.works.services.gate import lock_for_entry

__all__ = ["Filled", "FilledStage", "save_progress"]

TEXTS = ("work", "problems", "coordination", "next_plan")


@dataclass(frozen=True, slots=True)
class FilledStage:
    """One stage's line as filled in; None is an empty cell."""

    percent: int | None = None
    started_on: date | None = None
    finished_on: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """Everything on the page: stages by code, (arrived, paid) by source, the texts, the unit that has to coordinate."""

    stages: Mapping[str, FilledStage] = field(default_factory=dict)
    money: Mapping[str, tuple[Decimal | None, Decimal | None]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    coordinator_id: int | None = None


@transaction.atomic
def save_progress(*, by: User, progress_id: int, version: int, filled: Filled) -> Progress:
    """Store what is filled in, complete or not. Refused (not theirs, under review), Stale (somebody saved meanwhile)."""
    progress = lock_for_entry(by=by, progress_id=progress_id)
    before = _state(progress)
    texts = {name: filled.texts.get(name, getattr(progress, name)).strip() for name in TEXTS}
    done = Progress.objects.filter(pk=progress.pk, version=version).update(
        version=F("version") + 1, updated_by=by, coordinator_id=filled.coordinator_id, **texts
    )
    if not done:
        raise Stale("刚才有人保存过这份进度，请刷新后再试；您填的内容还在")
    for entry in StageEntry.objects.filter(progress=progress, code__in=filled.stages):
        line = filled.stages[entry.code]
        StageEntry.objects.filter(pk=entry.pk).update(
            percent=line.percent,
            started_on=line.started_on,
            finished_on=line.finished_on,
            reason=line.reason.strip(),
        )
    for source, (arrived, paid) in filled.money.items():
        MoneyEntry.objects.filter(progress=progress, source=source).update(arrived=arrived, paid=paid)
    progress.refresh_from_db()
    after = _state(progress)
    record(
        by=by,
        action="填进度",
        object_kind="progress",
        object_id=progress.pk,
        label=str(progress),
        unit_id=progress.project.owner_id,
        changes={name: [before[name], after[name]] for name in after if before.get(name) != after[name]},
    )
    return progress


def _state(progress: Progress) -> dict[str, Any]:
    """What is stored, in words, for the audit."""
    state: dict[str, Any] = {
        entry.name: _line(entry) for entry in StageEntry.objects.filter(progress=progress)
    }
    for money in MoneyEntry.objects.filter(progress=progress):
        state[Source(money.source).label] = f"到位 {money.arrived} 支付 {money.paid}"
    return state | {name: getattr(progress, name) for name in TEXTS}


def _line(entry: StageEntry) -> str:
    percent = "未填" if entry.percent is None else f"{entry.percent}%"
    return f"{percent} {entry.started_on or ''}—{entry.finished_on or ''} {entry.reason}".strip()
