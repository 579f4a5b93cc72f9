"""Reading the plan: who owes what, who holds which duty, which groups are empty; the plan written out."""

from indicators.plan.queries.duties import (
    DutyBook,
    answerers_of_plan,
    current_plan,
    duties_of,
    duty_book,
    empty_groups,
    groups_without_members,
    leads_of,
    material_providers_of_plan,
    plan_by_code,
    plan_for,
    reporters_of_plan,
    reporting_units,
    units_of_indicator,
)
from indicators.plan.queries.export import plan_export, plan_text
from indicators.plan.queries.materials import materials_owed

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
    "materials_owed",
    "plan_by_code",
    "plan_export",
    "plan_for",
    "plan_text",
    "reporters_of_plan",
    "reporting_units",
    "units_of_indicator",
]
