"""Planning a tour, setting out, coming back, telling what was found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string
from django_fsm import can_proceed

from chuangmo import clock
from chuangmo.access.models import Membership, User
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.org.models import Unit
from indicators.plan.models import Plan
from supervision.inspections.models import (
    Finding,
    Inspection,
    InspectionKind,
    InspectionState,
    ItemResult,
)
from supervision.inspections.queries.checklists import items_of
from supervision.inspections.rights import Seat
from supervision.inspections.services.gate import (
    dissolved_fault,
    held_inspection,
    note_tour,
    outside_fault,
    require_reason,
    require_seat,
)
from supervision.inspections.services.telling import tell_of_findings

__all__ = ["MOVES", "TourInput", "change_inspection", "check_items", "move_inspection", "plan_inspection"]

# Address word → (method of the graph, what the log and the page say).
MOVES: Mapping[str, tuple[str, str]] = {
    "begin": ("begin", "开始检查"),
    "finish": ("finish", "结束检查"),
    "release": ("release", "公布检查结果"),
    "call-off": ("call_off", "取消检查"),
}


@dataclass(frozen=True)
class TourInput:
    """What the form gives; ids of rows that exist."""

    kind: str
    title: str
    planned_on: date
    planned_until: date | None = None
    route: str = ""
    companions: str = ""
    team: Collection[int] = field(default=())
    units: Collection[int] = field(default=())
    indicators: Collection[int] = field(default=())
    projects: Collection[int] = field(default=())


@transaction.atomic
def plan_inspection(*, by: User, office_id: int, tour: TourInput) -> Inspection:
    """A new tour. Refused without a seat at the office, Invalid by field."""
    seat = require_seat(by, office_id, "安排检查")
    _require_valid(tour, seat)
    row = Inspection.objects.create(
        plan=Plan.objects.current(), office_id=office_id, created_by=by, **_columns(tour)
    )
    _link(row, tour)
    note_tour(row, by, "安排检查", changes={"方式": ["", row.get_kind_display()]})
    return row


@transaction.atomic
def change_inspection(*, by: User, inspection_id: int, version: int, tour: TourInput) -> Inspection:
    """Another day, route, team … while nothing is released. Stale when somebody changed it since."""
    row = held_inspection(inspection_id)
    seat = require_seat(by, row.office_id, "修改检查安排")
    if not row.is_open:
        raise Refused(f"检查{row.get_state_display()}，不能再改安排")
    if row.is_covert != (tour.kind == InspectionKind.COVERT) and row.state != InspectionState.PLANNED:
        raise Invalid({"kind": "检查已经开始，不能在暗访和其他方式之间改"})
    _require_valid(tour, seat)
    changed = Inspection.objects.filter(pk=row.pk, version=version, state=row.state).update(
        version=F("version") + 1, **_columns(tour)
    )
    if not changed:
        raise Stale("这次检查刚才有人改过，请刷新后再改；您填写的内容还在本页")
    row.refresh_from_db()
    _link(row, tour)
    note_tour(row, by, "修改检查安排")
    return row


@transaction.atomic
def move_inspection(
    *, by: User, inspection_id: int, move: str, version: int, summary: str = "", reason: str = ""
) -> Inspection:
    """One step of the graph (`MOVES`). Calling off needs a reason, finishing may bring a summary, releasing tells the units."""
    method, word = MOVES[move]
    row = held_inspection(inspection_id)
    require_seat(by, row.office_id, word)
    if row.version != version:
        raise Stale(f"这次检查刚才有人办理过，现在是“{row.get_state_display()}”，请刷新")
    if not can_proceed(getattr(row, method)):
        raise Refused(f"检查现在是“{row.get_state_display()}”，不能{word}")
    before, now = row.state, timezone.now()
    getattr(row, method)()
    stamp: dict[str, object] = {
        "begin": {"begun_at": now},
        "finish": {"finished_at": now, "summary": (summary.strip() or row.summary)[:2000]},
        "release": {"released_at": now},
        "call-off": {"reason": require_reason(reason) if move == "call-off" else ""},
    }[move]  # type: ignore[assignment]
    done = Inspection.objects.filter(pk=row.pk, state=before, version=version).update(
        state=row.state, version=F("version") + 1, **stamp
    )
    if not done:
        raise Stale("这次检查刚才有人办理过，请刷新")
    row.refresh_from_db()
    note_tour(row, by, word, reason)
    if move == "release":
        _release_findings(row, by)
    return row


@transaction.atomic
def check_items(*, by: User, inspection_id: int, results: Mapping[int, str]) -> int:
    """Write what was seen of these items of the checklist (id → good, bad, missing; empty takes it back)."""
    row = held_inspection(inspection_id)
    require_on_tour(by, row, "核对清单")
    if row.state not in (InspectionState.UNDER_WAY, InspectionState.FINISHED):
        raise Refused(f"检查{row.get_state_display()}，不能核对清单")
    known = {item.pk for item in items_of(row)}
    wrong = {str(pk): "没有这一项" for pk, word in results.items() if pk not in known}
    wrong |= {
        str(pk): "请选符合、不符合或无法核实"
        for pk, word in results.items()
        if word and word not in ItemResult.Result.values
    }
    if wrong:
        raise Invalid(wrong)
    ItemResult.objects.filter(
        inspection=row, item__in=[pk for pk, word in results.items() if not word]
    ).delete()
    now = timezone.now()
    rows = [
        ItemResult(inspection=row, item_id=pk, result=word, by=by, at=now)
        for pk, word in results.items()
        if word
    ]
    ItemResult.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["inspection", "item"],
        update_fields=["result", "by", "at"],
    )
    note_tour(row, by, "核对清单", changes={"项数": [0, len(rows)]})
    return len(rows)


def require_on_tour(by: User, row: Inspection, what: str) -> None:
    """Refused unless the person supervises for its office or goes along."""
    if not row.team.filter(pk=by.pk, is_active=True).exists():
        require_seat(by, row.office_id, what)


def _release_findings(row: Inspection, by: User) -> None:
    waiting = Finding.objects.filter(inspection=row, dropped_at__isnull=True, released_at__isnull=True)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    waiting.update(released_at=row.released_at)
    tell_released(list(Finding.objects.filter(pk__in=ids).select_related("unit", "kind")), by)


def tell_released(findings: list[Finding], by: User | None) -> None:
    """The units hear of it, and whoever has to know (settings.FINDINGS_RELEASED)."""
    tell_of_findings(findings)
    for path in settings.FINDINGS_RELEASED:
        import_string(path)(findings=findings, by=by)


def _columns(tour: TourInput) -> dict[str, object]:
    return {
        "kind": tour.kind,
        "title": tour.title.strip(),
        "planned_on": tour.planned_on,
        "planned_until": tour.planned_until,
        "route": tour.route.strip(),
        "companions": tour.companions.strip(),
    }


def _link(row: Inspection, tour: TourInput) -> None:
    row.team.set(tour.team)
    row.units.set(tour.units)
    row.indicators.set(tour.indicators)
    row.projects.set(tour.projects)


def _require_valid(tour: TourInput, seat: Seat) -> None:
    faults: dict[str, str] = {}
    if tour.kind not in InspectionKind.values:
        faults["kind"] = "请选择检查方式"
    if not tour.title.strip():
        faults["title"] = "请写名称"
    if tour.planned_until is not None and tour.planned_until < tour.planned_on:
        faults["planned_until"] = "“至”不能早于日期"
    units = list(Unit.objects.filter(pk__in=tour.units).select_related("successor"))
    gone = [text for unit in units if (text := dissolved_fault(unit, tour.planned_on))]
    if gone:
        faults["units"] = "；".join(gone)
    elif outside := outside_fault(seat, units):
        faults["units"] = outside
    if tour.kind == InspectionKind.COVERT:
        inside = Membership.objects.valid(clock.today()).filter(user__in=tour.team, unit__in=tour.units)
        names = sorted(
            {f"{one.user}（{one.unit.short_name}）" for one in inside.select_related("user", "unit")}
        )
        if names:
            faults["team"] = f"暗访人员不能来自被查单位：{'、'.join(names)}"
    if faults:
        raise Invalid(faults)
