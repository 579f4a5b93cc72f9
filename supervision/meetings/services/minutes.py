"""Taking the minutes: what was said and decided at each item, saved all at once or while somebody types; nobody's words are
overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import F

from chuangmo.access.models import User
from chuangmo.days import long_date
from chuangmo.errors import Invalid
from chuangmo.org.models import Unit
from supervision.meetings.models import AgendaItem, Decision, Meeting
from supervision.meetings.services.decisions import add_decision, change_decision, remove_decision
from supervision.meetings.services.permission import meeting_for, note

__all__ = ["Clash", "Decided", "Entry", "Kept", "save_minutes"]

LENGTH = 10_000


@dataclass(frozen=True, slots=True)
class Decided:
    """One line of decisions as it was typed; `id` of one that is there already, `version` the one that its page showed (None:
    whatever it is). A wholly empty new line says nothing."""

    key: str
    id: int | None
    text: str
    unit_id: int | None
    due_on: date | None
    remove: bool = False
    fault: str = ""  # what could not be read at all: a day
    version: int | None = None

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


@dataclass(frozen=True, slots=True)
class Clash:
    """What somebody else made of a decision meanwhile; `version` to go on from. All empty: struck."""

    text: str = ""
    unit_id: int | None = None
    due_on: date | None = None
    version: int | None = None
    words: str = "已被删除"


@dataclass(slots=True)
class Kept:
    """What came of a save. `items`, `opening` and `lines` (key → id and version) are what the page goes on from."""

    saved: list[int] = field(default_factory=list)
    conflicts: dict[int, str] = field(default_factory=dict)  # items that somebody else changed → their text
    opening: str | None = None  # what somebody else made of it; None: nobody did
    clashes: dict[str, Clash] = field(default_factory=dict)  # decisions that somebody else changed, by line
    doubles: list[str] = field(default_factory=list)  # decisions that somebody else noted, too
    waiting: dict[str, str] = field(default_factory=dict)  # of a draft: what lines still lack, by `field-key`
    moved: list[str] = field(default_factory=list)
    lines: dict[str, tuple[int, int]] = field(default_factory=dict)
    added: int = 0

    @property
    def is_clean(self) -> bool:
        return not self.conflicts and not self.clashes and self.opening is None


@transaction.atomic
def save_minutes(
    *,
    by: User,
    meeting_id: int,
    entries: Iterable[Entry],
    opening: str | None = None,
    opening_seen: str | None = None,
    is_draft: bool = False,
) -> Kept:
    """Save everything that nobody else changed since the page was shown. What others changed is told and left alone. Invalid
    (by `field-key`) where a decision can't be taken: then nothing is saved at all.

    A draft (saved while somebody types) takes what is whole, strikes nothing and lists what lines still lack. `opening_seen`
    is the opening that the page showed (None: whatever it is)."""
    meeting = meeting_for(by, meeting_id, "minutes")
    items = {item.pk: item for item in meeting.items.all()}
    entries = [entry for entry in entries if entry.item_id in items]
    kept = Kept()
    if opening is not None:
        _save_opening(meeting, opening, opening_seen, kept)
    for entry in entries:
        _save_text(entry, items[entry.item_id], by, kept)
    _save_decisions(meeting, items, entries, by, kept, is_draft)
    if kept.saved or kept.added:
        note(meeting, by, "记录纪要", changes={"议题": ["", f"{len(kept.saved)} 项"]})
    return kept


def _save_opening(meeting: Meeting, opening: str, seen: str | None, kept: Kept) -> None:
    text = _plain(opening)
    if text == meeting.opening:
        return
    if seen is not None and _plain(seen) != meeting.opening:
        kept.opening = meeting.opening
        return
    Meeting.objects.filter(pk=meeting.pk).update(opening=text)


def _plain(text: str) -> str:
    """As it is stored: a browser sends line ends of its own."""
    return text.replace("\r\n", "\n").strip()[:LENGTH]


def _save_text(entry: Entry, item: AgendaItem, by: User, kept: Kept) -> None:
    text = _plain(entry.text)
    if text == _plain(item.minutes):
        return
    changed = AgendaItem.objects.filter(pk=item.pk, version=entry.version).update(
        minutes=text, version=F("version") + 1, updated_by=by
    )
    if changed:
        kept.saved.append(item.pk)
    else:
        kept.conflicts[item.pk] = item.minutes


def _save_decisions(
    meeting: Meeting,
    items: Mapping[int, AgendaItem],
    entries: list[Entry],
    by: User,
    kept: Kept,
    is_draft: bool,
) -> None:
    """All lines are tried; the faults of all of them are told together."""
    units = Unit.objects.in_bulk({one.unit_id for entry in entries for one in entry.decisions if one.unit_id})
    there = {one.pk: one for one in meeting.decisions.select_related("unit", "created_by")}
    for decision in there.values():
        decision.meeting = meeting
    for item in items.values():
        item.meeting = meeting
    faults: dict[str, str] = {}
    for entry in entries:
        for line in entry.decisions:
            if line.is_empty or (is_draft and line.remove):
                continue
            try:
                _decide(meeting, items[entry.item_id], line, units, there, by, kept)
            except Invalid as error:
                faults |= {f"{name}-{line.key}": text for name, text in error.faults.items()}
    if is_draft:
        kept.waiting = faults
    elif faults:
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
    unit = units.get(line.unit_id) if line.unit_id is not None else None
    if line.id is not None and known is None:
        if not line.remove:
            kept.clashes[line.key] = Clash()
        return
    if known is not None and line.version not in (None, known.version) and not _says(known, line):
        kept.clashes[line.key] = _clash(known)
        return
    if known is not None and line.remove:
        remove_decision(by=by, decision=known)
        return
    if line.fault:
        raise Invalid({"due_on": line.fault})
    if known is None and (double := _double(there.values(), item, line)) is not None:
        if double.created_by_id != by.pk:  # else: sent a second time
            kept.doubles.append(f"“{double}”刚才已由{double.created_by}登记，没有重复登记")
        decision = double
    elif known is not None:
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
    kept.lines[line.key] = (decision.pk, decision.version)
    if decision.was_moved_for_holiday:
        kept.moved.append(
            f"“{decision}”：{long_date(decision.asked_due_on)}不是工作日，顺延到{long_date(decision.original_due_on)}"
        )


def _double(there: Iterable[Decision], item: AgendaItem, line: Decided) -> Decision | None:
    """The same thing for the same unit under the same item, which somebody else noted while this page was open."""
    text = line.text.strip()
    return next(
        (
            one
            for one in there
            if text and (one.item_id, one.text, one.unit_id) == (item.pk, text, line.unit_id)
        ),
        None,
    )


def _says(decision: Decision, line: Decided) -> bool:
    """Whether the line says what is stored anyway."""
    typed = (line.text.strip(), line.unit_id, line.due_on)
    return (
        not line.fault
        and not line.remove
        and typed == (decision.text, decision.unit_id, decision.asked_due_on)
    )


def _clash(decision: Decision) -> Clash:
    words = f"已被改成：{decision.text}（{decision.unit.short_name}，{long_date(decision.asked_due_on)}）"
    return Clash(decision.text, decision.unit_id, decision.asked_due_on, decision.version, words)
