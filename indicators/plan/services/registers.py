"""Changes to the plan's registers at the desk: checked, audited, and the assignments follow."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.module_loading import import_string

from chuangmo.access.models import User
from chuangmo.desk.rows import delete_row, save_row
from chuangmo.errors import DomainError, Invalid
from chuangmo.org.queries import UnitResolver
from indicators.plan.models import ChecklistItem, Duty, MaterialRequirement, Plan, ReportItem, Site
from indicators.plan.rules.spans import Span
from indicators.plan.rules.tokens import UNIT, parse_token
from indicators.plan.services.duties import sync_assignments
from indicators.plan.services.permission import require_admin
from indicators.plan.services.rules import announce_rules

__all__ = ["delete_plan_row", "save_duty", "save_plan_row"]

# In which column a register says who owes.
TOKENS: dict[type[models.Model], str] = {
    ReportItem: "reporter",
    ChecklistItem: "answered_by",
    MaterialRequirement: "provider",
}


@transaction.atomic
def save_plan_row(*, row: models.Model, by: User | None, reason: str = "") -> models.Model:
    """Save a row of a plan register. A reporter token may name a unit by any of its names: its full one is stored.

    Raises Refused (no administrator) and Invalid, all faults at once.
    """
    require_admin(by)
    faults = _clean_token(row)
    if isinstance(row, ReportItem):
        faults |= _due_faults(row)
    if faults:
        try:
            row.full_clean(exclude=list(faults))
        except ValidationError as error:
            faults |= {name: "".join(texts) for name, texts in error.message_dict.items()}
        raise Invalid(faults)
    save_row(row=row, by=by, reason=reason)
    if type(row) in TOKENS:
        sync_assignments(plan=_plan_of(row), by=by)
    _announce(row)
    return row


@transaction.atomic
def delete_plan_row(*, row: models.Model, by: User | None, reason: str = "") -> None:
    """Delete a row of a plan register. Raises Refused (no administrator, something still hangs on it)."""
    require_admin(by)
    plan = _plan_of(row) if type(row) in TOKENS else None
    delete_row(row=row, by=by, reason=reason)
    if plan is not None:
        sync_assignments(plan=plan, by=by)
    _announce(row)


@transaction.atomic
def save_duty(*, duty: Duty, by: User | None, reason: str = "") -> Duty:
    """Put a duty right as if it had always been so (imports, slips of the pen). What changes from a month on is
    `change_duty`. One holder has no two duties of one role on an indicator at the same time.

    Raises Refused (no administrator) and Invalid.
    """
    require_admin(by)
    if duty.indicator_id is not None and (duty.unit_id is not None or duty.group_id is not None):
        span = Span(duty.valid_from, duty.valid_to)
        same = Duty.objects.filter(
            indicator=duty.indicator_id, role=duty.role, unit=duty.unit_id, group=duty.group_id
        )
        for other in same.exclude(pk=duty.pk):
            if span.cut(Span(other.valid_from, other.valid_to)) is not None:
                days = f"{other.valid_from or '一直'} 至 {other.valid_to or '长期'}"
                raise Invalid({"valid_from": f"这段时间已有同一职责（{days}）。"})
    save_row(row=duty, by=by, reason=reason)
    sync_assignments(plan=duty.indicator.plan, by=by)
    return duty


def _announce(row: models.Model) -> None:
    """Tell whoever keeps verdicts: a site's class or service, or a fact of the plan, decides about them."""
    if isinstance(row, Plan):
        announce_rules(row, set(row.indicators.values_list("pk", flat=True)))
    elif isinstance(row, Site):
        numbers = settings.READING_INDICATORS.get(row.kind, ())
        for plan in Plan.objects.filter(is_current=True) if numbers else ():
            for path in settings.READINGS_CHANGED:
                import_string(path)(indicator_numbers=numbers, from_day=plan.window_start)


def _plan_of(row: Any) -> Plan:
    return row.indicator.plan


def _clean_token(row: models.Model) -> dict[str, str]:
    """Replace names in the row's token by full ones; the fault by field where it can't be read."""
    name = TOKENS.get(type(row))
    text = getattr(row, name) if name is not None else ""
    if name is None or not text:
        return {}
    try:
        parts = parse_token(text)
        named = [part for part in parts if part.unit]
        resolver = UnitResolver() if named else None
        words = [
            f"{UNIT}{resolver.find(part.unit).name}" if part.unit and resolver is not None else part.word
            for part in parts
        ]
    except (ValueError, DomainError) as error:
        return {name: str(error)}
    setattr(row, name, "+".join(words))
    return {}


def _due_faults(item: ReportItem) -> dict[str, str]:
    if not item.due or item.element_id is None:
        return {}
    try:
        import_string(settings.DUE_RULE)(item.due, item.element.frequency)
    except ValueError as error:
        return {"due": str(error)}
    return {}
