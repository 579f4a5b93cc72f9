"""The minutes' page as it was typed: the text of every item, its lines of decisions; read without losing a letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.http import QueryDict

from chuangmo.keys import key_in
from supervision.meetings.models import AgendaItem, Decision
from supervision.meetings.services.minutes import Clash, Decided, Entry, Kept

__all__ = ["MinutesTyped", "TypedDecision", "TypedItem", "conflicts_of", "typed_minutes"]

NEW_LINES = 1  # empty lines under each item


@dataclass(frozen=True, slots=True)
class TypedDecision:
    """One line as it stands in the page; `faults` by field (text, unit, due_on), `theirs` what somebody else made of it."""

    key: str
    id: str = ""
    text: str = ""
    unit: str = ""
    due: str = ""
    remove: bool = False
    note: str = ""  # that its day was moved for a holiday
    faults: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""  # the version that the page showed
    theirs: str = ""

    def as_decided(self) -> Decided:
        due, fault = _day(self.due)
        return Decided(
            key=self.key,
            id=key_in(self.id),
            text=self.text,
            unit_id=key_in(self.unit),
            due_on=due,
            remove=self.remove,
            fault=fault,
            version=key_in(self.seen),
        )

    def against(self, clash: Clash) -> TypedDecision:
        """Typed so, while somebody else changed it: saved again, it stands."""
        return replace(
            self,
            id="" if clash.version is None else self.id,
            seen="" if clash.version is None else str(clash.version),
            theirs=clash.words,
            remove=False,
        )


@dataclass(frozen=True, slots=True)
class TypedItem:
    """One item: its text as typed (else as stored), and the stored one where somebody else changed it meanwhile."""

    item: AgendaItem
    version: str
    text: str
    decisions: tuple[TypedDecision, ...]
    theirs: str | None = None

    def as_entry(self) -> Entry:
        version = key_in(self.version)
        return Entry(
            self.item.pk,
            -1 if version is None else version,
            self.text,
            tuple(one.as_decided() for one in self.decisions),
        )


@dataclass(frozen=True, slots=True)
class MinutesTyped:
    """The whole page."""

    opening: str
    items: Sequence[TypedItem]
    opening_seen: str = ""  # what the page showed
    opening_theirs: str | None = None

    def with_faults(self, faults: Mapping[str, str]) -> MinutesTyped:
        """Each fault (`field-key`) beside its field."""
        items = [
            replace(
                one,
                decisions=tuple(
                    replace(line, faults={name: text for name, text in _of(line.key, faults).items()})
                    for line in one.decisions
                ),
            )
            for one in self.items
        ]
        return replace(self, items=items)

    @property
    def has_conflict(self) -> bool:
        lines = any(line.theirs for one in self.items for line in one.decisions)
        return lines or self.opening_theirs is not None or any(one.theirs is not None for one in self.items)

    def after(self, kept: Kept, fresh: MinutesTyped) -> MinutesTyped:
        """What is stored now (`fresh`), with what was typed here and not saved, because somebody else was faster, beside theirs.
        Saved again, it stands."""
        mine = {one.item.pk: one for one in self.items}
        items = [_after(one, mine.get(one.item.pk), kept) for one in fresh.items]
        if kept.opening is None:
            return replace(fresh, items=items)
        return replace(fresh, items=items, opening=self.opening, opening_theirs=kept.opening)


def _after(fresh: TypedItem, mine: TypedItem | None, kept: Kept) -> TypedItem:
    if mine is None:
        return fresh
    clashing = [one.against(kept.clashes[one.key]) for one in mine.decisions if one.key in kept.clashes]
    instead = {one.id: one for one in clashing if one.id}
    lines = [instead.get(one.id, one) if one.id else one for one in fresh.decisions]
    lines = [one for one in clashing if not one.id] + lines
    if fresh.item.pk not in kept.conflicts:
        return replace(fresh, decisions=tuple(lines))
    return replace(fresh, text=mine.text, theirs=kept.conflicts[fresh.item.pk], decisions=tuple(lines))


def typed_minutes(
    opening: str,
    items: Sequence[AgendaItem],
    decisions: Sequence[Decision],
    data: QueryDict | None = None,
) -> MinutesTyped:
    """What the page shows: of what was sent, else of what is stored."""
    of_item: dict[int, list[Decision]] = {}
    for one in decisions:
        of_item.setdefault(one.item_id or 0, []).append(one)
    return MinutesTyped(
        opening if data is None else data.get("opening", opening),
        [_item(item, of_item.get(item.pk, []), data) for item in items],
        opening if data is None else data.get("opening-seen", opening),
    )


def _item(item: AgendaItem, decisions: Sequence[Decision], data: QueryDict | None) -> TypedItem:
    if data is None or f"text-{item.pk}" not in data:
        lines = [
            TypedDecision(
                key=f"{item.pk}-{one.pk}",
                id=str(one.pk),
                text=one.text,
                unit=str(one.unit_id),
                due=one.asked_due_on.isoformat(),
                seen=str(one.version),
                note=f"不是工作日，顺延到 {one.original_due_on:%Y-%m-%d}"
                if one.was_moved_for_holiday
                else "",
            )
            for one in decisions
        ]
        lines += [TypedDecision(key=f"{item.pk}-n{place}") for place in range(NEW_LINES)]
        return TypedItem(item, str(item.version), item.minutes, tuple(lines))
    lines = [
        TypedDecision(
            key=key,
            id=data.get(f"id-{key}", ""),
            text=data.get(f"decision-{key}", ""),
            unit=data.get(f"unit-{key}", ""),
            due=data.get(f"due_on-{key}", ""),
            remove=f"remove-{key}" in data,
            seen=data.get(f"seen-{key}", ""),
        )
        for key in data.getlist(f"line-{item.pk}")
        if key.startswith(f"{item.pk}-")
    ]
    return TypedItem(item, data.get(f"version-{item.pk}", ""), data.get(f"text-{item.pk}", ""), tuple(lines))


def _day(text: str) -> tuple[date | None, str]:
    text = text.strip()
    if not text:
        return None, ""
    try:
        return date.fromisoformat(text), ""
    except ValueError:
        return None, "请填 2017-06-20 这样的日期"


def _of(key: str, faults: Mapping[str, str]) -> dict[str, str]:
    ending = f"-{key}"
    return {name.removesuffix(ending): text for name, text in faults.items() if name.endswith(ending)}


def conflicts_of(kept: Kept, versions: Mapping[int, int]) -> list[dict[str, object]]:
    """For the page's script: at which place, what is said, what comes into which field where theirs is taken (`theirs`), and
    what the next save goes on from either way (`seen`)."""
    found: list[dict[str, object]] = [
        {
            "place": f"text-{pk}",
            "words": f"已被改成：{text or '空白'}",
            "theirs": {f"text-{pk}": text},
            "seen": {f"version-{pk}": str(versions[pk])},
        }
        for pk, text in kept.conflicts.items()
    ]
    if kept.opening is not None:
        found.append(
            {
                "place": "opening",
                "words": f"已被改成：{kept.opening or '空白'}",
                "theirs": {"opening": kept.opening},
                "seen": {"opening-seen": kept.opening},
            }
        )
    for key, clash in kept.clashes.items():
        seen = {f"seen-{key}": "" if clash.version is None else str(clash.version)}
        found.append(
            {
                "place": f"decision-{key}",
                "words": clash.words,
                "theirs": {
                    f"decision-{key}": clash.text,
                    f"unit-{key}": str(clash.unit_id or ""),
                    f"due_on-{key}": clash.due_on.isoformat() if clash.due_on else "",
                },
                "seen": seen if clash.version is not None else {**seen, f"id-{key}": ""},
            }
        )
    return found
