"""A file's lines against the register: what is new, what changes, what is the same, and what a person has to decide. Pure.

A line is the member with its code, else the one of the same unit with the same name or with a spelling that was confirmed
before. Names that are the same but for width, blanks, brackets or the form of company, or nearly the same in the same unit or
county, are doubts: nothing is saved before each is decided “same” or “apart” (issue 6).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from projects.campaigns.rules.names import Pool
from projects.campaigns.rules.sheets import Line

__all__ = ["APART", "SAME", "Change", "Doubt", "Known", "Matched", "match"]

SAME, APART = "same", "apart"
LABELS = {
    "name": "名称",
    "code": "代码",
    "county": "所在县区",
    "post": "岗位",
    "person": "责任人",
    "value": "数值",
    "remark": "备注",
}


@dataclass(frozen=True, slots=True)
class Known:
    """A member that is on the register: `spellings` are its name and those confirmed; `fixed` once it is verified."""

    pk: int
    name: str
    key: str
    code: str
    unit: int
    county: int | None
    post: str
    person: str
    value: Decimal | None
    remark: str
    spellings: frozenset[str]
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What a line changes in a member: column → (old, new); `alias` is a spelling to remember."""

    line: Line
    known: Known
    fields: Mapping[str, tuple[object, object]]
    alias: str = ""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A line that may be about something which is there already: a member (`known`), or an `earlier` line."""

    line: Line
    why: str
    other_name: str
    known: int | None = None
    earlier: str = ""
    decision: str = ""


@dataclass
class Matched:
    """Outcome. `fresh` are new lines with the number that keeps confirmed twins apart and the spellings that were
    merged into them; `fixed` would change what is verified, which a file may not."""

    fresh: list[tuple[Line, int, list[str]]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    same: int = 0
    doubts: list[Doubt] = field(default_factory=list)
    fixed: list[Change] = field(default_factory=list)
    clashes: list[tuple[Line, str]] = field(default_factory=list)

    @property
    def undecided(self) -> int:
        return sum(1 for doubt in self.doubts if not doubt.decision)


def match(
    lines: Iterable[Line],
    known: Iterable[Known],
    *,
    columns: Collection[str],
    decisions: Mapping[str, str],
    county_of_unit: Mapping[int, int],
    places: Collection[str] = (),
    near: int = 90,
) -> Matched:
    """Compare. `columns` are those that the file has; `decisions` by a line's place; a unit that is a county or lies in one
    is in `county_of_unit`; `places` may stand before a name or not; names alike by `near` per cent are doubts."""
    pool = Pool(places, near)
    return _Matcher(list(known), columns, decisions, county_of_unit, pool).take(list(lines))


@dataclass
class _Fresh:
    """A new member in the making."""

    line: Line
    apart: int
    aliases: list[str]


class _Matcher:
    def __init__(
        self,
        known: list[Known],
        columns: Collection[str],
        decisions: Mapping[str, str],
        county_of_unit: Mapping[int, int],
        pool: Pool,
    ) -> None:
        self.columns, self.decisions, self.county_of_unit = set(columns), decisions, county_of_unit
        self.out = Matched()
        self.pool = pool
        self.by_code: dict[str, Known] = {}
        self.by_spelling: dict[tuple[int, str], Known] = {}
        self.by_key: dict[tuple[object, str], list[Known | _Fresh]] = defaultdict(list)
        self.taken: dict[int, Line] = {}
        for one in known:
            if one.code:
                self.by_code[one.code] = one
            for spelling in one.spellings:
                self.by_spelling[one.unit, spelling] = one
            self._pool(one, one.key, self._blocks(one.unit, one.county))

    def _blocks(self, unit: int, county: int | None) -> list[object]:
        inside = county or self.county_of_unit.get(unit)
        blocks: list[object] = [("unit", unit)]
        return [*blocks, ("county", inside)] if inside else blocks

    def _pool(self, one: Known | _Fresh, key: str, blocks: list[object]) -> None:
        self.pool.add(key, blocks)
        for block in blocks:
            self.by_key[block, key].append(one)

    def take(self, lines: list[Line]) -> Matched:
        fresh: list[_Fresh] = []
        for line in lines:
            certain = self._certain(line)
            if certain is not None:
                self._changes(line, certain)
                continue
            doubt, other = self._doubtful(line)
            choice = APART
            if doubt:
                choice = self.decisions.get(line.place, "")
                self.out.doubts.append(replace(doubt, decision=choice if choice in (SAME, APART) else ""))
            if choice == SAME and other is not None:
                self._merge(line, other)
            elif choice == APART:
                new = _Fresh(line, self._twins(line), [])
                fresh.append(new)
                self._pool(new, line.key, self._blocks(line.unit, line.county))
        self.out.fresh = [(one.line, one.apart, one.aliases) for one in fresh]
        return self.out

    def _certain(self, line: Line) -> Known | None:
        """The member that the line is about without any doubt."""
        if line.code and (found := self.by_code.get(line.code)) is not None:
            return found
        found = self.by_spelling.get((line.unit, line.name))
        if found is not None and (not line.code or not found.code):
            return found
        return None

    def _doubtful(self, line: Line) -> tuple[Doubt | None, Known | _Fresh | None]:
        """Why the line may be about something that is there, and what that is."""
        blocks = self._blocks(line.unit, line.county)
        for block in blocks:
            if same := self.by_key.get((block, line.key)):
                return self._doubt(line, same[0], "名称只是写法不同"), same[0]
        near = self.pool.nearest(line.key, blocks)
        if near is None:
            return None, None
        for block in blocks:
            if found := self.by_key.get((block, near.key)):
                why = "名称前的地名不同" if near.score == 100 else f"名称相近（{near.score:.0f}%）"
                return self._doubt(line, found[0], why), found[0]
        return None, None

    def _doubt(self, line: Line, other: Known | _Fresh, why: str) -> Doubt:
        code, name = (
            (other.code, other.name) if isinstance(other, Known) else (other.line.code, other.line.name)
        )
        if line.code and code and line.code != code:
            why += "，代码不同"
        elif name == line.name:
            why = "同一县区里有同名的"
        if isinstance(other, Known):
            return Doubt(line, why, other.name, known=other.pk)
        return Doubt(line, why, other.line.name, earlier=other.line.place)

    def _merge(self, line: Line, other: Known | _Fresh) -> None:
        if isinstance(other, _Fresh):
            if line.name != other.line.name:
                other.aliases.append(line.name)
            blank = {
                name: getattr(line, name)
                for name in ("code", "county", "post", "person", "value", "remark")
                if getattr(other.line, name) in ("", None)
            }
            other.line = replace(other.line, **blank)
            return
        self._changes(line, other, alias="" if line.name in other.spellings else line.name)

    def _changes(self, line: Line, known: Known, alias: str = "") -> None:
        """What the line says otherwise than the member; the member's own name stays unless its code says that it is it."""
        earlier = self.taken.get(known.pk)
        if earlier is not None:
            self._again(line, known, earlier, alias)
            return
        self.taken.setdefault(known.pk, line)
        fields: dict[str, tuple[object, object]] = {}
        if line.unit != known.unit:
            fields["unit"] = (known.unit, line.unit)
        if not alias and line.name not in known.spellings:
            fields["name"] = (known.name, line.name)
        for name in ("code", "county", "post", "person", "value", "remark"):
            old, new = getattr(known, name), getattr(line, name)
            if name in self.columns and new not in ("", None) and new != old:
                fields[name] = (old, new)
        if not fields and not alias:
            self.out.same += 1
            return
        change = Change(line, known, fields, alias)
        if known.fixed and set(fields) - {"remark", "post", "person"}:
            self.out.fixed.append(change)
        else:
            self.out.changes.append(change)

    def _again(self, line: Line, known: Known, earlier: Line, alias: str) -> None:
        """A second line about the same member: under another spelling it adds nothing but that, else one of them is wrong."""
        if line.name == earlier.name:
            self.out.clashes.append((line, f"与第 {earlier.line} 行是同一对象“{known.name}”，请只留一行"))
        elif alias:
            self.out.changes.append(Change(line, known, {}, alias))
        else:
            self.out.same += 1

    def _twins(self, line: Line) -> int:
        """The number by which the line is kept apart from those of the same unit, key and code."""
        same = self.by_key.get((("unit", line.unit), line.key), [])
        return sum(1 for one in same if (one.code if isinstance(one, Known) else one.line.code) == line.code)
