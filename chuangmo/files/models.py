"""Uploaded files: content once by its hash, and the attachments through which people see it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class StoredFile(models.Model):
    """Content, once by SHA-256; never overwritten. Readable only through an `Attachment`."""

    sha256 = models.CharField("SHA-256", max_length=64, unique=True)
    size = models.BigIntegerField("字节数")
    mime = models.CharField("类型", max_length=120)
    path = models.CharField("存放位置", max_length=200)
    created_at = models.DateTimeField("首次上传", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "文件内容"

    def __str__(self) -> str:
        return self.sha256[:12]


class MaterialKind(models.TextChoices):
    """The four usual kinds of archive material (domain.md §9)."""

    DOCUMENT = "正式发文", "正式发文"
    STATEMENT = "说明报告", "说明报告"
    PICTURE = "图片资料", "图片资料"
    TABLE = "数据表格", "数据表格"


class Attachment(models.Model):
    """A file as it hangs on something (report, later order, project). Who may see it is asked of its owner
    (`settings.ATTACHMENT_OWNERS`). Removing marks it; the content stays while any revision cites it."""

    file = models.ForeignKey(
        StoredFile, verbose_name="文件", on_delete=models.PROTECT, related_name="attachments"
    )
    owner_kind = models.CharField("归属类型", max_length=20)
    owner_id = models.BigIntegerField("归属编号")
    name = models.CharField("文件名", max_length=200)
    kind = models.CharField("资料种类", max_length=8, choices=MaterialKind.choices)
    note = models.CharField("说明", max_length=200, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="移除人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering: ClassVar[list[str]] = ["uploaded_at", "id"]
        indexes: ClassVar[list[models.Index]] = [
            # The files of one owner, as its page lists them.
            models.Index(fields=["owner_kind", "owner_id"], name="files_attachment_owner"),
        ]

    def __str__(self) -> str:
        return self.name
