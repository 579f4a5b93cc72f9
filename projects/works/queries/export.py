"""The key projects written out beside the rest of the plan (settings.PLAN_EXPORTS)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from indicators.plan.models import Plan
from projects.works.models import Project

__all__ = ["exported_projects", "project_units"]


def exported_projects(plan: Plan) -> dict[str, Any]:
    """`{"projects": [{"name", "kind", "parent", "units", "indicators", "start_by", "finish_by", "facts"}]}`.

    In the plan's order, a parent before its parts. `parent` is a name or null, `kind` water | air | solid_waste,
    `units` owner, partners and line bureau by canonical name, dates as ISO, `facts` as in `works.rules.facts`. Three queries.
    """
    projects = list(
        Project.objects.filter(plan=plan)
        .select_related("parent", "owner", "bureau")
        .prefetch_related("partners", "indicators")
        .order_by("order", "pk")
    )
    return {
        "projects": [
            {
                "name": project.name,
                "kind": project.kind,
                "parent": project.parent.name if project.parent else None,
                "units": project_units(project, [part for part in projects if part.parent_id == project.pk]),
                "indicators": sorted(indicator.number for indicator in project.indicators.all()),
                "start_by": project.start_by.isoformat(),
                "finish_by": project.finish_by.isoformat(),
                "facts": project.facts,
            }
            for project in projects
        ]
    }


def project_units(project: Project, parts: Iterable[Project] = ()) -> list[str]:
    """Names of the units that have to do with it, each once: owners (its own or its parts'), partners, line bureau."""
    names = [project.owner.name] if project.owner else [part.owner.name for part in parts if part.owner]
    names += [unit.name for unit in project.partners.all()]
    return list(dict.fromkeys([*names, project.bureau.name]))
