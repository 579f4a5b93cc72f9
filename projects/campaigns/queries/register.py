"""The register of one task: its members as an import compares them, as its page lists them."""

from __future__ import annotations

from django.db.models import Q

from chuangmo.org.models import Installation, Unit, UnitKind
from projects.campaigns.models import Member, MemberState, Task
from projects.campaigns.rules.matching import Known
from projects.campaigns.rules.names import name_key

__all__ = ["county_of_units", "known_members", "places", "units_of"]

_FIXED = (MemberState.TICKED, MemberState.VERIFIED)


def known_members(task: Task) -> list[Known]:
    """The members that stand on the register, as `rules.matching` asks for them. One query."""
    rows = (
        Member.objects.filter(task=task)
        .exclude(state=MemberState.REMOVED)
        .order_by("pk")
        .values_list(
            "pk",
            "name",
            "key",
            "code",
            "unit_id",
            "county_id",
            "post__title",
            "post__person",
            "value",
            "remark",
            "aliases",
            "state",
        )
    )
    return [
        Known(
            pk,
            name,
            key,
            code,
            unit,
            county,
            title or "",
            person or "",
            value,
            remark,
            frozenset([name, *aliases]),
            state in _FIXED,
        )
        for pk, name, key, code, unit, county, title, person, value, remark, aliases, state in rows
    ]


def county_of_units() -> dict[int, int]:
    """The county in which a unit lies, or which it is. One query."""
    here = Q(kind__in=[UnitKind.COUNTY, UnitKind.ZONE]) | Q(county__isnull=False)
    return {
        pk: pk if kind in (UnitKind.COUNTY, UnitKind.ZONE) else county
        for pk, kind, county in Unit.objects.filter(here).order_by().values_list("pk", "kind", "county_id")
    }


def places() -> list[str]:
    """Names of the city and its counties that people put before a firm's name or leave out, the longest first."""
    city = Installation.current().city
    names = {name_key("贵州省"), name_key(city), name_key(city.removesuffix("市"))}
    rows = Unit.objects.filter(kind__in=[UnitKind.COUNTY, UnitKind.ZONE]).order_by()
    for name, short_name in rows.values_list("name", "short_name"):
        names |= {name_key(name.removesuffix("人民政府").removesuffix("管委会")), name_key(short_name)}
    return sorted(names - {""}, key=lambda name: (-len(name), name))


def units_of(task: Task) -> list[Unit]:
    """The units that may have members of the task, in order: the lead, the plan's, those that got a share. One query."""
    mine = Q(pk=task.lead_id) | Q(tasks=task) | Q(task_shares__task=task, task_shares__passed_to=None)
    return list(Unit.objects.filter(mine).distinct().order_by("order", "name"))
