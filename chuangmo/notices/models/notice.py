"""What a person is told on the page, and the texts that it is made of."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from chuangmo.notices.rules.kinds import KindRule, kind_rule
from chuangmo.notices.rules.texts import CODES, listed, text_fault
from chuangmo.org.models import Unit


class Urgency(models.TextChoices):
    DIGEST = "digest", "汇总"
    NOW = "now", "立即"


class NoticeQuerySet(models.QuerySet):
    def unseen(self) -> NoticeQuerySet:
        """What still asks for attention: neither seen nor over."""
        return self.filter(seen_at__isnull=True, settled_at__isnull=True)


class Notice(models.Model):
    """One thing that one person is told: what, what to do, where. Never changed, except that it is seen (`seen_at`, the
    read receipt) or that its matter is over before (`settled_at`). Written by `notices.services` only."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="收件人", on_delete=models.PROTECT, related_name="notices"
    )
    kind = models.CharField("种类", max_length=24)
    title = models.CharField("标题", max_length=200)
    text = models.TextField("内容")
    action = models.CharField("要做什么", max_length=100, blank=True)
    url = models.CharField("地址", max_length=200, blank=True)
    subject_kind = models.CharField("对象类型", max_length=20, blank=True)
    subject_id = models.BigIntegerField("对象编号", null=True, blank=True)
    subject_label = models.CharField("对象", max_length=200, blank=True)
    unit = models.ForeignKey(
        Unit, verbose_name="单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField("应办日期", null=True, blank=True)
    urgency = models.CharField("时机", max_length=8, choices=Urgency.choices, default=Urgency.DIGEST)
    mandatory = models.BooleanField("必达", default=False, help_text="个人设置不能关闭。")
    key = models.CharField("去重标识", max_length=160, blank=True)
    created_at = models.DateTimeField("时间", auto_now_add=True)
    seen_at = models.DateTimeField("已看时间", null=True, blank=True)
    settled_at = models.DateTimeField("了结时间", null=True, blank=True)
    digest = models.ForeignKey(
        "notices.Digest",
        verbose_name="汇总邮件",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="notices",
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "通知"
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "key"], condition=~Q(key=""), name="notices_notice_once"),
            models.CheckConstraint(
                condition=Q(url="") | (Q(url__startswith="/") & ~Q(url__startswith="//")),
                name="notices_notice_url_inside",
                violation_error_message="通知只能指向本系统内的页面。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # The bell on every page.
            models.Index(
                fields=["user"],
                condition=Q(seen_at__isnull=True, settled_at__isnull=True),
                name="notices_notice_unseen",
            ),
            # The list: newest first.
            models.Index(fields=["user", "-id"], name="notices_notice_list"),
            # Receipts, and settling what is over.
            models.Index(fields=["subject_kind", "subject_id"], name="notices_notice_subject"),
            # What the daily mails have not told yet.
            models.Index(
                fields=["user"],
                condition=Q(digest__isnull=True, seen_at__isnull=True, settled_at__isnull=True),
                name="notices_notice_untold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.title}"

    @property
    def rule(self) -> KindRule:
        return kind_rule(self.kind)

    @property
    def is_open(self) -> bool:
        return self.seen_at is None and self.settled_at is None


class NoticeTemplateManager(models.Manager):
    def get_by_natural_key(self, code: str) -> NoticeTemplate:
        return self.get(code=code)


class NoticeTemplate(models.Model):
    """The words of one occasion. Which variables a code knows is `rules.texts.CODES`; an unknown one is refused."""

    code = models.CharField("代码", max_length=24, unique=True)
    title = models.CharField("标题", max_length=120, help_text="一行。变量写成 {名称}。")
    text = models.TextField("内容", help_text="变量写成 {名称}；要显示花括号本身，请写两个。")
    action = models.CharField(
        "要做什么", max_length=60, blank=True, help_text="按钮和链接上的话，如“去填报”。"
    )

    objects = NoticeTemplateManager()
    history = HistoricalRecords(verbose_name="通知模板历史")

    class Meta:
        verbose_name = verbose_name_plural = "通知模板"
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        rule = CODES.get(self.code)
        return rule.label if rule is not None else self.code

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    @property
    def known_variables(self) -> str:
        """Every variable with its meaning, for the form."""
        return listed(self.code)

    def clean(self) -> None:
        faults = {}
        if self.code not in CODES:
            faults["code"] = f"没有这个代码。可用的代码：{'、'.join(CODES)}。"
        else:
            for name in ("title", "text", "action"):
                if fault := text_fault(self.code, getattr(self, name)):
                    faults[name] = fault
        if "\n" in self.title or "\r" in self.title:
            faults["title"] = "标题只能是一行。"
        if faults:
            raise ValidationError(faults)
