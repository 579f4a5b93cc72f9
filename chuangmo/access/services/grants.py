"""Exceptions: one person, one unit, one permission, until a day, for a reason."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from chuangmo import clock
from chuangmo.access.models import Grant, UnitUserObjectPermission, User
from chuangmo.access.rules import ACCEPT
from chuangmo.access.services.permission import require_admin
from chuangmo.access.services.unit_roles import unit_permission_ids
from chuangmo.audit.services import record
from chuangmo.errors import Invalid, Refused
from chuangmo.org.models import Unit

__all__ = ["grant_exception", "revoke_grant"]


@transaction.atomic
def grant_exception(
    *, user: User, unit: Unit, permission: str, until: date, reason: str, by: User | None
) -> Grant:
    """Let a person do one thing for one unit up to and including `until`.

    `by` None is not possible: an exception has somebody who answers for it. Raises Refused (no administrator, for
    oneself, acceptance) and Invalid (an end that has passed, no reason).
    """
    require_admin(by)
    if by is None:
        raise Refused("临时授权要有批准人。")
    if by.pk == user.pk:
        raise Refused("临时授权不能由本人批准，请由另一位管理员办理。")
    if permission == ACCEPT:
        raise Refused("审定不能临时授权，只属于创模办。")
    faults = {}
    if permission not in dict(Grant._meta.get_field("permission").flatchoices):
        faults["permission"] = f"没有“{permission}”这种权限。"
    if until < clock.today():
        faults["until"] = "“有效至”已经过去。"
    if not reason.strip():
        faults["reason"] = "请写明理由。"
    if not user.is_active:
        faults["user"] = f"{user} 的账号已停用。"
    if faults:
        raise Invalid(faults)
    grant = Grant.objects.create(
        user=user, unit=unit, permission=permission, until=until, reason=reason.strip(), by=by
    )
    UnitUserObjectPermission.objects.get_or_create(
        user=user, content_object=unit, permission_id=unit_permission_ids()[permission]
    )
    _record(by, "临时授权", grant, ["", f"{grant.get_permission_display()}，至 {until}"], grant.reason)
    return grant


@transaction.atomic
def revoke_grant(*, grant: Grant, by: User | None, reason: str = "") -> None:
    """End an exception at once; the row stays, its last day was yesterday."""
    require_admin(by)
    today = clock.today()
    if grant.until < today:
        return
    before = str(grant.until)
    grant.until = today - timedelta(days=1)
    grant.save(update_fields=["until"])
    others = Grant.objects.filter(
        user=grant.user, unit=grant.unit, permission=grant.permission, until__gte=today
    )
    if not others.exists():
        UnitUserObjectPermission.objects.filter(
            user=grant.user, content_object=grant.unit, permission__codename=grant.permission
        ).delete()
    _record(by, "撤销临时授权", grant, [before, str(grant.until)], reason)


def _record(by: User | None, action: str, grant: Grant, change: list[str], reason: str) -> None:
    record(
        by=by,
        action=action,
        object_kind="grant",
        object_id=grant.pk,
        label=str(grant),
        unit_id=grant.unit_id,
        reason=reason,
        changes={"授权": change},
    )
