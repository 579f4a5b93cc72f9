"""The page of a month's progress as typed: read cell by cell, every fault beside its cell, nothing typed lost."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.http import QueryDict

from chuangmo.keys import key_in
from projects.works.models import MoneyEntry, Progress, Source, StageEntry
from projects.works.queries.progress import last_accepted
from projects.works.services.entry import Filled, FilledStage

__all__ = ["Cell", "ProgressPage", "Reader", "amount_text", "page_of", "page_typed"]

TEXTS = ("work", "problems", "coordination", "next_plan")
MAX_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Cell:
    """One input: its name, what is typed, what is wrong with it."""

    name: str
    text: str = ""
    fault: str = ""


@dataclass
class ProgressPage:
    """Everything on the page as text, by cell; `faults` by cell too. `filled` is what could be read."""

    version: int
    typed: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    filled: Filled = field(default_factory=Filled)

    def cell(self, name: str) -> Cell:
        return Cell(name, self.typed.get(name, ""), self.faults.get(name, ""))


def page_of(progress: Progress, faults: Mapping[str, str] | None = None) -> ProgressPage:
    """What is stored, as it would be typed; before the first saving what was accepted last of finished stages and money."""
    page = ProgressPage(progress.version, faults=dict(faults or {}))
    for entry in StageEntry.objects.filter(progress=progress):
        page.typed |= {
            f"percent:{entry.code}": "" if entry.percent is None else str(entry.percent),
            f"started:{entry.code}": entry.started_on.isoformat() if entry.started_on else "",
            f"finished:{entry.code}": entry.finished_on.isoformat() if entry.finished_on else "",
            f"reason:{entry.code}": entry.reason,
        }
    for line in MoneyEntry.objects.filter(progress=progress):
        page.typed[f"arrived:{line.source}"] = amount_text(line.arrived)
        page.typed[f"paid:{line.source}"] = amount_text(line.paid)
    page.typed |= {name: getattr(progress, name) for name in TEXTS}
    page.typed["coordinator"] = str(progress.coordinator_id or "")
    if progress.version == 0:
        page.typed |= _carried(progress)
    return page


def _carried(progress: Progress) -> dict[str, str]:
    """What can only go on from the last month: days, stages that are complete, money so far. Percentages of open stages
    are asked anew."""
    stages, money = last_accepted(progress)
    typed: dict[str, str] = {}
    for figure in stages:
        typed[f"started:{figure.code}"] = figure.started_on.isoformat() if figure.started_on else ""
        typed[f"finished:{figure.code}"] = figure.finished_on.isoformat() if figure.finished_on else ""
        typed[f"percent:{figure.code}"] = str(figure.percent) if figure.percent == 100 else ""
    for line in money:
        typed[f"arrived:{line.source}"] = amount_text(line.arrived)
        typed[f"paid:{line.source}"] = amount_text(line.paid)
    return typed


def page_typed(post: QueryDict, codes: list[str], coordinators: set[int]) -> ProgressPage:
    """What was sent for these stages. What can't be read is a fault at its cell and stays as typed."""
    version = post.get("version", "")
    page = ProgressPage(int(version) if version.isdecimal() and len(version) < 10 else -1)
    reader = Reader(post, page)
    stages = {
        code: FilledStage(
            reader.percent(f"percent:{code}"),
            reader.day(f"started:{code}"),
            reader.day(f"finished:{code}"),
            reader.words(f"reason:{code}", 200),
        )
        for code in codes
    }
    money = {
        source: (reader.amount(f"arrived:{source}"), reader.amount(f"paid:{source}"))
        for source in Source.values
    }
    texts = {name: reader.words(name, MAX_TEXT) for name in TEXTS}
    chosen = reader.raw("coordinator")
    coordinator = key_in(chosen)
    coordinator = coordinator if coordinator in coordinators else None
    if chosen and coordinator is None:
        page.faults["coordinator"] = "没有这个单位"
    page.filled = Filled(stages, money, texts, coordinator)
    return page


class Reader:
    """Reads one cell after another, noting what was typed and what is wrong."""

    def __init__(self, post: QueryDict, page: ProgressPage) -> None:
        self.post, self.page = post, page

    def raw(self, name: str) -> str:
        text = unicodedata.normalize("NFKC", self.post.get(name, "")).strip()
        self.page.typed[name] = self.post.get(name, "")
        return text

    def words(self, name: str, limit: int) -> str:
        text = self.post.get(name, "").replace("\x00", "").replace("\r\n", "\n")
        self.page.typed[name] = text
        if len(text) > limit:
            self.page.faults[name] = f"写了 {len(text)} 字，最多 {limit} 字"
        return text[:limit]

    def percent(self, name: str) -> int | None:
        text = self.raw(name).removesuffix("%").strip()
        if not text:
            return None
        if not text.removeprefix("-").isdecimal() or len(text) > 6:
            self.page.faults[name] = f"“{text[:20]}”不是整数"
            return None
        value = int(text)
        if not 0 <= value <= 100:
            self.page.faults[name] = "完成比例在 0 到 100 之间"
            return None
        return value

    def day(self, name: str) -> date | None:
        text = self.raw(name)
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.page.faults[name] = f"“{text[:20]}”不是日期，请写成 2017-05-12"
            return None

    def amount(self, name: str) -> Decimal | None:
        text = self.raw(name).replace(",", "").replace(" ", "").removesuffix("万元")
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite():
            self.page.faults[name] = f"“{text[:20]}”不是数"
            return None
        if value < 0:
            self.page.faults[name] = "金额不能是负数"
            return None
        exponent = value.normalize().as_tuple().exponent
        if value >= Decimal(10) ** 12 or (isinstance(exponent, int) and exponent < -6):
            self.page.faults[name] = "金额太大，或小数超过 6 位"
            return None
        return value


def amount_text(amount: Decimal | None) -> str:
    if amount is None:
        return ""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
