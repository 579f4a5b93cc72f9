"""Who may change the plan."""

from __future__ import annotations

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.errors import Refused

__all__ = ["require_admin", "require_rule_keeper"]


def require_admin(by: User | None) -> None:
    """Refused unless `by` is an administrator now, or None: the system itself (commands)."""
    if by is not None and not rights_of(by).is_admin:
        raise Refused("只有管理员可以修改方案、职责和规则。")


def require_rule_keeper(by: User | None) -> None:
    """Refused unless `by` is of the steering office or an administrator now, or None: the system itself."""
    if by is not None:
        rights = rights_of(by)
        if not (rights.is_office or rights.is_admin):
            raise Refused("只有创模办和管理员可以发布规则。")
