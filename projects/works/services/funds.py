"""Writing what money is planned: of a project by its owner, of a county's own campaign fund by the county."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.org.models import Unit, UnitKind
from indicators.plan.models import Plan
from projects.works.models import CountyFund, FundPlan, Project, Source
from projects.works.rights import may_schedule

__all__ = ["FUNDED", "save_county_fund", "save_fund_plan"]

FUNDED = (UnitKind.COUNTY, UnitKind.ZONE)  # whom 四(五) tells to set money aside
Amounts = Mapping[tuple[str, int], Decimal | None]


@transaction.atomic
def save_fund_plan(*, by: User, project_id: int, amounts: Amounts) -> None:
    """Set what is planned by (source, year), 万元; None takes the row away. The owner's reporters and reviewers."""
    project = Project.objects.select_for_update(of=("self",)).get(pk=project_id)
    if not may_schedule(rights_of(by), project):
        raise Refused("只有责任单位可以填资金计划")
    faults = {
        f"{source}:{year}": "金额不能是负数"
        for (source, year), amount in amounts.items()
        if amount is not None and amount < 0
    }
    if faults:
        raise Invalid(faults)
    before = {(row.source, row.year): row for row in FundPlan.objects.filter(project=project)}
    changes = {}
    for (source, year), amount in amounts.items():
        row = before.get((source, year))
        was = row.amount if row else None
        if was == amount:
            continue
        changes[f"{year} 年{Source(source).label}"] = [_text(was), _text(amount)]
        if amount is None:
            FundPlan.objects.filter(project=project, source=source, year=year).delete()
        else:
            FundPlan.objects.update_or_create(
                project=project, source=source, year=year, defaults={"amount": amount}
            )
    if changes:
        record(
            by=by,
            action="改资金计划",
            object_kind="project",
            object_id=project.pk,
            label=str(project),
            unit_id=project.owner_id,
            changes=changes,
        )


@transaction.atomic
def save_county_fund(
    *,
    by: User,
    plan: Plan,
    unit_id: int,
    version: int,
    budget: Decimal | None,
    arrived: Decimal | None,
    paid: Decimal | None,
    note: str = "",
) -> CountyFund:
    """Set a county's own campaign fund, 万元; the county's reporters and reviewers."""
    unit = Unit.objects.filter(pk=unit_id, kind__in=FUNDED).first()
    rights = rights_of(by)
    if unit is None or not (rights.may("report", unit_id) or rights.may("sign_off", unit_id)):
        raise Refused("只有该县（特区、区）或开发区可以填自己的创模工作经费")
    faults = {
        name: "金额不能是负数"
        for name, amount in (("budget", budget), ("arrived", arrived), ("paid", paid))
        if amount is not None and amount < 0
    }
    if arrived is not None and paid is not None and paid > arrived:
        faults.setdefault("paid", f"累计支出 {_text(paid)} 大于累计到位 {_text(arrived)} 万元")
    if faults:
        raise Invalid(faults)
    fund, _ = CountyFund.objects.get_or_create(plan=plan, unit=unit)
    before = {"预算": fund.budget, "到位": fund.arrived, "支出": fund.paid, "说明": fund.note}
    done = CountyFund.objects.filter(pk=fund.pk, version=version).update(
        budget=budget, arrived=arrived, paid=paid, note=note.strip(), version=F("version") + 1, updated_by=by
    )
    if not done:
        raise Stale("刚才有人改过，请刷新后再试；您填的内容还在")
    fund.refresh_from_db()
    after = {"预算": fund.budget, "到位": fund.arrived, "支出": fund.paid, "说明": fund.note}
    record(
        by=by,
        action="填创模工作经费",
        object_kind="county_fund",
        object_id=fund.pk,
        label=str(fund),
        unit_id=unit.pk,
        changes={
            name: [_text(before[name]), _text(value)]
            for name, value in after.items()
            if before[name] != value
        },
    )
    return fund


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)
