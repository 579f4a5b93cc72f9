"""Reading the plan: who owes what, who holds which duty, which groups are still empty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from chuangmo import clock
from chuangmo.org.models import GroupMember, Unit, UnitGroup, UnitName
from chuangmo.prepared import Prepared
from indicators.plan.models import (
    Assignment,
    AssignmentRole,
    ChecklistItem,
    Duty,
    DutyRole,
    Indicator,
    MaterialRequirement,
    Plan,
    ReportItem,
)
from indicators.plan.rules.spans import Span
from indicators.plan.rules.tokens import MEMBER, Holder, expand, parse_token

__all__ = [
    "DutyBook",
    "answerers_of_plan",
    "current_plan",
    "duties_of",
    "duty_book",
    "empty_groups",
    "groups_without_members",
    "leads_of",
    "material_providers_of_plan",
    "plan_by_code",
    "plan_for",
    "reporters_of_plan",
    "reporting_units",
    "units_of_indicator",
]


@dataclass
class DutyBook:
    """All duties of some indicators, read once (four queries), to resolve any number of tokens and days."""

    units: dict[int, Unit]
    named: dict[str, int]
    holders: Mapping[int, list[Holder]] = field(default_factory=dict)

    def unit_ids(self, token: str, indicator_id: int, at: date) -> list[int]:
        """Ids of the units that owe by this token on a day; units that no longer exist then are left out.

        ValueError for a malformed token, KeyError for a unit that nobody knows.
        """
        return self._expanded(token, indicator_id, at, with_members=False)

    def provider_ids(self, token: str, indicator_id: int, at: date) -> list[int]:
        """The same for material: whoever belongs on that day to a responsible group brings it, too."""
        return self._expanded(token, indicator_id, at, with_members=True)

    def _expanded(self, token: str, indicator_id: int, at: date, *, with_members: bool) -> list[int]:
        held = self.holders.get(indicator_id, ())
        ids = expand(parse_token(token), held, self.named, at, with_members=with_members)
        return [pk for pk in ids if self.units[pk].is_valid(at)]

    def units_for(self, token: str, indicator_id: int, at: date) -> list[Unit]:
        return [self.units[pk] for pk in self.unit_ids(token, indicator_id, at)]


def duty_book(
    plan: Plan | None = None,
    *,
    indicator: Indicator | None = None,
    unit_ids: Collection[int] | None = None,
) -> DutyBook:
    """The book of a whole plan, or of one indicator; with `unit_ids` only what these units hold."""
    of = Q(indicator=indicator) if indicator is not None else Q(indicator__plan=plan)
    if unit_ids is not None:
        of &= Q(unit__in=unit_ids)
    duties = Duty.objects.filter(of, unit__isnull=False)
    members = Assignment.objects.filter(of, role=AssignmentRole.MEMBER)
    units = {unit.pk: unit for unit in Unit.objects.all()}
    holders: dict[int, list[Holder]] = defaultdict(list)
    for duty in duties.order_by("indicator", "role", "order", "id"):
        if duty.unit_id is not None:
            span = Span(duty.valid_from, duty.valid_to)
            kind = units[duty.unit_id].kind
            holders[duty.indicator_id].append(Holder(duty.unit_id, duty.role, kind, span, duty.order))
    for row in members.order_by("indicator", "pk"):
        unit, span = units[row.unit_id], Span(row.valid_from, row.valid_to)
        holders[row.indicator_id].append(Holder(unit.pk, MEMBER, unit.kind, span, unit.order))
    named = dict(UnitName.objects.values_list("name", "unit_id"))
    named |= {unit.name: unit.pk for unit in units.values()}
    return DutyBook(units=units, named=named, holders=dict(holders))


def current_plan() -> Plan:
    """The plan that short addresses lead to. Raises Plan.DoesNotExist where none is loaded."""
    return Plan.objects.current()


def plan_for(request: HttpRequest) -> Plan | None:
    """The same for the parts of a page, which do without where none is loaded; read at most once a request."""
    if not hasattr(request, "_current_plan"):
        request._current_plan = next(iter(_CURRENT.objects()), None)  # type: ignore[attr-defined]
    found: Plan | None = request._current_plan  # type: ignore[attr-defined]
    return found


_CURRENT = Prepared(lambda: Plan.objects.filter(is_current=True))


def plan_by_code(code: str) -> Plan:
    """The plan of that code. Raises Plan.DoesNotExist."""
    return Plan.objects.get_by_natural_key(code)


def reporting_units(token: str, indicator: Indicator, at: date | None = None) -> list[Unit]:
    """The units that owe by a reporter token of this indicator on a day (today); four queries."""
    book = duty_book(indicator=indicator)
    return book.units_for(token, indicator.pk, at or clock.today())


def reporters_of_plan(
    plan: Plan, at: date | None = None, *, book: DutyBook | None = None
) -> dict[int, list[int]]:
    """Units (ids) that report each item, by id of the ReportItem; five queries, one with a book at hand."""
    items = ReportItem.objects.filter(indicator__plan=plan).values_list("pk", "indicator_id", "reporter")
    return _resolve(items, book or duty_book(plan), at)


def answerers_of_plan(
    plan: Plan, at: date | None = None, *, book: DutyBook | None = None
) -> dict[int, list[int]]:
    """Units (ids) that answer each checklist item, by id of the ChecklistItem; five queries or one."""
    items = ChecklistItem.objects.filter(indicator__plan=plan).values_list(
        "pk", "indicator_id", "answered_by"
    )
    return _resolve(items, book or duty_book(plan), at)


def material_providers_of_plan(
    plan: Plan, at: date | None = None, *, book: DutyBook | None = None
) -> dict[int, list[int]]:
    """Units (ids) that bring each material, members of groups included, by id of the MaterialRequirement; five queries
    or one."""
    items = MaterialRequirement.objects.filter(indicator__plan=plan).values_list(
        "pk", "indicator_id", "provider"
    )
    book, day = book or duty_book(plan), at or clock.today()
    return {pk: book.provider_ids(token, indicator_id, day) for pk, indicator_id, token in items}


def duties_of(indicator: Indicator, at: date | None = None) -> QuerySet[Duty]:
    """The indicator's duties in the plan's order, leads first; those that count on a day where one is given."""
    duties = Duty.objects.filter(indicator=indicator).select_related("unit", "group")
    if at is not None:
        duties = duties.valid(at)
    return duties.order_by("role", "order", "id")


def leads_of(indicator: Indicator, at: date | None = None) -> list[Unit]:
    """The units that lead the indicator on a day (today), in the plan's order."""
    duties = duties_of(indicator, at or clock.today()).filter(role=DutyRole.LEAD, unit__isnull=False)
    return [duty.unit for duty in duties if duty.unit is not None]


def units_of_indicator(indicator: Indicator, at: date | None = None) -> dict[str, list[Unit]]:
    """The units that have to do with the indicator on a day (today), by role of their assignment."""
    rows = (
        Assignment.objects.valid(at or clock.today())
        .filter(indicator=indicator)
        .select_related("unit")
        .order_by("unit__order", "unit__name")
    )
    units: dict[str, list[Unit]] = defaultdict(list)
    for row in rows:
        units[row.role].append(row.unit)
    return dict(units)


def groups_without_members(at: date | None = None) -> QuerySet[UnitGroup]:
    """Groups to which no unit belongs on a day (today)."""
    members = GroupMember.objects.valid(at or clock.today()).filter(group=OuterRef("pk"))
    return UnitGroup.objects.filter(~Exists(members))


def empty_groups(plan: Plan, at: date | None = None) -> list[UnitGroup]:
    """Groups that carry a duty of the plan on a day (today) and have no member: a gap that is shown, not hidden."""
    duties = Duty.objects.valid(at or clock.today()).filter(indicator__plan=plan, group__isnull=False)
    carried = Q(pk__in=duties.values("group"))
    return list(groups_without_members(at).filter(carried).order_by("pk"))


def _resolve(items: Iterable[tuple[int, int, str]], book: DutyBook, at: date | None) -> dict[int, list[int]]:
    day = at or clock.today()
    return {pk: book.unit_ids(token, indicator_id, day) for pk, indicator_id, token in items}
