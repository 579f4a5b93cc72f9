"""What a month's progress says, checked and frozen; and what follows when it is accepted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from projects.works.models import (
    LightRule,
    MoneyEntry,
    MoneyFigure,
    Picture,
    Progress,
    Schedule,
    ScheduledStage,
    ScheduleState,
    Source,
    StageEntry,
    StageFigure,
)
from projects.works.rules.progress import DONE, MoneyLine, Said, StageLine, progress_faults
from projects.works.services.opening import fulfil_stages
from projects.works.services.standings import keep_standings

__all__ = ["freeze_progress", "said_of", "submission_faults", "write_figures"]


def submission_faults(progress: Progress) -> dict[str, str]:
    """What keeps it from being handed in, by cell."""
    return progress_faults(said_of(progress))


def said_of(progress: Progress) -> Said:
    """The stored month as the rules read it. Five queries."""
    scheduled = _scheduled(progress)
    percents, money = _before(progress)
    rule = LightRule.objects.filter(plan=progress.project.plan_id).first()
    return Said(
        month_end=progress.period_end,
        stages=[
            StageLine(
                code=entry.code,
                name=entry.name,
                days=scheduled[entry.code].days if entry.code in scheduled else 1,
                after=tuple(scheduled[entry.code].after) if entry.code in scheduled else (),
                percent=entry.percent,
                started_on=entry.started_on,
                finished_on=entry.finished_on,
                reason=entry.reason,
                before=percents.get(entry.code),
            )
            for entry in StageEntry.objects.filter(progress=progress)
        ],
        money=[
            MoneyLine(
                line.source,
                Source(line.source).label,
                line.arrived,
                line.paid,
                money.get(line.source),
            )
            for line in MoneyEntry.objects.filter(progress=progress)
        ],
        texts={name: getattr(progress, name) for name in ("work", "problems", "coordination", "next_plan")},
        has_coordinator=progress.coordinator_id is not None,
        refuse_overpaid=rule is None or rule.overpaid == LightRule.Overpaid.REFUSE,
    )


def _scheduled(progress: Progress) -> dict[str, ScheduledStage]:
    rows = ScheduledStage.objects.filter(
        schedule__project=progress.project_id, schedule__state=ScheduleState.APPROVED
    )
    return {row.code: row for row in rows}


def _before(
    progress: Progress,
) -> tuple[dict[str, int], dict[str, tuple[Decimal, Decimal]]]:
    """The last accepted figures before this month."""
    percents: dict[str, int] = {}
    money: dict[str, tuple[Decimal, Decimal]] = {}
    earlier: dict[str, Any] = {
        "project": progress.project_id,
        "is_current": True,
        "as_of__lt": progress.period_end,
    }
    for figure in StageFigure.objects.filter(**earlier).order_by("as_of"):
        percents[figure.code] = figure.percent
    for line in MoneyFigure.objects.filter(**earlier).order_by("as_of"):
        money[line.source] = (line.arrived, line.paid)
    return percents, money


def freeze_progress(progress: Progress) -> dict[str, Any]:
    """The content of a revision: `stages`, `money`, `texts`, `coordinator`, `pictures`, `schedule` (its number)."""
    schedule = Schedule.objects.filter(project=progress.project_id, state=ScheduleState.APPROVED).first()
    said = said_of(progress)
    pictures = Picture.objects.filter(progress=progress, attachment__removed_at__isnull=True).select_related(
        "attachment", "attachment__file"
    )
    return {
        "schedule": schedule.number if schedule else None,
        "stages": [
            {
                "code": line.code,
                "name": line.name,
                "percent": line.percent,
                "before": line.before,
                "started_on": _iso(line.started_on),
                "finished_on": _iso(line.finished_on),
                "reason": line.reason,
            }
            for line in said.stages
        ],
        "money": [
            {"source": line.source, "name": line.name, "arrived": str(line.arrived), "paid": str(line.paid)}
            for line in said.money
            if line.arrived is not None and line.paid is not None
        ],
        "texts": dict(said.texts),
        "coordinator": progress.coordinator.name if progress.coordinator else "",
        "pictures": [
            {
                "id": one.pk,
                "attachment": one.attachment_id,
                "name": one.attachment.name,
                "sha256": one.attachment.file.sha256,
                "taken_on": _iso(one.taken_on),
                "from_exif": one.from_exif,
                "caption": one.caption,
            }
            for one in pictures
        ],
    }


def write_figures(progress: Progress, content: Mapping[str, Any]) -> None:
    """Make what is accepted count from now on; what it replaces stays, no longer current. In the caller's transaction."""
    now = timezone.now()
    where = {"project": progress.project, "as_of": progress.period_end, "is_current": True}
    StageFigure.objects.filter(**where).update(is_current=False)
    MoneyFigure.objects.filter(**where).update(is_current=False)
    common = {"progress": progress, "accepted_at": now, **where}
    StageFigure.objects.bulk_create(
        StageFigure(
            code=line["code"],
            percent=line["percent"],
            started_on=_day(line["started_on"]),
            finished_on=_day(line["finished_on"]),
            **common,
        )
        for line in content["stages"]
    )
    MoneyFigure.objects.bulk_create(
        MoneyFigure(
            source=line["source"], arrived=Decimal(line["arrived"]), paid=Decimal(line["paid"]), **common
        )
        for line in content["money"]
    )
    fulfil_stages(progress.project, [line["code"] for line in content["stages"] if line["percent"] == DONE])
    keep_standings(progress.project.plan, [progress.project_id])


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
