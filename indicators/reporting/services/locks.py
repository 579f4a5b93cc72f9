"""The office's lock on a month for everyone (domain.md §6)."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.period_fields import period_columns
from chuangmo.periods import Kind, Period
from indicators.plan.models import Plan
from indicators.reporting.models import PeriodLock


def lock_month(*, plan: Plan, period: Period, reason: str, by: User) -> PeriodLock:
    """Close a month: nothing in it is entered, submitted, accepted or unlocked while the lock stands.

    Raises Refused for anybody but the steering office, Invalid without a reason or for something that is month
    or has not begun, Stale where somebody locked it just before.
    """
    with transaction.atomic():
        _require_office(by)
        reason = _reason(reason)
        if period.kind != Kind.MONTH:
            raise Invalid({"period": "只能锁定整月"})
        if period.start > clock.today():
            raise Invalid({"period": f"{period.label}还没有开始"})
        hold_locks(plan.pk)
        standing = PeriodLock.objects.filter(plan=plan, lifted_at=None, **period_columns(period)).first()
        if standing is not None:
            raise _locked_already(standing)
        try:
            with transaction.atomic():
                lock = PeriodLock.objects.create(
                    plan=plan, reason=reason, locked_by=by, **period_columns(period)
                )
        except IntegrityError:
            raise Stale(f"{period.label}刚才已被锁定，请刷新") from None
        _record(lock, "锁定月份", reason, by)
        return lock


def lift_lock(*, lock_id: int, reason: str, by: User) -> PeriodLock:
    """Open the month again. Raises Refused, Invalid without a reason, Stale where it is lifted already."""
    with transaction.atomic():
        _require_office(by)
        reason = _reason(reason)
        lock = PeriodLock.objects.select_related("plan").filter(pk=lock_id).first()
        if lock is None:
            raise Refused("没有这个锁定")
        hold_locks(lock.plan_id)
        now = timezone.now()
        changed = PeriodLock.objects.filter(pk=lock_id, lifted_at=None).update(lifted_at=now, lifted_by=by)
        if not changed:
            lifted = PeriodLock.objects.select_related("lifted_by").get(pk=lock_id)
            raise Stale(f"刚才已由 {lifted.lifted_by} 解除，请刷新")
        lock.lifted_at, lock.lifted_by = now, by
        _record(lock, "解除月份锁定", reason, by)
        return lock


def hold_locks(plan_id: int) -> None:
    """Until the transaction ends nobody else locks, lifts, or does what a lock forbids, in this plan.

    SQLite has one writer at a time anyway.
    """
    Plan.objects.select_for_update(no_key=True).only("pk").get(pk=plan_id)


def standing_lock(*, plan_id: int, period: Period) -> PeriodLock | None:
    """The lock that closes a period: the one over its last month."""
    return (
        PeriodLock.objects.filter(
            plan=plan_id, lifted_at=None, period_start__lte=period.end, period_end__gte=period.end
        )
        .select_related("locked_by")
        .first()
    )


def _require_office(by: User) -> None:
    if not rights_of(by).is_office:
        raise Refused("只有创模办可以锁定或解除月份")


def _reason(reason: str) -> str:
    reason = reason.replace("\x00", "").strip()
    if not reason:
        raise Invalid({"reason": "请写明原因"})
    if len(reason) > 200:
        raise Invalid({"reason": "原因不超过 200 字"})
    return reason


def _locked_already(lock: PeriodLock) -> Stale:
    at = timezone.localtime(lock.locked_at)
    return Stale(f"{lock.period.label}已由 {lock.locked_by} 锁定（{at:%m-%d %H:%M}）")


def _record(lock: PeriodLock, action: str, reason: str, by: User) -> None:
    record(
        by=by,
        action=action,
        object_kind="period_lock",
        object_id=lock.pk,
        label=f"{lock.plan} {lock.period.label}",
        reason=reason,
    )
