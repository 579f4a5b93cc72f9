"""Who did what, when, why: rows that nobody changes afterwards, and the chain that proves it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class AuditEvent(models.Model):
    """One thing a person did, written in the transaction of its change (`audit.services.record`).

    Never changed or deleted: a database trigger refuses both. The one exception is an edit of a single cell, which
    the same person may continue for ten minutes (`open_until`) as long as the row is not sealed.
    """

    at = models.DateTimeField("时间", db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="操作人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    actor_name = models.CharField("操作人姓名", max_length=60)
    action = models.CharField("动作", max_length=60)
    object_kind = models.CharField("对象类型", max_length=40)
    object_id = models.CharField("对象编号", max_length=40)
    object_label = models.CharField("对象", max_length=300)
    unit_id = models.BigIntegerField("单位编号", null=True, blank=True)
    reason = models.TextField("原因", blank=True)
    changes = models.JSONField("变化", default=dict)
    request_id = models.CharField("请求编号", max_length=40, blank=True)
    open_until = models.DateTimeField("可续写至", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            # The history of one thing, newest first.
            models.Index(fields=["object_kind", "object_id", "-id"], name="audit_event_object"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action} {self.object_label}"


class Seal(models.Model):
    """One link of the hash chain: the event, its place, and the digest over it and the link before.

    `seal_no` has no gaps and is the order of the chain (ids of events can arrive out of order).
    """

    seal_no = models.BigIntegerField("封存序号", primary_key=True)
    event = models.OneToOneField(
        AuditEvent, verbose_name="审计记录", on_delete=models.PROTECT, related_name="seal"
    )
    previous_digest = models.CharField("前一摘要", max_length=64)
    digest = models.CharField("摘要", max_length=64)
    sealed_at = models.DateTimeField("封存时间")

    class Meta:
        verbose_name = verbose_name_plural = "审计封存"
        ordering: ClassVar[list[str]] = ["seal_no"]

    def __str__(self) -> str:
        return f"{self.seal_no} {self.digest[:12]}"
