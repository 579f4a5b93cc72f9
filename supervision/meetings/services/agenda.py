"""The agenda: drawn from what is known, added to, put into order."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max
from django.utils.module_loading import import_string

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.errors import Refused, Stale
from supervision.gate import require_text
from supervision.meetings.models import AgendaItem, Meeting
from supervision.meetings.queries.members import members_of
from supervision.meetings.rules.agenda import ORDER, AgendaPoint
from supervision.meetings.services.permission import meeting_for, note

__all__ = ["add_item", "draw_agenda", "edit_item", "move_item", "remove_item"]


@transaction.atomic
def draw_agenda(*, by: User, meeting_id: int) -> int:
    """Put on the agenda what all sources (settings.AGENDA_SOURCES) say today and isn't on it yet; returns how many. What
    is drawn comes in the order of its kinds, behind what stands there already."""
    meeting = meeting_for(by, meeting_id, "draw")
    points = [
        point
        for path in settings.AGENDA_SOURCES
        for point in import_string(path)(meeting.plan, clock.today())
        if point.key != f"meeting:{meeting.pk}"
    ]
    if (county_id := meeting.office.county_id) is not None:
        area = {unit.pk for unit in members_of(meeting.series, meeting.plan, meeting.held_on, county_id)}
        points = [point for point in points if point.unit_id in area]
    points.sort(key=lambda point: ORDER.get(point.kind, len(ORDER)))
    known = set(meeting.items.exclude(key="").values_list("key", flat=True))
    fresh = list({point.key: point for point in points if point.key not in known}.values())
    start = _last(meeting)
    AgendaItem.objects.bulk_create(
        [_row(meeting, point, start + place) for place, point in enumerate(fresh, 1)]
    )
    note(meeting, by, "提取议题", changes={"议题": [len(known), len(known) + len(fresh)]})
    return len(fresh)


@transaction.atomic
def add_item(
    *, by: User, meeting_id: int, title: str, detail: str = "", unit_id: int | None = None
) -> AgendaItem:
    meeting = meeting_for(by, meeting_id, "agenda")
    title = require_text("title", title, "请填写议题", 120)
    item = AgendaItem.objects.create(
        meeting=meeting,
        order=_last(meeting) + 1,
        kind="hand",
        title=title,
        detail=detail.strip(),
        unit_id=unit_id,
        updated_by=by,
    )
    note(meeting, by, "添加议题", changes={"议题": ["", title]})
    return item


@transaction.atomic
def edit_item(*, by: User, item_id: int, version: int, title: str, detail: str) -> AgendaItem:
    """Change the words of an item."""
    item = _item(by, item_id)
    title = require_text("title", title, "请填写议题", 120)
    changed = AgendaItem.objects.filter(pk=item.pk, version=version).update(
        title=title, detail=detail.strip(), version=F("version") + 1, updated_by=by
    )
    if not changed:
        raise Stale("这个议题刚才被别人修改过，请对照后再保存")
    note(item.meeting, by, "修改议题", changes={"议题": [item.title, title]})
    item.refresh_from_db()
    return item


@transaction.atomic
def move_item(*, by: User, item_id: int, up: bool) -> None:
    """One place up or down; at the end nothing happens."""
    item = _item(by, item_id)
    items = list(item.meeting.items.all())
    place = next(index for index, one in enumerate(items) if one.pk == item.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(items):
        return
    items[place], items[other] = items[other], items[place]
    for order, one in enumerate(items, 1):
        one.order = order
    AgendaItem.objects.bulk_update(items, ["order"])
    note(item.meeting, by, "调整议程", changes={"议题": ["", f"“{item.title}”到第 {other + 1} 项"]})


@transaction.atomic
def remove_item(*, by: User, item_id: int) -> None:
    """Take an item off the agenda; drawing again would bring it back."""
    item = _item(by, item_id)
    meeting, title = item.meeting, item.title
    item.delete()
    note(meeting, by, "删除议题", changes={"议题": [title, ""]})


def _item(by: User, item_id: int) -> AgendaItem:
    item = AgendaItem.objects.filter(pk=item_id).first()
    if item is None:
        raise Refused("没有这个议题")
    item.meeting = meeting_for(by, item.meeting_id, "agenda")
    return item


def _last(meeting: Meeting) -> int:
    return meeting.items.aggregate(n=Max("order"))["n"] or 0


def _row(meeting: Meeting, point: AgendaPoint, order: int) -> AgendaItem:
    return AgendaItem(
        meeting=meeting,
        order=order,
        kind=point.kind,
        key=point.key[:80],
        title=point.title[:120],
        detail=point.detail,
        unit_id=point.unit_id,
        url=point.url,
    )
