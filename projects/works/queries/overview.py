"""All projects summed up: the board by stage, the table of counties. From what is read already; no query."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from projects.works.queries.portfolio import ProjectRow
from projects.works.rules.light import Light

__all__ = ["Column", "CountyLine", "board_of", "counties_of"]

NO_SCHEDULE, NO_PROGRESS, DONE = "未排工期", "缺进度", "已完成"


@dataclass
class Column:
    """One column of the board: projects whose first open stage is that one."""

    name: str
    rows: list[ProjectRow] = field(default_factory=list)


def board_of(rows: Sequence[ProjectRow], stages: Mapping[int, Sequence[str]]) -> list[Column]:
    """Columns in the order in which stages follow each other in the schedules, the ones without progress first.
    `stages`: the names of a schedule's stages in their order, by schedule."""
    leaves = [row for row in rows if not row.is_parent and row.stands is not None]
    columns: dict[str, list[ProjectRow]] = defaultdict(list)
    for row in leaves:
        columns[_column(row)].append(row)
    followed = [stages[row.schedule.pk] for row in leaves if row.schedule]
    names = [NO_SCHEDULE, NO_PROGRESS, *_stage_names(followed), DONE]
    return [Column(name, columns[name]) for name in dict.fromkeys(names) if columns[name]]


def _column(row: ProjectRow) -> str:
    assert row.stands is not None
    light = row.stands.work.light
    if light == Light.NONE:
        return NO_SCHEDULE
    if light == Light.DONE:
        return DONE
    return row.stands.doing or NO_PROGRESS


def _stage_names(schedules: Sequence[Sequence[str]]) -> list[str]:
    """Names by their mean place in the schedules; a schedule like another one counts as often as it is there."""
    places: dict[str, Fraction] = defaultdict(Fraction)
    counts: Counter[str] = Counter()
    for names, times in Counter(tuple(names) for names in schedules).items():
        for place, name in enumerate(names):
            places[name] += Fraction(place * times, len(names))
            counts[name] += times
    return sorted(places, key=lambda name: (places[name] / counts[name], name))


@dataclass
class CountyLine:
    """One county (or other owner): its projects by light, mean per cents of those that are known, late ones."""

    name: str
    unit_id: int
    projects: int = 0
    lights: Counter[str] = field(default_factory=Counter)
    planned: list[Decimal] = field(default_factory=list)
    real: list[Decimal] = field(default_factory=list)
    expected_late: int = 0

    @property
    def green(self) -> int:
        return self.lights[Light.GREEN] + self.lights[Light.DONE]

    @property
    def yellow(self) -> int:
        return self.lights[Light.YELLOW]

    @property
    def red(self) -> int:
        return self.lights[Light.RED]

    @property
    def other(self) -> int:
        return self.projects - self.green - self.yellow - self.red

    @property
    def mean_planned(self) -> Decimal | None:
        return sum(self.planned, Decimal(0)) / len(self.planned) if self.planned else None

    @property
    def mean_real(self) -> Decimal | None:
        return sum(self.real, Decimal(0)) / len(self.real) if self.real else None


def counties_of(rows: Sequence[ProjectRow]) -> list[CountyLine]:
    """By owner, in the units' order."""
    lines: dict[int, CountyLine] = {}
    order: dict[int, int] = {}
    for row in rows:
        owner = row.project.owner
        if row.is_parent or owner is None or row.stands is None:
            continue
        line = lines.setdefault(owner.pk, CountyLine(owner.short_name, owner.pk))
        order[owner.pk] = owner.order
        work = row.stands.work
        line.projects += 1
        line.lights[work.light] += 1
        line.expected_late += work.expected_late > 0
        if work.real is not None and work.planned is not None:
            line.planned.append(work.planned)
            line.real.append(work.real)
    return sorted(lines.values(), key=lambda line: (order[line.unit_id], line.name))
