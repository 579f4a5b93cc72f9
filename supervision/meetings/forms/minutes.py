"""The minutes' page as it was typed: the text of every item, its lines of decisions; read without losing a letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.http import QueryDict

from supervision.meetings.models import AgendaItem, Decision
from supervision.meetings.services.minutes import Decided, Entry

__all__ = ["MinutesTyped", "TypedDecision", "TypedItem", "typed_minutes"]

NEW_LINES = 1  # empty lines under each item


@dataclass(frozen=True, slots=True)
class TypedDecision:
    """One line as it stands in the page; `faults` by field (text, unit, due_on)."""

    key: str
    id: str = ""
    text: str = ""
    unit: str = ""
    due: str = ""
    remove: bool = False
    note: str = ""  # that its day was moved for a holiday
    faults: Mapping[str, str] = field(default_factory=dict)

    def as_decided(self) -> Decided:
        due, fault = _day(self.due)
        return Decided(
            key=self.key,
            id=_number(self.id),
            text=self.text,
            unit_id=_number(self.unit),
            due_on=due,
            remove=self.remove,
            fault=fault,
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
        version = _number(self.version)
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

    def with_texts(self, texts: Mapping[int, str]) -> MinutesTyped:
        """The same with these items' texts (what somebody typed instead of what is stored)."""
        return replace(
            self, items=[replace(one, text=texts.get(one.item.pk, one.text)) for one in self.items]
        )

    def with_conflicts(self, theirs: Mapping[int, str], items: Mapping[int, AgendaItem]) -> MinutesTyped:
        """Items that somebody else changed: both texts, and the version from which the next save goes on."""
        return replace(
            self,
            items=[
                replace(one, theirs=theirs[one.item.pk], version=str(items[one.item.pk].version))
                if one.item.pk in theirs
                else one
                for one in self.items
            ],
        )


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
        )
        for key in data.getlist(f"line-{item.pk}")
        if key.startswith(f"{item.pk}-")
    ]
    return TypedItem(item, data.get(f"version-{item.pk}", ""), data.get(f"text-{item.pk}", ""), tuple(lines))


def _number(text: str) -> int | None:
    """The key or version that the page sent; None for what no page of ours sends."""
    return int(text) if text.isdecimal() and len(text) < 16 else None


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
