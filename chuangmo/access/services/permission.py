"""Who may change who may do what."""

from __future__ import annotations

from django.db.models import Q

from chuangmo import clock
from chuangmo.access.models import Membership, Role, User
from chuangmo.access.queries import rights_of
from chuangmo.errors import Refused

__all__ = ["keep_an_admin", "not_past", "require_admin"]


def require_admin(by: User | None) -> None:
    """Refused unless `by` is an administrator now, or None: the system itself."""
    if by is not None and not rights_of(by).is_admin:
        raise Refused("只有管理员可以维护人员和权限。")


def not_past() -> Q:
    """Memberships that count today or will: their people belong into the groups (dates are asked when rights are)."""
    return Q(valid_to__isnull=True) | Q(valid_to__gte=clock.today())


def keep_an_admin(user: User, by: User | None) -> None:
    """Refused when this person is the last administrator who could still sign in.

    Every administrator's row is held first: of two who take each other's role away, the second sees what the first did.
    """
    if by is None:
        return
    list(Membership.objects.select_for_update().filter(role=Role.ADMIN).order_by("pk").values_list("pk"))
    others = Membership.objects.valid(clock.today()).filter(role=Role.ADMIN, user__is_active=True)
    is_admin = others.filter(user=user).exists()
    if is_admin and not others.exclude(user=user).exists():
        raise Refused("这是最后一位管理员，请先任命另一位。")
