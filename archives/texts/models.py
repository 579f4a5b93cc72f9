"""What was read out of stored files, once for each content: text by page, what stood in the way, fingerprints."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from archives.texts.rules.problems import PROBLEMS
from chuangmo.files.models import StoredFile


class FileText(models.Model):
    """What reading one content came to. Made by the job `texts.extract` alone (`texts.services.extracting`); a content
    never changes, so a row is replaced only when a later release reads better (`reader`)."""

    file = models.OneToOneField(
        StoredFile,
        verbose_name="文件",
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="extracted",
    )
    problem = models.CharField("问题", max_length=12, blank=True, choices=list(PROBLEMS.items()))
    note = models.CharField("说明", max_length=200, blank=True)
    pages = models.PositiveIntegerField("页数", default=0)
    characters = models.PositiveIntegerField("字数", default=0)
    is_encrypted = models.BooleanField("有密码保护", default=False)
    has_script = models.BooleanField("含脚本或宏", default=False)
    is_cut = models.BooleanField("只读了开头", default=False)
    signature = models.JSONField("文字指纹", null=True, blank=True)
    picture_hash = models.CharField("图片指纹", max_length=32, blank=True)
    reader = models.PositiveSmallIntegerField("读取程序版本")
    read_at = models.DateTimeField("读取时间")

    class Meta:
        verbose_name = verbose_name_plural = "文件文字"

    def __str__(self) -> str:
        return f"{self.file} {self.get_problem_display() or f'{self.characters} 字'}"


class Chunk(models.Model):
    """A stretch of a page's text, short enough for the full-text index. `tail` repeats the beginning of what follows, so
    that a phrase over the border is found. Its line in the index (table texts_index) bears the same number."""

    text = models.ForeignKey(
        FileText, verbose_name="文件文字", on_delete=models.CASCADE, related_name="chunks"
    )
    page = models.PositiveIntegerField("页")
    order = models.PositiveIntegerField("页内次序")
    body = models.TextField("文字")
    tail = models.CharField("后文开头", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文字段"
        ordering: ClassVar[list[str]] = ["text", "page", "order"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["text", "page", "order"], name="texts_chunk_once")
        ]

    def __str__(self) -> str:
        return f"{self.text_id} 第 {self.page} 页 {self.order}"


class Band(models.Model):
    """A part of a fingerprint: contents that are nearly the same share at least one (`texts.queries.duplicates`)."""

    text = models.ForeignKey(
        FileText, verbose_name="文件文字", on_delete=models.CASCADE, related_name="bands"
    )
    number = models.PositiveSmallIntegerField("第几段")
    value = models.BigIntegerField("值")

    class Meta:
        verbose_name = verbose_name_plural = "指纹段"
        indexes: ClassVar[list[models.Index]] = [
            # Which contents share a band with this one.
            models.Index(fields=["number", "value"], name="texts_band_look_up"),
        ]

    def __str__(self) -> str:
        return f"{self.text_id} {self.number}"
