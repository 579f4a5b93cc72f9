"""People, their roles in units, and the object permissions that follow from them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase
from simple_history.models import HistoricalRecords

from chuangmo.org.models import Dated, Unit, since_ever


class User(AbstractUser):
    """A person who signs in. Leaving = `is_active` off and memberships ended; never deleted."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField("姓名", max_length=30)
    phone = models.CharField("手机", max_length=20, blank=True)
    wecom_id = models.CharField("企业微信账号", max_length=64, blank=True)
    dingtalk_id = models.CharField("钉钉账号", max_length=64, blank=True)
    feishu_id = models.CharField("飞书账号", max_length=64, blank=True)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering: ClassVar[list[str]] = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name or self.username

    def get_short_name(self) -> str:
        return self.name or self.username


class Role(models.TextChoices):
    """Roles in a unit (domain.md §1); what each may do is `access.rules.RIGHTS`."""

    REPORTER = "reporter", "填报员"
    REVIEWER = "reviewer", "单位审核人"
    OFFICE = "office", "创模办"
    COUNTY_OFFICE = "county_office", "县区创模办"
    INSPECTOR = "inspector", "督查"
    OBSERVER = "observer", "领导（只读）"
    ASSESSOR = "assessor", "评估专家"
    ADMIN = "admin", "管理员"


class UnitRole(models.Model):
    """The auth group that holds everyone with one role in one unit. Made and filled by `access.services`."""

    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.CASCADE, related_name="roles")
    role = models.CharField("角色", max_length=16, choices=Role.choices)
    group = models.OneToOneField(
        Group, verbose_name="权限组", on_delete=models.CASCADE, related_name="unit_role"
    )

    class Meta:
        verbose_name = verbose_name_plural = "单位角色"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["unit", "role"], name="access_unitrole_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.get_role_display()}"


class Membership(Dated):
    """A person's role in a unit. Written only by `access.services` so that groups follow at once."""

    user = models.ForeignKey(User, verbose_name="人员", on_delete=models.PROTECT, related_name="memberships")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField("角色", max_length=16, choices=Role.choices)
    is_leader = models.BooleanField(
        "单位领导", default=False, help_text="从催办起，通知同时抄送本单位的领导；没有标明领导的抄送审核人。"
    )

    history = HistoricalRecords(verbose_name="任职历史")

    class Meta(Dated.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "任职"
        ordering: ClassVar[list[str]] = ["user", "unit", "role"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                "user",
                "unit",
                "role",
                since_ever("valid_from"),
                name="access_membership_once",
                violation_error_message="该人员在该单位已有这个角色。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.unit} {self.get_role_display()}"


class Grant(models.Model):
    """An exception: one person may do one thing for one unit until a day, for a reason that is written down."""

    user = models.ForeignKey(User, verbose_name="人员", on_delete=models.PROTECT, related_name="grants")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="grants")
    permission = models.CharField(
        "权限",
        max_length=20,
        choices=[("report", "填报"), ("sign_off", "审核"), ("oversee", "督导"), ("view_unit", "查看")],
        help_text="审定不能临时授权，只属于创模办。",
    )
    until = models.DateField("有效至", help_text="最后有效的一天。")
    reason = models.CharField("理由", max_length=200)
    by = models.ForeignKey(User, verbose_name="批准人", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("批准时间", auto_now_add=True)

    history = HistoricalRecords(verbose_name="授权历史")

    class Meta:
        verbose_name = verbose_name_plural = "临时授权"
        ordering: ClassVar[list[str]] = ["-until"]

    def __str__(self) -> str:
        return f"{self.user} {self.unit} {self.get_permission_display()} 至 {self.until}"


class UnitUserObjectPermission(UserObjectPermissionBase):
    """Object permission of a person on a unit (from grants)."""

    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "人员对单位的权限"


class UnitGroupObjectPermission(GroupObjectPermissionBase):
    """Object permission of a unit's role group on a unit (from roles)."""

    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "角色对单位的权限"
