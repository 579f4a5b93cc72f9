"""Every change of who may do what: people, memberships, exceptions, and the object permissions that follow.

Only an administrator may (`by`), or the system itself (`by=None`: commands). Each function is one transaction and
writes its audit row.
"""

from chuangmo.access.services.grants import grant_exception, revoke_grant
from chuangmo.access.services.leaving import Left, leave, reinstate
from chuangmo.access.services.memberships import add_membership, change_membership, end_membership
from chuangmo.access.services.people import (
    change_own_password,
    change_person,
    create_person,
    set_password,
)
from chuangmo.access.services.permission import require_admin
from chuangmo.access.services.sync import Difference, sync_permissions
from chuangmo.access.services.unit_roles import ensure_role, ensure_unit_roles

__all__ = [
    "Difference",
    "Left",
    "add_membership",
    "change_membership",
    "change_own_password",
    "change_person",
    "create_person",
    "end_membership",
    "ensure_role",
    "ensure_unit_roles",
    "grant_exception",
    "leave",
    "reinstate",
    "require_admin",
    "revoke_grant",
    "set_password",
    "sync_permissions",
]
