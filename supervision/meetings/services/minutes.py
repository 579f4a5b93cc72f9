"""Taking the minutes: what was said and decided at each item, saved all at once; nobody's words are overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import F

from chuangmo.access.models import User
from chuangmo.errors import Invalid
from chuangmo.org.models import Unit
from supervision.meetings.models import AgendaItem, Decision, Meeting
from supervision.meetings.services.decisions import add_decision, change_decision, remove_decision
from supervision.meetings.services.permission import meeting_for, note

__all__ = ["Decided", "Entry", "Kept", "save_minutes"]

LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class Decided:
    """One line of decisions as it was typed; `id` of one that is there already. A wholly empty new line says nothing."""

    key: str
    id: int | None
    text: str
    unit_id: int | None
    due_on: date | None
    remove: bool = False
    fault: str = ""  # what could not be read at all: a day

    @property
    def is_empty(self) -> bool:
        return self.id is None and not self.text.strip() and self.due_on is None and not self.fault


@dataclass(frozen=True, slots=True)
class Entry:
    """What was typed at one item, from which version on."""

    item_id: int
    version: int
    text: str
    decisions: tuple[Decided, ...] = ()


@dataclass(slots=True)
class Kept:
    """What came of a save: items saved, items that somebody else changed meanwhile (id → their text), moved days."""

    saved: list[int] = field(default_factory=list)
    conflicts: dict[int, str] = field(default_factory=dict)
    moved: list[str] = field(default_factory=list)
    added: int = 0


@transaction.atomic
def save_minutes(*, by: User, meeting_id: int, entries: Iterable[Entry], opening: str | None = None) -> Kept:
    """Save every item that nobody else changed since the page was shown, and the decisions under them. What others changed
    is told and left alone. Invalid (by `field-key`) where a decision can't be taken: then nothing is saved at all."""
    meeting = meeting_for(by, meeting_id, "minutes")
    items = {item.pk: item for item in meeting.items.all()}
    entries = [entry for entry in entries if entry.item_id in items]
    kept = Kept()
    if opening is not None and opening.strip() != meeting.opening:
        Meeting.objects.filter(pk=meeting.pk).update(opening=opening.strip()[:LENGTH])
    for entry in entries:
        _save_text(entry, items[entry.item_id], by, kept)
    _save_decisions(meeting, items, entries, by, kept)
    if kept.saved or kept.added:
        note(meeting, by, "记录纪要", changes={"议题": ["", f"{len(kept.saved)} 项"]})
    return kept


def _save_text(entry: Entry, item: AgendaItem, by: User, kept: Kept) -> None:
    text = entry.text.strip()[:LENGTH]
    if text == item.minutes:
        return
    changed = AgendaItem.objects.filter(pk=item.pk, version=entry.version).update(
        minutes=text, version=F("version") + 1, updated_by=by
    )
    if changed:
        kept.saved.append(item.pk)
    else:
        kept.conflicts[item.pk] = item.minutes


def _save_decisions(
    meeting: Meeting, items: Mapping[int, AgendaItem], entries: list[Entry], by: User, kept: Kept
) -> None:
    """All lines are tried; the faults of all of them are told together."""
    units = Unit.objects.in_bulk({one.unit_id for entry in entries for one in entry.decisions if one.unit_id})
    there = {one.pk: one for one in meeting.decisions.select_related("unit")}
    faults: dict[str, str] = {}
    for entry in entries:
        for line in entry.decisions:
            if line.is_empty:
                continue
            try:
                _decide(meeting, items[entry.item_id], line, units, there, by, kept)
            except Invalid as error:
                faults |= {f"{name}-{line.key}": text for name, text in error.faults.items()}
    if faults:
        raise Invalid(faults)


def _decide(
    meeting: Meeting,
    item: AgendaItem,
    line: Decided,
    units: Mapping[int, Unit],
    there: Mapping[int, Decision],
    by: User,
    kept: Kept,
) -> None:
    known = there.get(line.id) if line.id is not None else None
    if line.id is not None and known is None:
        return  # somebody struck it meanwhile
    if known is not None and line.remove:
        remove_decision(by=by, decision=known)
        return
    if line.fault:
        raise Invalid({"due_on": line.fault})
    unit = units.get(line.unit_id) if line.unit_id is not None else None
    if known is not None:
        change_decision(
            by=by, decision=known, text=line.text, unit=unit, due_on=line.due_on, not_before=meeting.held_on
        )
        known.refresh_from_db()
        decision = known
    else:
        decision = add_decision(
            by=by,
            origin_kind="meeting",
            origin_id=meeting.pk,
            origin_label=str(meeting),
            origin_url=meeting.get_absolute_url(),
            text=line.text,
            unit=unit,
            due_on=line.due_on,
            not_before=meeting.held_on,
            item=item,
        )
        kept.added += 1
    if decision.was_moved_for_holiday:
        kept.moved.append(
            f"“{decision}”：{decision.asked_due_on:%Y-%m-%d} 不是工作日，顺延到 {decision.original_due_on:%Y-%m-%d}"
        )
