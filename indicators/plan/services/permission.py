"""Who may change the plan."""

from __future__ import annotations

from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.errors import Refused

__all__ = ["require_admin"]


def require_admin(by: User | None) -> None:
    """Refused unless `by` is an administrator now, or None: the system itself (commands)."""
    if by is not None and not rights_of(by).is_admin:
        raise Refused("只有管理员可以修改方案、职责和规则。")
