"""A register brought by file: read, looked at, and taken as a whole or not at all."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from chuangmo.files.models import StoredFile
from projects.campaigns.models.task import Task


class ImportState(models.TextChoices):
    DRAFT = "draft", "待确认"
    DONE = "done", "已导入"
    DISCARDED = "discarded", "已放弃"


class MemberImport(models.Model):
    """One file with members of a task. Nothing of it counts before `services.importing.confirm_import`.

    `facts` is what was found (`services.importing.facts_of`); `decisions` says of each doubtful line (by its place)
    whether it is “same” as the other or stands “apart”.
    """

    task = models.ForeignKey(Task, verbose_name="任务", on_delete=models.PROTECT, related_name="imports")
    file = models.ForeignKey(StoredFile, verbose_name="文件", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=200)
    state = models.CharField("状态", max_length=10, choices=ImportState.choices, default=ImportState.DRAFT)
    facts = models.JSONField("核对结果", default=dict)
    decisions = models.JSONField("疑似重复的处理", default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="导入人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    done_at = models.DateTimeField("导入时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "名单导入"
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="campaigns_memberimport_state"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("campaigns:import-show", args=[self.pk])
