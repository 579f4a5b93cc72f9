"""People and memberships in and out of Excel."""

from __future__ import annotations

from typing import Any

from chuangmo.access.models import Membership, Role, User
from chuangmo.access.services import add_membership, change_membership, change_person, create_person
from chuangmo.access.services.people import FIELDS
from chuangmo.desk.resources import RegisterResource, column
from chuangmo.desk.widgets import Choice, Day, Reference, Text, UnitCell, YesNo, plain

__all__ = ["MembershipResource", "PersonResource"]

PASSWORD_COLUMN = "初始密码"


class PersonResource(RegisterResource):
    """Accounts by user name. A new one may bring a first password, which is never written out or shown."""

    identity = ("username",)
    extra_columns = (PASSWORD_COLUMN,)
    username = column("username", "用户名", Text(), required=True)
    name = column("name", "姓名", Text(), required=True)
    phone = column("phone", "手机", Text())
    email = column("email", "邮箱", Text())
    wecom_id = column("wecom_id", "企业微信账号", Text())
    dingtalk_id = column("dingtalk_id", "钉钉账号", Text())
    feishu_id = column("feishu_id", "飞书账号", Text())

    class Meta(RegisterResource.Meta):
        model = User

    def after_init_instance(self, instance: User, new: bool, row: Any, **kwargs: Any) -> None:
        if new:
            instance.set_unusable_password()

    def store(self, row: User, *, is_new: bool, cells: dict[str, Any]) -> None:
        fields = {name: getattr(row, name) for name in FIELDS}
        if is_new:
            row.pk = create_person(
                by=self.by, password=plain(cells.get(PASSWORD_COLUMN)) or None, **fields
            ).pk
        else:
            change_person(user=User.objects.get(pk=row.pk), by=self.by, **fields)


class MembershipResource(RegisterResource):
    identity = ("user", "unit", "role", "valid_from")
    user = column(
        "user",
        "用户名",
        Reference(lambda: User.objects.all(), lambda user: user.username, "人员"),
        required=True,
    )
    person = column("user__name", "姓名", Text(), readonly=True)
    unit = column("unit", "单位", UnitCell(), required=True)
    role = column("role", "角色", Choice(Role.choices), required=True)
    valid_from = column("valid_from", "自", Day())
    valid_to = column("valid_to", "至", Day())
    is_leader = column("is_leader", "单位领导", YesNo())

    class Meta(RegisterResource.Meta):
        model = Membership

    def store(self, row: Membership, *, is_new: bool, cells: dict[str, Any]) -> None:
        dates: dict[str, Any] = {
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "is_leader": row.is_leader,
        }
        if is_new:
            row.pk = add_membership(
                user=row.user, unit=row.unit, role=row.role, by=self.by, reason="Excel 导入", **dates
            ).pk
        else:
            stored = Membership.objects.get(pk=row.pk)
            change_membership(membership=stored, by=self.by, reason="Excel 导入", **dates)
