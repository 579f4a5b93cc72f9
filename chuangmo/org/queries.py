"""Finding units by any of their names, and the name that a unit bore on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from chuangmo import clock
from chuangmo.errors import DomainError
from chuangmo.org.models import CollectiveName, Installation, Unit, UnitKind, UnitName, UnitNameKind
from chuangmo.org.rules import closest_names, loose_name, plain_name, split_names
from chuangmo.prepared import Prepared

__all__ = [
    "AmbiguousUnit",
    "UnitResolver",
    "UnknownUnit",
    "city_office_ids",
    "find_unit",
    "find_units",
    "name_on",
    "names_on",
]


class UnknownUnit(DomainError):
    """No unit bears the name; the text proposes the nearest ones."""


class AmbiguousUnit(DomainError):
    """Several units bear the name; the text lists them."""


class UnitResolver:
    """Every name of every unit, read once (four queries); for imports that look up many names."""

    def __init__(self) -> None:
        self._city = Installation.current().city
        self._units = {unit.pk: unit for unit in Unit.objects.all()}
        self._plain: dict[str, set[int]] = defaultdict(set)
        self._loose: dict[str, set[int]] = defaultdict(set)
        self._collective: dict[str, tuple[str, list[Unit]]] = {}
        # When a name of a unit counts; a name without an entry always does.
        self._dated: dict[tuple[str, int], list[UnitName]] = defaultdict(list)
        self._spellings: list[str] = []
        for unit in self._units.values():
            self._add(unit.name, unit.pk)
            self._add(unit.short_name, unit.pk)
        for other in UnitName.objects.all():
            self._add(other.name, other.unit_id)
            self._dated[plain_name(other.name), other.unit_id].append(other)
        for collective in CollectiveName.objects.prefetch_related("units"):
            members = sorted(collective.units.all(), key=lambda unit: (unit.order, unit.name))
            self._collective[plain_name(collective.name)] = (collective.name, members)

    def find(self, text: str, at: date | None = None) -> Unit:
        """The unit of that name. `at` only decides between several: who bore the name on that day, and existed.

        Raises UnknownUnit or AmbiguousUnit (also for a collective name of several units).
        """
        found = self._matches(text, at)
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousUnit(f"“{text.strip()}”可能是{_listed(found)}，请写全称。")
        collective = self._collective.get(plain_name(text))
        if collective is not None:
            name, members = collective
            if len(members) == 1:
                return members[0]
            raise AmbiguousUnit(f"“{name}”是统称，指{_listed(members)}，这里只能填一个单位。")
        raise UnknownUnit(self._unknown(text))

    def find_all(self, text: str, at: date | None = None) -> list[Unit]:
        """The units that a name, a collective name or a list of such (、，； between them) stands for, each once.

        Raises UnknownUnit that names every unknown one, or AmbiguousUnit.
        """
        units: dict[int, Unit] = {}
        unknown: list[str] = []
        names = [text] if self._is_known(text, at) else split_names(text) or [text]
        for name in names:
            collective = self._collective.get(plain_name(name))
            if collective is not None and not self._matches(name, at):
                units.update((unit.pk, unit) for unit in collective[1])
                continue
            try:
                unit = self.find(name, at)
            except UnknownUnit as error:
                unknown.append(str(error))
            else:
                units[unit.pk] = unit
        if unknown:
            raise UnknownUnit("".join(unknown))
        return list(units.values())

    def _add(self, name: str, unit_id: int) -> None:
        self._spellings.append(name)
        self._plain[plain_name(name)].add(unit_id)
        self._loose[loose_name(name, self._city)].add(unit_id)

    def _is_known(self, text: str, at: date | None) -> bool:
        return plain_name(text) in self._collective or bool(self._matches(text, at))

    def _matches(self, text: str, at: date | None) -> list[Unit]:
        plain = plain_name(text)
        if not plain:
            return []
        ids = self._plain.get(plain) or self._loose.get(loose_name(text, self._city)) or set()
        if len(ids) > 1 and at is not None:
            valid = {pk for pk in ids if self._units[pk].is_valid(at) and self._bears(plain, pk, at)}
            ids = valid or ids
        return sorted((self._units[pk] for pk in ids), key=lambda unit: (unit.order, unit.name))

    def _bears(self, plain: str, unit_id: int, at: date) -> bool:
        rows = self._dated.get((plain, unit_id))
        return rows is None or any(row.is_valid(at) for row in rows)

    def _unknown(self, text: str) -> str:
        if not plain_name(text):
            return "请填写单位名称。"
        near = closest_names(text, self._spellings)
        hint = f"是不是{'、'.join(f'“{name}”' for name in near)}？" if near else "请在单位名录中查对。"
        return f"没有名为“{text.strip()}”的单位，{hint}"


def find_unit(text: str, at: date | None = None) -> Unit:
    """The unit that bears the name: official name of today or once, short name or alias, in any usual spelling.

    Raises UnknownUnit (with the nearest names) or AmbiguousUnit (with the candidates). Four queries; for many
    names at once use one `UnitResolver`.
    """
    return UnitResolver().find(text, at)


def find_units(text: str, at: date | None = None) -> list[Unit]:
    """Like `find_unit`, but collective names (各县（特区、区）人民政府) and lists of names are taken apart."""
    return UnitResolver().find_all(text, at)


def name_on(unit: Unit, day: date | None = None) -> str:
    """The official name that the unit bore on that day (today); its canonical name where no dated one counts."""
    return names_on([unit], day)[unit.pk]


def names_on(units: Iterable[Unit], day: date | None = None) -> dict[int, str]:
    """Official names by unit id on that day (today); one query."""
    names = {unit.pk: unit.name for unit in units}
    rows = _OFFICIAL.rows(units=frozenset(names), day=day or clock.today())
    # Should two overlap, the one that began last counts.
    for unit_id, name, _ in sorted(rows, key=lambda row: row[2] or date.min):
        names[unit_id] = name
    return names


_OFFICIAL = Prepared(
    lambda units, day: (
        UnitName.objects.valid(day)
        .filter(unit__in=units, kind=UnitNameKind.OFFICIAL)
        .order_by("name")
        .values_list("unit_id", "name", "valid_from")
    ),
    units=frozenset,
    day=date,
)


def units_of(ids: Iterable[int]) -> list[Unit]:
    """The units with these keys; one query."""
    return _UNITS.objects(ids=frozenset(ids))


_UNITS = Prepared(lambda ids: Unit.objects.filter(pk__in=ids), ids=frozenset)


def city_office_ids() -> tuple[int, ...]:
    """The city's steering office, as a tuple of one id (empty before it is entered). One query."""
    offices = Unit.objects.filter(kind=UnitKind.OFFICE, county__isnull=True).order_by("order", "pk")
    return tuple(offices.values_list("pk", flat=True)[:1])


def _listed(units: Iterable[Unit]) -> str:
    return "、".join(f"“{unit.name}”" for unit in units)
