"""Bringing the plan's fixtures into the database without touching what an administrator edited.

The fixtures are Django's own format with natural keys (`fixtures/common`, `fixtures/plan-<code>`). A row that is
already there is never overwritten: where it differs, the difference is reported. A row that an administrator renamed
is recognised by its history, one that was deleted stays deleted. Only `overwrite=True` applies the fixtures' values.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from chuangmo.access.models import User
from chuangmo.access.services import sync_permissions
from chuangmo.audit.services import record
from chuangmo.errors import DomainError
from chuangmo.org.models import Dated, Unit, UnitGroup
from indicators.plan.models import Duty, Indicator, Plan, RuleVersion
from indicators.plan.services.duties import Synced, sync_assignments
from indicators.plan.services.permission import require_admin
from indicators.plan.services.rules import announce_rules
from indicators.plan.services.sites import ensure_whole_unit_sites

__all__ = ["Difference", "Loaded", "load_plan"]

# By which fields a row is recognised. A duty by who holds it, not since when: dates are what administrators edit.
KEYS: dict[str, tuple[str, ...]] = {
    "org.unit": ("name",),
    "org.unitname": ("unit", "name"),
    "org.collectivename": ("name",),
    "org.unitgroup": ("name",),
    "workcalendar.calendarday": ("day",),
    "review.reviewstep": ("kind", "state"),
    "deadlines.rung": ("offset",),
    "notices.noticetemplate": ("code",),
    "plan.plan": ("code",),
    "plan.milestone": ("plan", "code"),
    "plan.category": ("plan", "code"),
    "plan.indicator": ("plan", "number"),
    "plan.duty": ("indicator", "role", "unit", "group"),
    "plan.ruleversion": ("indicator", "version"),
    "plan.dataelement": ("code",),
    "plan.reportitem": ("indicator", "element"),
    "plan.relation": ("code",),
    "plan.checklistitem": ("code",),
    "plan.materialrequirement": ("code",),
    "plan.site": ("code",),
    "insight.watchrule": ("code",),
}
# A published version of a rule is immutable, and which one is current is decided by publishing.
_NOT_COMPARED: dict[type[models.Model], set[str]] = {RuleVersion: {"is_current"}}
_NEVER_OVERWRITTEN = (RuleVersion,)

Key = tuple[Any, ...]


class FixtureFault(DomainError):
    """A fixture file is unreadable or names something that is not there."""


@dataclass(frozen=True)
class Difference:
    """A row that is not as the fixtures say. `field` is empty for a row that an administrator deleted."""

    kind: str
    label: str
    field: str = ""
    fixture: str = ""
    stored: str = ""

    def __str__(self) -> str:
        if not self.field:
            return f"{self.kind}“{self.label}”已被删除，不再补回"
        return f"{self.kind}“{self.label}”的{self.field}：方案数据为“{self.fixture}”，现为“{self.stored}”"


@dataclass
class Loaded:
    """What a load did: rows added and overwritten by kind, differences that were kept, assignments, gaps."""

    plan: Plan
    added: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    overwritten: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    differences: list[Difference] = field(default_factory=list)
    synced: Synced = field(default_factory=lambda: Synced(0, 0, 0))
    empty_groups: tuple[UnitGroup, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.overwritten or self.synced)


@transaction.atomic
def load_plan(
    *, code: str = "2017", by: User | None = None, overwrite: bool = False, folder: Path | None = None
) -> Loaded:
    """Load the common fixtures and those of one plan; then whole-unit sites and assignments follow. All or nothing.

    A second run changes nothing. Raises FixtureFault, and Refused for a person who is no administrator.
    """
    require_admin(by)
    folder = folder or Path(settings.FIXTURE_DIRS[0])
    paths = [*sorted((folder / "common").glob("*.json")), *sorted((folder / f"plan-{code}").glob("*.json"))]
    if not (folder / f"plan-{code}").is_dir():
        raise FixtureFault(f"没有代码为“{code}”的方案数据。")
    loader = _Loader(overwrite)
    for path in paths:
        try:
            loader.load(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, LookupError) as error:
            raise FixtureFault(f"{path.name}：{error}") from error
    plan = Plan.objects.get_by_natural_key(code)
    loaded = Loaded(plan, loader.added, loader.overwritten, loader.differences)
    if loader.added.get(_kind(Unit)):
        sync_permissions(repair=True, by=by)  # city-wide roles reach the new units
    sites = ensure_whole_unit_sites()
    if sites:
        loaded.added["点位"] += sites
    if loader.ruled:
        announce_rules(plan, loader.ruled)
    loaded.synced = sync_assignments(plan=plan, by=by)
    loaded.empty_groups = loaded.synced.gaps
    if loaded:
        record(
            by=by,
            action="载入方案数据",
            object_kind="plan",
            object_id=plan.pk,
            label=plan.name,
            changes={
                **{kind: [0, count] for kind, count in loaded.added.items()},
                **{f"{kind}（覆盖）": [0, count] for kind, count in loaded.overwritten.items()},
            },
        )
    return loaded


class _Register:
    """The stored rows of one model by key, with their former keys and members; read once (a query for each)."""

    def __init__(self, model: type[models.Model]) -> None:
        self.names = _key_names(model._meta.label_lower)
        self.columns = [_field(model, name).attname for name in self.names]
        self.rows: dict[Key, list[models.Model]] = defaultdict(list)
        by_pk = {}
        members = [field.name for field in model._meta.many_to_many]
        for row in model._default_manager.order_by("pk").prefetch_related(*members):
            self.rows[self.key(row)].append(row)
            by_pk[row.pk] = row
        self.deleted: set[Key] = set()
        if hasattr(model, "history"):
            for pk, *values in model.history.order_by().values_list("id", *self.columns).distinct():
                key = tuple(values)
                if key in self.rows:
                    continue
                if pk in by_pk:
                    self.rows[key].append(by_pk[pk])
                else:
                    self.deleted.add(key)

    def key(self, row: models.Model) -> Key:
        return tuple(getattr(row, column) for column in self.columns)

    def find(self, row: models.Model) -> models.Model | None:
        """The stored row of this key; of several duties of one holder the one that begins on the same day."""
        found = self.rows.get(self.key(row), [])
        for stored in found:
            if getattr(stored, "valid_from", None) == getattr(row, "valid_from", None):
                return stored
        return found[0] if found else None


class _Loader:
    """Takes files one by one; each holds rows whose references are already loaded."""

    def __init__(self, overwrite: bool) -> None:
        self.overwrite = overwrite
        self.added: dict[str, int] = defaultdict(int)
        self.overwritten: dict[str, int] = defaultdict(int)
        self.differences: list[Difference] = []
        self.ruled: set[int] = set()  # indicators that got a new rule version
        self._registers: dict[type[models.Model], _Register] = {}
        self._natural: dict[type[models.Model], dict[Key, models.Model]] = {}

    def load(self, entries: list[dict[str, Any]]) -> None:
        by_model: dict[type[models.Model], list[dict[str, Any]]] = defaultdict(list)
        for entry in entries:
            if entry["model"] not in KEYS | settings.PLAN_REGISTERS:
                raise KeyError(f"不认识的数据种类“{entry['model']}”")
            model = apps.get_model(entry["model"])
            open_dates = {"valid_from": None, "valid_to": None} if issubclass(model, Dated) else {}
            by_model[model].append(open_dates | entry["fields"])
        for model, rows in by_model.items():
            self._load_model(model, rows)

    def _load_model(self, model: type[models.Model], entries: list[dict[str, Any]]) -> None:
        register = self._register(model)
        new: list[models.Model] = []
        changed: list[models.Model] = []
        many: list[tuple[models.Model, str, list[models.Model]]] = []
        for entry in entries:
            row, lists = self._build(model, entry)
            stored = register.find(row)
            if stored is None and register.key(row) in register.deleted:
                self.differences.append(Difference(_kind(model), _label(row, register)))
                if not self.overwrite:
                    continue
            if stored is None:
                new.append(row)
                many += [(row, name, members) for name, members in lists.items()]
            elif self._differs(row, stored, entry, lists, register):
                changed.append(stored)
        self._add(model, new, register)
        self._link(model, many)
        if changed:
            self.overwritten[_kind(model)] += len(changed)
            names = [name for name in entries[0] if not _field(model, name).many_to_many]
            if hasattr(model, "history"):
                bulk_update_with_history(changed, model, names)
            else:
                model._default_manager.bulk_update(changed, names)
        self._registers.pop(model)

    def _add(self, model: type[models.Model], new: list[models.Model], register: _Register) -> None:
        if not new:
            return
        self.added[_kind(model)] += len(new)
        if model is RuleVersion:
            self._make_room(new)
        if hasattr(model, "history"):
            bulk_create_with_history(new, model)
        else:
            model._default_manager.bulk_create(new)
        names = self._natural.get(model)
        if names is not None:
            names.update((register.key(row), row) for row in new)

    def _link(
        self, model: type[models.Model], many: list[tuple[models.Model, str, list[models.Model]]]
    ) -> None:
        """The members of new rows, one statement for each list."""
        for target in model._meta.many_to_many:
            near, far = target.m2m_field_name(), target.m2m_reverse_field_name()
            through: Any = target.remote_field.through._default_manager  # type: ignore[union-attr]
            through.bulk_create(
                through.model(**{f"{near}_id": row.pk, f"{far}_id": member.pk})
                for row, name, members in many
                if name == target.name
                for member in members
            )

    def _make_room(self, new: list[models.Model]) -> None:
        """A later version from the fixtures becomes current only where it is the highest."""
        for row in new:
            assert isinstance(row, RuleVersion)
            versions = RuleVersion.objects.filter(indicator=row.indicator)
            highest = max(versions.values_list("version", flat=True), default=0)
            row.is_current = row.is_current and row.version > highest
            if row.is_current:
                versions.filter(is_current=True).update(is_current=False)
                self.ruled.add(row.indicator_id)

    def _differs(
        self,
        row: models.Model,
        stored: models.Model,
        entry: Mapping[str, Any],
        lists: Mapping[str, list[models.Model]],
        register: _Register,
    ) -> bool:
        """Note every field that differs; with `overwrite` also put the fixture's value into `stored`."""
        model = type(row)
        apply = self.overwrite and not isinstance(row, _NEVER_OVERWRITTEN)
        touched = False
        for name in entry:
            if name in _NOT_COMPARED.get(model, ()):
                continue
            target = _field(model, name)
            if name in lists:
                members = list(getattr(stored, name).all())
                if {member.pk for member in members} == {member.pk for member in lists[name]}:
                    continue
                self._note(stored, register, target, _listed(lists[name]), _listed(members))
                if apply:
                    getattr(stored, name).set(lists[name])
                continue
            wanted, present = getattr(row, target.attname), getattr(stored, target.attname)
            if wanted == present:
                continue
            self._note(stored, register, target, _shown(row, target), _shown(stored, target))
            if apply:
                setattr(stored, target.attname, wanted)
                touched = True
        return touched

    def _note(
        self, stored: models.Model, register: _Register, target: models.Field, fixture: str, present: str
    ) -> None:
        kind = _kind(type(stored))
        label = _label(stored, register)
        self.differences.append(Difference(kind, label, str(target.verbose_name), fixture, present))

    def _build(
        self, model: type[models.Model], entry: Mapping[str, Any]
    ) -> tuple[models.Model, dict[str, list[models.Model]]]:
        """An unsaved row, and its many-to-many members by field."""
        row = model()
        lists: dict[str, list[models.Model]] = {}
        for name, value in entry.items():
            target = _field(model, name)
            if target.many_to_many:
                lists[name] = [self._resolve(target.related_model, item) for item in value]
            elif target.is_relation:
                setattr(row, name, None if value is None else self._resolve(target.related_model, value))
            else:
                setattr(row, name, target.to_python(value))
        return row, lists

    def _resolve(self, model: type[models.Model], natural: list[Any]) -> models.Model:
        """The row of a natural key, which is built of the natural keys of what it hangs on, laid in one line."""
        rows = self._natural.get(model)
        if rows is None:
            register = self._register(model)
            rows = self._natural[model] = {key: found[0] for key, found in register.rows.items()}
        key, rest = self._key_of(model, list(natural))
        if rest or key not in rows:
            raise KeyError(f"没有{_kind(model)}{natural}")
        return rows[key]

    def _key_of(self, model: type[models.Model], values: list[Any]) -> tuple[Key, list[Any]]:
        key: list[Any] = []
        for name in _key_names(model._meta.label_lower):
            target = _field(model, name)
            if target.is_relation:
                _, rest = self._key_of(target.related_model, values)
                taken = values[: len(values) - len(rest)]
                key.append(self._resolve(target.related_model, taken).pk)
                values = rest
            else:
                key.append(target.to_python(values[0]))
                values = values[1:]
        return tuple(key), values

    def _register(self, model: type[models.Model]) -> _Register:
        if model not in self._registers:
            self._registers[model] = _Register(model)
        return self._registers[model]


def _key_names(label: str) -> tuple[str, ...]:
    """The fields by which a row is recognised: of our own registers, or of upper floors' (settings.PLAN_REGISTERS)."""
    return KEYS.get(label) or settings.PLAN_REGISTERS[label]


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _kind(model: type[models.Model]) -> str:
    return str(model._meta.verbose_name)


def _label(row: models.Model, register: _Register) -> str:
    if isinstance(row, Duty | Indicator | RuleVersion | Unit):
        return str(row)
    return " ".join(str(getattr(row, name)) for name in register.names if name != "plan")


def _shown(row: models.Model, target: Any) -> str:
    value = getattr(row, target.name)
    if value is None or value == "":
        return "空"
    if isinstance(value, bool):
        return "是" if value else "否"
    if target.choices:
        return str(dict(target.flatchoices).get(value, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _listed(rows: Iterable[models.Model]) -> str:
    return "、".join(str(row) for row in rows) or "空"
