"""The register of a task: its members, what happened to each, each unit's share, and the posts that do it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from chuangmo.org.models import Unit
from projects.campaigns.models.task import Task


class Share(models.Model):
    """What one unit has to do of a task: the members of the register that are its own.

    `closed_at` says that the unit's list is complete; an empty list may be closed for a reason (`none_reason`: nothing of
    the kind there). A share that passed to another unit after an objection stays, and counts no more. Opened by
    `services.shares.open_shares`.
    """

    task = models.ForeignKey(Task, verbose_name="任务", on_delete=models.CASCADE, related_name="shares")
    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="task_shares")
    closed_at = models.DateTimeField("名单报齐时间", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="名单报齐人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    none_reason = models.CharField(
        "没有对象的理由", max_length=200, blank=True, help_text="本单位没有这类对象时写明理由。"
    )
    passed_to = models.ForeignKey(
        Unit, verbose_name="改派给", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "任务分工"
        ordering: ClassVar[list[str]] = ["task", "unit__order", "unit__name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["task", "unit"], name="campaigns_share_once"),
        ]

    def __str__(self) -> str:
        return f"{self.task} · {self.unit.short_name}"


class Post(models.Model):
    """A post of a unit and the person who holds it (分解落实到岗到人); the person may have an account."""

    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="task_posts")
    title = models.CharField("岗位", max_length=40, help_text="如 环境监察大队一中队。")
    person = models.CharField("责任人", max_length=30)
    phone = models.CharField("电话", max_length=30, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="账号",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="task_posts",
        help_text="责任人的账号；选了账号，本人可以销号。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "任务岗位"
        ordering: ClassVar[list[str]] = ["unit", "title", "person"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["unit", "title", "person"],
                name="campaigns_post_once",
                violation_error_message="这个单位已有同一岗位和责任人。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.person}"


class MemberState(models.TextChoices):
    """Where a member stands: open → ticked off → verified, or sent back; removed ones count no more."""

    OPEN = "open", "待销号"
    TICKED = "ticked", "已销号待核"
    VERIFIED = "verified", "已核销"
    RETURNED = "returned", "已退回"
    REMOVED = "removed", "已移出"


STANDING_STATES = [state for state in MemberState if state != MemberState.REMOVED]


class Member(models.Model):
    """One thing on a task's register that is ticked off: a firm, a boiler, a school, a post.

    `key` is the name in one spelling (`rules.names.name_key`), `aliases` the other spellings that somebody confirmed to be
    the same; `apart` numbers those that somebody confirmed to be different in spite of the same key and code. Its state is
    changed by `services.moves` only: who ticks off never verifies.
    """

    task = models.ForeignKey(Task, verbose_name="任务", on_delete=models.PROTECT, related_name="members")
    unit = models.ForeignKey(
        Unit, verbose_name="责任单位", on_delete=models.PROTECT, related_name="task_members"
    )
    county = models.ForeignKey(
        Unit,
        verbose_name="所在县区",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    post = models.ForeignKey(
        Post,
        verbose_name="岗位和责任人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="members",
    )
    name = models.CharField("名称", max_length=100)
    key = models.CharField("名称（统一写法）", max_length=100)
    aliases = models.JSONField("其他写法", default=list, blank=True)
    apart = models.PositiveSmallIntegerField("同名序号", default=0)
    code = models.CharField("代码", max_length=40, blank=True)
    value = models.DecimalField("数值", max_digits=12, decimal_places=2, null=True, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)
    state = models.CharField("状态", max_length=8, choices=MemberState.choices, default=MemberState.OPEN)
    ticked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="销号人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    ticked_at = models.DateTimeField("销号时间", null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="核销人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    verified_at = models.DateTimeField("核销时间", null=True, blank=True)
    reason = models.CharField("退回或移出的理由", max_length=200, blank=True)
    version = models.PositiveIntegerField("修改次数", default=0)
    created_at = models.DateTimeField("登记时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "销号对象"
        ordering: ClassVar[list[str]] = ["task", "unit__order", "name", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["task", "unit", "key", "code", "apart"],
                condition=~Q(state="removed"),
                name="campaigns_member_once",
                violation_error_message="名单里已有同名同代码的对象。",
            ),
            models.UniqueConstraint(
                fields=["task", "code"],
                condition=~Q(state="removed") & ~Q(code=""),
                name="campaigns_member_code_once",
                violation_error_message="名单里已有这个代码。",
            ),
            models.CheckConstraint(condition=Q(state__in=MemberState.values), name="campaigns_member_state"),
            models.CheckConstraint(
                condition=~Q(state="verified")
                | Q(verified_by__isnull=False, ticked_by__isnull=False)
                & ~Q(verified_by=models.F("ticked_by")),
                name="campaigns_member_two_people",
                violation_error_message="销号和核销要由两个人办理。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # A task's register by unit and state, and its counts.
            models.Index(fields=["task", "unit", "state"], name="campaigns_member_counts"),
            # The home page: what a unit has to tick off.
            models.Index(fields=["unit", "state"], name="campaigns_member_of_unit"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("campaigns:member-show", args=[self.pk])


class MemberEvent(models.Model):
    """One thing that happened to a member; appended only. The audit chain has it, too."""

    member = models.ForeignKey(
        Member, verbose_name="销号对象", on_delete=models.CASCADE, related_name="events"
    )
    at = models.DateTimeField("时间")
    action = models.CharField("办理", max_length=20)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="办理人",
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    by_name = models.CharField("姓名", max_length=40)
    reason = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "销号经过"
        ordering: ClassVar[list[str]] = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.member_id} {self.action}"
