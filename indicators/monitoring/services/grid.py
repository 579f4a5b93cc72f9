"""The grid: sites down, what is measured across, for one month, day, year or quarter. What is typed amounts to a CSV
that goes the way of every file, so that page, paste and Excel are read by the same rules."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from chuangmo import clock
from chuangmo.errors import Invalid
from indicators.monitoring.models import Batch
from indicators.monitoring.rights import leading_units
from indicators.monitoring.rules.layouts import LAYOUTS, Column
from indicators.monitoring.rules.parameters import WATER_BY_CODE
from indicators.monitoring.rules.parsing import Sheet, parse
from indicators.monitoring.rules.texts import Unreadable, read_day, read_month, read_quarter
from indicators.monitoring.services.files import open_sheets
from indicators.monitoring.services.sites import closed_days, places_of
from indicators.monitoring.services.stored import SHELVES
from indicators.plan.models import Site, SiteKind

__all__ = [
    "GRIDS",
    "Grid",
    "GridKind",
    "by_site",
    "check_grid",
    "first_of",
    "grid_of",
    "grid_text",
    "period_of",
    "typed_in",
]

_USUAL = ("ph", "do", "codmn", "cod", "bod5", "nh3n", "tp")
_POND = ("transparency_cm", "do", "orp_mv", "nh3n")


@dataclass(frozen=True, slots=True)
class GridKind:
    """A grid that is offered: the kind of batch, the sites down, the columns across, and what period it is for."""

    code: str
    label: str
    batch: str
    sites: str
    usual: tuple[str, ...]
    every: tuple[str, ...]
    period: str  # "month", "day", "year", "quarter"


def _codes(kind: str) -> tuple[str, ...]:
    return tuple(column.code for column in LAYOUTS[kind].parameters)


_RIVER = tuple(
    code
    for code in WATER_BY_CODE
    if code not in ("so4", "cl", "no3n", "fe", "mn", "transparency_cm", "orp_mv")
)
_SOURCE = tuple(code for code in WATER_BY_CODE if code not in ("transparency_cm", "orp_mv"))
GRIDS: Mapping[str, GridKind] = {
    one.code: one
    for one in (
        GridKind("section", "断面水质", "water", "section", _USUAL, _RIVER, "month"),
        GridKind(
            "source",
            "水源地水质",
            "water",
            "source",
            (*_USUAL, "so4", "cl", "no3n", "fe", "mn", "volume", "conclusion"),
            (*_SOURCE, "volume", "conclusion"),
            "month",
        ),
        GridKind("pond", "黑臭关注水体", "water", "pond", _POND, _POND, "month"),
        GridKind("air", "空气日值", "air_day", "air", _codes("air_day"), _codes("air_day"), "day"),
        GridKind("noise_grid", "区域噪声", "noise", "noise_grid", ("leq",), ("leq",), "year"),
        GridKind(
            "noise_road", "道路噪声", "noise", "noise_road", ("leq", "length"), ("leq", "length"), "year"
        ),
        GridKind(
            "firm",
            "企业监测",
            "firm",
            "firm",
            ("tested_on", "production", "compliant", "results", "note"),
            ("tested_on", "production", "compliant", "results", "note"),
            "quarter",
        ),
    )
}


@dataclass
class Grid:
    """The grid as the page draws it: `columns` across (the time first), `rows` of a site and its texts by code.

    `first` is the period's first day, `usual` the time that is proposed where nothing is stored."""

    kind: GridKind
    period: str
    columns: list[Column]
    first: date
    usual: str
    rows: list[tuple[Site, dict[str, str]]] = field(default_factory=list)

    def ground(self, typed: Mapping[int, Mapping[str, str]]) -> dict[str, str]:
        """What stands in every cell (`site:code`) before the person types: what the typed batch says, else what is stored."""
        return {
            f"{site.pk}:{column.code}": typed.get(site.pk, texts).get(column.code, "")
            for site, texts in self.rows
            for column in self.columns
        }

    @property
    def proposed(self) -> dict[str, str]:
        """The cells of the time, with what the page proposes there."""
        return {f"{site.pk}:{self.columns[0].code}": self.usual for site, _ in self.rows}


def first_of(kind: GridKind, period: str) -> date:
    """The first day of a period as the page asks for it. Raises Invalid."""
    return _span(kind, period)[0]


def grid_of(
    kind: GridKind, *, unit_id: int, period: str, every: bool = False, more: Collection[str] = ()
) -> Grid:
    """The unit's sites with what is stored for the period, as it would be typed; columns of `more` codes besides the
    usual ones. Raises Invalid for a wrong period."""
    first, last, usual = _span(kind, period)
    layout = LAYOUTS[kind.batch]
    wanted = kind.every if every else kind.usual
    sites = _sites(kind, unit_id, first, last)
    stored = _stored(kind, sites, first, last)
    extra = {code for texts in stored.values() for code in texts} | set(more)
    when = layout.columns[1]
    codes = [code for code in kind.every if code in wanted or code in extra]
    by_code = {column.code: column for column in layout.columns}
    grid = Grid(kind, period, [when, *(by_code[code] for code in codes)], first, usual)
    for site in sites:
        texts = {when.code: usual, **stored.get(site.pk, {})}
        if kind.sites == "noise_road" and "length" not in texts and site.length_m is not None:
            texts["length"] = f"{site.length_m.normalize():f}"
        grid.rows.append((site, texts))
    return grid


def _span(kind: GridKind, period: str) -> tuple[date, date, str]:
    """First and last day of the period, and how its time is typed."""
    today = clock.today()
    try:
        if kind.period == "month":
            first, _ = read_month(period[:7], today)
            first = first.replace(day=1)
            return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1), f"{first:%Y-%m}"
        if kind.period == "day":
            day = read_day(period, today)
            return day, day, f"{day}"
        if kind.period == "quarter":
            start = read_quarter(period, today)
            end = (start + timedelta(days=95)).replace(day=1) - timedelta(days=1)
            return start, end, f"{start.year}Q{(start.month + 2) // 3}"
        year = int(period[:4])
        first = date(year, 1, 1)
        read_day(f"{first}", today)
        return first, date(year, 12, 31), f"{min(date(year, 12, 31), today)}"
    except (Unreadable, ValueError) as wrong:
        raise Invalid({"period": str(wrong) if isinstance(wrong, Unreadable) else "请选一个时间"}) from wrong


def _sites(kind: GridKind, unit_id: int, first: date, last: date) -> list[Site]:
    leads = unit_id in leading_units(kind.batch, clock.today())
    found = Site.objects.filter(kind=kind.sites).order_by("order", "code")
    if not leads:
        found = found.filter(monitored_by=unit_id)
    return [
        site
        for site in found
        if (site.valid_from is None or site.valid_from <= last)
        and (site.valid_to is None or site.valid_to >= first)
    ]


def _stored(kind: GridKind, sites: Sequence[Site], first: date, last: date) -> dict[int, dict[str, str]]:
    """What stands for the period, as texts by column; the last one where there are several samples."""
    shelf = SHELVES[kind.batch]
    span: tuple[Any, Any] = (first.year, first.year) if kind.period == "year" else (first, last)
    found: dict[int, dict[str, str]] = {}
    for _, site, when, said in shelf.standing([one.pk for one in sites], *span):
        found[site] = _texts(kind, when, said)
    return found


def _texts(kind: GridKind, when: Any, said: Any) -> dict[str, str]:
    if kind.batch == "air_day":
        codes = _codes("air_day")
        return {code: f"{value:g}" for code, value in zip(codes, said, strict=False) if value is not None}
    if kind.batch == "water":
        texts = dict(said.values)
        texts["month"] = f"{when:%Y-%m}" if said.month_only else f"{when}"
        texts |= {"volume": f"{said.volume.normalize():f}"} if said.volume is not None else {}
        return texts | (
            {"conclusion": "达标" if said.conclusion == "yes" else "不达标"} if said.conclusion else {}
        )
    if kind.batch == "noise":
        texts = {"date": f"{said.taken_on}", "leq": f"{said.leq_day}"}
        return texts | ({"length": f"{said.length_m.normalize():f}"} if said.length_m is not None else {})
    texts = {"production": "在产" if said.in_production else "停产", "note": said.note}
    texts |= {"compliant": "达标" if said.compliant else "不达标"} if said.in_production else {}
    texts |= {"tested_on": f"{said.tested_on}"} if said.tested_on else {}
    return texts | ({"results": ";".join(f"{name} {value}" for name, value in said.results.items())})


def period_of(kind: GridKind, day: date) -> str:
    """The period that a day lies in, as the page asks for it."""
    if kind.period == "month":
        return f"{day:%Y-%m}"
    if kind.period == "day":
        return f"{day}"
    return f"{day.year}Q{(day.month + 2) // 3}" if kind.period == "quarter" else f"{day.year}"


# What was typed ----------------------------------------------------------------------------------------


def by_site(texts: Mapping[str, str]) -> dict[int, dict[str, str]]:
    """Texts by cell (`site:code`), sorted under their sites."""
    found: dict[int, dict[str, str]] = {}
    for cell, text in texts.items():
        site, code = cell.split(":", 1)
        found.setdefault(int(site), {})[code] = text
    return found


def grid_text(grid: Grid, typed: Mapping[int, Mapping[str, str]]) -> tuple[str, list[int]]:
    """The CSV that the grid amounts to, and the site of each of its lines; lines with nothing but the time are left
    out."""
    site_column = LAYOUTS[grid.kind.batch].columns[0].code
    codes = [column.code for column in grid.columns]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([site_column, *codes])
    lines: list[int] = []
    for site, _ in grid.rows:
        cells = typed.get(site.pk, {})
        given = [cells.get(code, "").strip() for code in codes]
        if any(given[1:]):
            writer.writerow([site.code, *given])
            lines.append(site.pk)
    return out.getvalue(), lines


def check_grid(
    grid: Grid, typed: Mapping[int, Mapping[str, str]], *, unit_id: int
) -> tuple[dict[str, str], list[str]]:
    """What is wrong with what was typed: by cell (`site:code`), and the rest in words. Writes nothing."""
    text, lines = grid_text(grid, typed)
    today = clock.today()
    parsed = parse(
        [Sheet("", list(csv.reader(io.StringIO(text))))],
        LAYOUTS[grid.kind.batch],
        places_of(grid.kind.batch, unit_id, today),
        today=today,
        closed=closed_days(),
    )
    by_cell: dict[str, str] = {}
    others: list[str] = []
    for fault in parsed.faults:
        at = fault.line - 2
        if fault.column and 0 <= at < len(lines):
            code = grid.columns[fault.column - 1].code
            by_cell.setdefault(f"{lines[at]}:{code}", fault.message)
        elif lines:
            others.append(fault.message)
    return by_cell, others if lines else ["还没有填任何数据"]


def typed_in(batch: Batch) -> tuple[dict[int, dict[str, str]], list[str]]:
    """What a typed batch holds, by site and column, to go on with it; and its columns."""
    content = (Path(settings.MEDIA_ROOT) / batch.file.path).read_bytes()
    rows = [list(row) for sheet in open_sheets(batch.name, content) for row in sheet.rows]
    if not rows:
        return {}, []
    head, *lines = rows
    by_code = dict(Site.objects.filter(code__in=[line[0] for line in lines]).values_list("code", "pk"))
    typed = {
        by_code[line[0]]: dict(zip(head[1:], line[1:], strict=False)) for line in lines if line[0] in by_code
    }
    return typed, head[1:]


def kind_of_batch(batch: Batch) -> GridKind | None:
    """The grid that a typed batch came from, by its first site."""
    typed, _ = typed_in(batch)
    site = Site.objects.filter(pk__in=list(typed)).first()
    return GRIDS.get(SiteKind(site.kind).value) if site is not None else None
