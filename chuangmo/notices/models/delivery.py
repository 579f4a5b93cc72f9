"""The ways out of the house: channels, the outbox, daily mails, and what each person wishes."""

from __future__ import annotations

from datetime import datetime, time
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chuangmo.notices.rules.hours import LONGEST_QUIET, WORTH_SENDING, is_down, quiet_length
from chuangmo.org.models import SingleRow, Unit


class ChannelKind(models.TextChoices):
    MAIL = "mail", "邮件"
    WECOM = "wecom", "企业微信群机器人"
    DINGTALK = "dingtalk", "钉钉群机器人"
    FEISHU = "feishu", "飞书群机器人"


class Channel(models.Model):
    """One way out: the mail server (one row, its address is in the settings), or a robot in the group of a unit or of the
    steering office (no unit). The second half says how it goes: a channel that fails rests until `paused_until` and
    holds up no other. Edited at the desk; its state is written by `services.delivery`."""

    kind = models.CharField("种类", max_length=10, choices=ChannelKind.choices)
    name = models.CharField("名称", max_length=60, unique=True, help_text="如“市城管局创模群”。")
    unit = models.ForeignKey(
        Unit,
        verbose_name="单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="群里是哪个单位的人；创模办的群空着。",
    )
    address = models.CharField(
        "机器人地址",
        max_length=400,
        blank=True,
        help_text="在群里添加机器人时得到的 Webhook 地址。等同密码，保存后不再显示。",
    )
    secret = models.CharField(
        "加签密钥", max_length=200, blank=True, help_text="只有钉钉、飞书启用“加签”时填。"
    )
    is_active = models.BooleanField("启用", default=True)
    failures = models.PositiveIntegerField("连续失败", default=0, editable=False)
    paused_until = models.DateTimeField("暂停至", null=True, blank=True, editable=False)
    last_error = models.CharField("最近的错误", max_length=300, blank=True, editable=False)
    last_error_at = models.DateTimeField("最近出错时间", null=True, blank=True, editable=False)
    last_sent_at = models.DateTimeField("最近送出时间", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "通知渠道"
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind="mail"),
                name="notices_channel_one_mail",
                violation_error_message="邮件渠道只有一个。",
            ),
            models.CheckConstraint(
                condition=Q(kind="mail") | ~Q(address=""),
                name="notices_channel_robot_address",
                violation_error_message="请填写机器人地址。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_mail(self) -> bool:
        return self.kind == ChannelKind.MAIL

    @property
    def is_down(self) -> bool:
        return is_down(self.failures)

    def rests(self, now: datetime) -> bool:
        """Whether it is paused after a failure."""
        return self.paused_until is not None and self.paused_until > now


def _give_up_at() -> datetime:
    return timezone.now() + WORTH_SENDING


class MessageState(models.TextChoices):
    WAITING = "waiting", "待发送"
    SENDING = "sending", "发送中"
    SENT = "sent", "已送出"
    FAILED = "failed", "未送达"
    UNSURE = "unsure", "结果不明"


class Message(models.Model):
    """One message by one channel: the outbox. Written in the transaction of what it tells of, sent by a job afterwards.

    It is claimed (waiting → sending) by a conditional update before anything leaves the house, so it goes out at most
    once; a worker that dies between sending and noting leaves it `sending`, which becomes `unsure`, never sent again
    by itself.
    """

    key = models.CharField("去重标识", max_length=100, unique=True)
    channel = models.ForeignKey(
        Channel, verbose_name="渠道", on_delete=models.PROTECT, related_name="messages"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="收件人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="邮件的收件人；群机器人的消息没有。",
    )
    title = models.CharField("标题", max_length=200)
    text = models.TextField("内容")
    html = models.TextField("网页格式", blank=True)
    mentions = models.JSONField("提到的人", default=list, blank=True)
    state = models.CharField("状态", max_length=8, choices=MessageState.choices, default=MessageState.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    next_try_at = models.DateTimeField("下次发送")
    give_up_at = models.DateTimeField("最迟发送", default=_give_up_at)
    claimed_at = models.DateTimeField("开始发送", null=True, blank=True)
    sent_at = models.DateTimeField("送出时间", null=True, blank=True)
    error = models.CharField("错误", max_length=300, blank=True)
    created_at = models.DateTimeField("写入时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "发件记录"
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            # What a channel has to send now.
            models.Index(
                fields=["channel", "next_try_at"], condition=Q(state="waiting"), name="notices_message_due"
            ),
            # What was claimed and never noted; what could not be delivered.
            models.Index(
                fields=["state", "claimed_at"],
                condition=Q(state__in=["sending", "failed", "unsure"]),
                name="notices_message_open",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Digest(models.Model):
    """That a person's daily mail of one day was made (or that there was nothing to say): never twice for a day."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="收件人", on_delete=models.PROTECT, related_name="+"
    )
    day = models.DateField("日期")
    batch = models.UUIDField("批次")
    count = models.PositiveIntegerField("事项数", default=0)
    created_at = models.DateTimeField("生成时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "汇总邮件"
        ordering: ClassVar[list[str]] = ["-day", "user"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["day", "user"], name="notices_digest_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.day}"


def _quiet_fault(start: time | None, end: time | None) -> dict[str, str]:
    if (start is None) != (end is None):
        return {"quiet_to" if end is None else "quiet_from": "免打扰的起、止时间要么都填，要么都空着。"}
    if start is not None and end is not None and quiet_length(start, end) > LONGEST_QUIET:
        return {"quiet_to": f"免打扰最长 {LONGEST_QUIET.seconds // 3600} 小时。"}
    return {}


class Preference(models.Model):
    """How one person wants to be told. What is mandatory is sent whatever stands here; quiet hours only delay."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name="人员",
        on_delete=models.PROTECT,
        related_name="notice_preference",
    )
    mail = models.BooleanField("发邮件给我", default=True)
    robots = models.BooleanField("在工作群里提到我", default=True)
    digest_at = models.TimeField("每日汇总时间", null=True, blank=True, help_text="空着按统一时间。")
    quiet_from = models.TimeField("免打扰自", null=True, blank=True)
    quiet_to = models.TimeField(
        "免打扰至",
        null=True,
        blank=True,
        help_text="可以跨零点，如 22:00 至 07:00。期间的邮件和群消息到时再发。",
    )
    muted_until = models.DateField(
        "暂停通知至", null=True, blank=True, help_text="最后暂停的一天，如休假。页面内的通知照常。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "通知设置"

    def __str__(self) -> str:
        return f"{self.user} 的通知设置"

    def clean(self) -> None:
        if faults := _quiet_fault(self.quiet_from, self.quiet_to):
            raise ValidationError(faults)


class DeliveryRules(SingleRow):
    """When daily mails go out, and how long the text of what was sent is kept; one row, an administrator may change it."""

    digest_at = models.TimeField("每日汇总时间", default=time(8, 30))
    earliest = models.TimeField("个人可选最早", default=time(7))
    latest = models.TimeField("个人可选最晚", default=time(18))
    keep_months = models.PositiveSmallIntegerField(
        "发件内容保留（月）",
        default=12,
        help_text="送出满这么多个月的邮件、群消息清空正文，只留谁、何时、标题、是否送达。通知和已看回执不受影响。1 到 120。",
    )

    class Meta:
        verbose_name = verbose_name_plural = "通知规则"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(pk=1), name="notices_rules_single", violation_error_message="只能有一行。"
            ),
            models.CheckConstraint(
                condition=Q(earliest__lte=models.F("digest_at")) & Q(digest_at__lte=models.F("latest")),
                name="notices_rules_in_order",
                violation_error_message="统一时间应在最早和最晚之间。",
            ),
            models.CheckConstraint(
                condition=Q(keep_months__gte=1, keep_months__lte=120),
                name="notices_rules_keep_months",
                violation_error_message="保留 1 到 120 个月。",
            ),
        ]

    def __str__(self) -> str:
        return f"每日 {self.digest_at:%H:%M}"
