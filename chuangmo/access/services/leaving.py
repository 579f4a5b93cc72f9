"""A person who leaves: rights are gone at once, what they had in hand stays with the unit and is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from chuangmo import clock
from chuangmo.access.models import Grant, Membership, User
from chuangmo.access.services.grants import revoke_grant
from chuangmo.access.services.memberships import end_membership, put_into_groups
from chuangmo.access.services.permission import keep_an_admin, not_past, require_admin
from chuangmo.audit.services import record
from chuangmo.errors import Invalid

__all__ = ["Left", "leave", "reinstate"]


@dataclass(frozen=True)
class Left:
    """What leaving ended, and what somebody else of the unit has to go on with (labels; the drafts are the unit's)."""

    memberships: int
    grants: int
    sessions: int
    in_hand: tuple[str, ...]


@transaction.atomic
def leave(*, user: User, on: date, by: User | None, reason: str = "") -> Left:
    """End all memberships with `on` (today or before), revoke exceptions, close the account and its sessions.

    The account itself stays: what the person wrote names them. `settings.WORK_IN_HAND` lists functions of upper
    floors that say what the person had in hand. Raises Refused (no administrator, the last one) and Invalid.
    """
    require_admin(by)
    if on > clock.today():
        raise Invalid({"on": "离任日期不能晚于今天；将来离任请在任职上填“至”。"})
    keep_an_admin(user, by)
    in_hand = tuple(label for path in settings.WORK_IN_HAND for label in import_string(path)(user))
    # Closed first: with it every right is gone, also on the last day itself.
    user.is_active = False
    user.is_staff = user.is_superuser = False
    user.save(update_fields=["is_active", "is_staff", "is_superuser"])
    memberships = list(Membership.objects.filter(not_past(), user=user).select_related("unit", "user"))
    # The administrator who leaves may still end their own: asked above.
    for membership in memberships:
        end_membership(membership=membership, on=on, by=None, reason=reason or "离任")
    grants = list(Grant.objects.filter(user=user, until__gte=clock.today()).select_related("unit", "user"))
    for grant in grants:
        revoke_grant(grant=grant, by=None, reason=reason or "离任")
    user.groups.clear()
    left = Left(len(memberships), len(grants), _close_sessions(user), in_hand)
    record(
        by=by,
        action="离任",
        object_kind="user",
        object_id=user.pk,
        label=f"{user.name}（{user.username}）",
        reason=reason,
        changes={
            "任职": [left.memberships, 0],
            "临时授权": [left.grants, 0],
            "会话": [left.sessions, 0],
            "手中事项": [list(in_hand), []],
        },
    )
    return left


@transaction.atomic
def reinstate(*, user: User, by: User | None, reason: str = "") -> User:
    """Open a closed account again, without any role: memberships are given anew."""
    require_admin(by)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        put_into_groups(user)
        record(
            by=by,
            action="恢复账号",
            object_kind="user",
            object_id=user.pk,
            label=f"{user.name}（{user.username}）",
            reason=reason,
            changes={"可登录": [False, True]},
        )
    return user


def _close_sessions(user: User) -> int:
    """Delete the person's open sessions; which are whose only their content tells."""
    mine = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if session.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    return Session.objects.filter(pk__in=mine).delete()[0] if mine else 0
