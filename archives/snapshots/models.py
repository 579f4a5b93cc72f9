"""Snapshots: everything the dossier says at one moment, by chapter; and the office's own words in it."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from indicators.plan.models import Plan


class Snapshot(models.Model):
    """One consistent moment of everything that the dossier says. Written once by `snapshots.services.taking` with its
    chapters, and never changed: the same snapshot gives the same content for ever. `digest` is over the chapters'."""

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="snapshots")
    title = models.CharField("名称", max_length=60, help_text="如“5 月底初稿”。")
    as_of = models.DateField("截至")
    digest = models.CharField("摘要", max_length=64)
    taken_at = models.DateTimeField("固化时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="固化人", on_delete=models.PROTECT, related_name="+"
    )
    seal_no = models.BigIntegerField("审计封存序号", null=True, blank=True)
    seal_digest = models.CharField("审计封存摘要", max_length=64, blank=True)
    sealed_at = models.DateTimeField("审计封存时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "快照"
        ordering: ClassVar[list[str]] = ["-taken_at", "-id"]

    def __str__(self) -> str:
        return f"{self.title}（截至 {self.as_of}）"

    def get_absolute_url(self) -> str:
        return reverse("dossiers:snapshot-show", args=[self.pk])


class SnapshotChapter(models.Model):
    """One chapter of a snapshot. `body` is the canonical JSON text (`snapshots.content`), kept as text so that every
    database gives back the very bytes that the digest is of."""

    snapshot = models.ForeignKey(
        Snapshot, verbose_name="快照", on_delete=models.CASCADE, related_name="chapters"
    )
    order = models.PositiveSmallIntegerField("次序")
    slug = models.SlugField("代码", max_length=40)
    number = models.CharField("章号", max_length=4, blank=True, help_text="页码前的号，如 8-3 的 8。")
    title = models.CharField("标题", max_length=120)
    body = models.TextField("内容")
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "快照章节"
        ordering: ClassVar[list[str]] = ["snapshot", "order"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["snapshot", "slug"], name="snapshots_chapter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    @cached_property
    def content(self) -> dict[str, Any]:
        """The chapter's content, as `snapshots.content` describes it."""
        return dict(json.loads(self.body))


class Narrative(models.Model):
    """A text of the office in one place of the dossier; the next snapshot takes it along.

    `html` is what `snapshots.rules.prose` lets through. A write names the `version` it saw (`snapshots.services.narratives`).
    """

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="narratives")
    chapter = models.SlugField("章节", max_length=40)
    block = models.SlugField("位置", max_length=20)
    html = models.TextField("内容", blank=True)
    version = models.PositiveIntegerField("版本", default=0)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="修改人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    updated_at = models.DateTimeField("修改时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "综述文字"
        ordering: ClassVar[list[str]] = ["plan", "chapter", "block"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "chapter", "block"], name="snapshots_narrative_once"),
        ]

    def __str__(self) -> str:
        return f"{self.chapter} {self.block}"
