"""What deputies and oversight bodies say."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from chuangmo.org.models import Unit


class Comment(models.Model):
    """A remark of 人大, 政协 or another oversight body about an inspection, an order or the campaign at large. Read by its
    own body, the city's steering office and leaders; the office may make a finding of it (`Finding.comment`) or answer it."""

    body = models.ForeignKey(Unit, verbose_name="提出单位", on_delete=models.PROTECT, related_name="comments")
    text = models.TextField("意见", max_length=2000)
    place = models.CharField("地点", max_length=120, blank=True)
    unit = models.ForeignKey(
        Unit,
        verbose_name="涉及单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    subject_kind = models.CharField("对象类型", max_length=20, blank=True)
    subject_id = models.BigIntegerField("对象编号", null=True, blank=True)
    subject_label = models.CharField("对象", max_length=200, blank=True)
    subject_url = models.CharField("地址", max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提出人", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("提出时间", auto_now_add=True)
    answer = models.TextField("答复", max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="答复人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "监督意见"
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            # What was said about one inspection or order.
            models.Index(fields=["subject_kind", "subject_id"], name="inspections_comment_subject"),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    def get_absolute_url(self) -> str:
        return f"{reverse('inspections:comment-list')}#comment-{self.pk}"
