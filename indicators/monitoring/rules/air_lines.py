"""The lines of an air file, of which there are millions: column by column in blocks, one by one where a block is at fault.

Every distinct text is read once. A record is the six values with the number of the line that said them behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any

from indicators.monitoring.rules.parameters import UG
from indicators.monitoring.rules.texts import Unreadable, read_number

if TYPE_CHECKING:
    from indicators.monitoring.rules.layouts import Heading
    from indicators.monitoring.rules.parsing import PlaceRef, _Reader

__all__ = ["AirLines"]

BLOCK = 4096  # lines; one fault costs its own block the slower way

Line = Sequence[str]
Records = dict[Any, tuple[Any, ...]]


class AirLines:
    """Reads the lines under a header into the reader's result. `own`: the sheet's station, where no column names it."""

    def __init__(self, reader: _Reader, heading: Heading, own: PlaceRef | None) -> None:
        self.reader, self.heading, self.own = reader, heading, own
        self.station = heading.places.get("station")
        self.time = heading.places[reader.layout.columns[1].code]
        self.columns: list[tuple[Any, int | None]] = [
            (column, heading.places.get(column.code)) for column in reader.layout.parameters
        ]
        self.caches: list[dict[str, float | None]] = [{} for _ in self.columns]
        self.whens: dict[str, Any] = {}
        there = [self.station, self.time, *(at for _, at in self.columns)]
        self.width = max(at for at in there if at is not None) + 1

    def read(self, lines: Iterable[Line]) -> None:
        """All lines; then what only the whole tells: a column in another unit, days that were taken for hours."""
        line = self.heading.line + 1
        for block in _blocks(lines):
            if not self._take(block, line):
                for at, cells in enumerate(block, line):
                    self._take_one(cells, at)
            line += len(block)
        self._suspect_units()
        whens = self.whens.values()
        if (
            self.reader.layout.kind == "air_hour"
            and len(self.whens) > 1
            and not any(when.hour for when in whens)
        ):
            self._fault(self.heading.line, self.time, "时间全是 0 点，像是日值；请改选“环境空气日值”导入")

    def _fault(self, line: int, column: int | None, message: str) -> None:
        self.reader.fault(line, column, message)

    # A block at once ----------------------------------------------------------------------------------

    def _take(self, block: Sequence[Line], line: int) -> bool:
        """Keep a block's records, all or none: False where any line has to be looked at by itself."""
        try:
            cells = list(zip(*block, strict=True))
        except ValueError:
            return False  # lines of different lengths
        if len(cells) < self.width or not self._learn_times(cells[self.time]):
            return False
        if not all(
            self._learn_values(cells[at], column.parameter, cache)
            for (column, at), cache in zip(self.columns, self.caches, strict=True)
            if at is not None
        ):
            return False
        whens = [*map(self.whens.__getitem__, cells[self.time])]
        sites = self._sites(cells, whens)
        if sites is None:
            return False
        values = (
            repeat(None) if at is None else map(cache.__getitem__, cells[at])
            for (_, at), cache in zip(self.columns, self.caches, strict=True)
        )
        records = [*zip(*values, range(line, line + len(block)), strict=False)]
        self.reader.parsed.lines += len(block)
        self._keep_block(sites, cells, whens, records)
        return True

    def _learn_times(self, texts: Iterable[str]) -> bool:
        for text in [text for text in set(texts) if text not in self.whens]:
            when = self.reader.when(text)
            if isinstance(when, str):
                return False
            self.whens[text] = when
        return True

    @staticmethod
    def _learn_values(texts: Iterable[str], parameter: Any, cache: dict[str, float | None]) -> bool:
        try:
            for text in [text for text in set(texts) if text not in cache]:
                cache[text] = read_number(text, parameter)
        except Unreadable:
            return False
        return True

    def _sites(self, cells: Sequence[Line], whens: Sequence[Any]) -> dict[str, PlaceRef] | None:
        """The block's stations by their texts; None where one is unknown, or not in service all the while."""
        if self.station is None:
            sites = {"": self.own} if self.own is not None else {"": self.reader.site("")}
        else:
            sites = {text: self.reader.site(text) for text in dict.fromkeys(cells[self.station])}
        first, last = _day(min(whens)), _day(max(whens))
        known = {}
        for text, site in sites.items():
            if isinstance(site, str) or any(map(self.reader.out_of_service, (site, site), (first, last))):
                return None
            known[text] = site
        return known

    def _keep_block(
        self,
        sites: dict[str, PlaceRef],
        cells: Sequence[Line],
        whens: Sequence[Any],
        records: Sequence[tuple[Any, ...]],
    ) -> None:
        kept = {text: self._records(site) for text, site in sites.items()}
        if len(kept) == 1:
            (mine,) = kept.values()
            if mine.keys().isdisjoint(whens) and len(set(whens)) == len(whens):
                mine.update(zip(whens, records, strict=True))
                return
        texts: Iterable[str] = repeat("") if self.station is None else cells[self.station]
        for text, when, record in zip(texts, whens, records, strict=False):
            if kept[text].setdefault(when, record) is not record:
                self._keep(sites[text], when, record, record[6])

    def _records(self, site: PlaceRef) -> Records:
        return self.reader.parsed.records.setdefault(site.id, {})

    # One line -----------------------------------------------------------------------------------------

    def _take_one(self, cells: Line, line: int) -> None:
        """A line of a block that has a text which can't be read, or that stands out otherwise."""
        row = [*cells, *[""] * (self.width - len(cells))]
        if not any(cell.strip() for cell in row):
            return
        self.reader.parsed.lines += 1
        site: PlaceRef | str | None = (
            self.own if self.station is None else self.reader.site(row[self.station])
        )
        when = self.reader.when(row[self.time])
        if isinstance(site, str):
            self._fault(line, self.station, site)
        if isinstance(when, str):
            self._fault(line, self.time, when)
        else:
            self.whens[row[self.time]] = when
        values = self._values(row, line)
        if (
            values is not None
            and not isinstance(when, str)
            and site is not None
            and not isinstance(site, str)
        ):
            self._keep(site, when, (*values, line), line)

    def _values(self, row: Line, line: int) -> list[float | None] | None:
        """The six figures; None where one can't be read, which is a fault."""
        values: list[float | None] = []
        good = True
        for (column, at), cache in zip(self.columns, self.caches, strict=True):
            text = "" if at is None else row[at]
            try:
                values.append(cache[text] if text in cache else read_number(text, column.parameter))
            except Unreadable as problem:
                self._fault(line, at, str(problem))
                good = False
                continue
            cache[text] = values[-1]
        return values if good else None

    def _keep(self, site: PlaceRef, when: Any, record: tuple[Any, ...], line: int) -> None:
        """Keep a record; a second one of the same station and time must say the same."""
        before = self._records(site).setdefault(when, record)
        if before is not record:
            if before[:6] == record[:6]:
                self.reader.parsed.repeats += 1
            else:
                self.reader.repeated(site, when, before[6], line, self.time)
        elif fault := self.reader.out_of_service(site, _day(when)):
            self._fault(line, self.time, fault)

    # The whole ----------------------------------------------------------------------------------------

    def _suspect_units(self) -> None:
        """A whole column below 1 µg/m³ was filled in as mg/m³."""
        for (column, at), cache in zip(self.columns, self.caches, strict=True):
            values = [value for value in cache.values() if value]
            if at is not None and column.parameter.unit == UG and values and max(values) < 1:
                self._fault(
                    self.heading.line,
                    at,
                    f"{column.label} 整列都小于 1，像是以 mg/m³ 填的；应为 {UG}，请乘以 1000 后再导入",
                )


def _blocks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    lines = iter(lines)
    while block := list(islice(lines, BLOCK)):
        yield block


def _day(when: Any) -> date:
    return when.date() if isinstance(when, datetime) else when  # type: ignore[no-any-return]
