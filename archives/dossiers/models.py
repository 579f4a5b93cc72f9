"""Dossiers: a snapshot on paper, how far its making is, and who may read it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from archives.books.models import IssuedFile
from archives.snapshots.models import Snapshot
from chuangmo.files.models import Attachment
from chuangmo.jobs.models import Job


class DossierState(models.TextChoices):
    MAKING = "making", "制作中"
    DONE = "done", "已成册"
    CANCELLED = "cancelled", "已停止"


class Dossier(models.Model):
    """The book of one snapshot. It has a `file` exactly when it is done: nothing half-made is ever shown.

    Its state is moved by `dossiers.services.making` alone, each time by a conditional update."""

    snapshot = models.ForeignKey(
        Snapshot, verbose_name="快照", on_delete=models.PROTECT, related_name="dossiers"
    )
    state = models.CharField("状态", max_length=10, choices=DossierState.choices, default=DossierState.MAKING)
    file = models.ForeignKey(
        Attachment, verbose_name="成品", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    workbook = models.ForeignKey(
        Attachment,
        verbose_name="数据工作簿",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    package = models.ForeignKey(
        Attachment, verbose_name="资料包", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    issued = models.ForeignKey(
        IssuedFile,
        verbose_name="核验码（PDF）",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    issued_workbook = models.ForeignKey(
        IssuedFile,
        verbose_name="核验码（工作簿）",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    issued_package = models.ForeignKey(
        IssuedFile,
        verbose_name="核验码（资料包）",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    pages = models.PositiveIntegerField("页数", null=True, blank=True)
    code = models.CharField("核验码", max_length=20, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="制作人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("开始时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "预评估资料"
        ordering: ClassVar[list[str]] = ["-id"]
        permissions: ClassVar[list[tuple[str, str]]] = [("read", "阅读这份资料")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state="done", file__isnull=False, pages__isnull=False, finished_at__isnull=False)
                | (~Q(state="done") & Q(file__isnull=True)),
                name="dossiers_dossier_file_when_done",
            ),
            models.UniqueConstraint(
                fields=["snapshot"],
                condition=Q(state="making"),
                name="dossiers_dossier_one_making",
                violation_error_message="这个快照的资料正在制作。",
            ),
        ]

    def __str__(self) -> str:
        return f"省级预评估资料 {self.pk}（{self.snapshot.title}）"

    def get_absolute_url(self) -> str:
        return reverse("dossiers:dossier-show", args=[self.pk])

    @property
    def is_making(self) -> bool:
        return self.state == DossierState.MAKING


class ChapterState(models.TextChoices):
    WAITING = "waiting", "待制作"
    DONE = "done", "已制作"


class DossierChapter(models.Model):
    """One chapter's way to paper. `print_key` is the digest of all that decides its pages: an equal key, equal pages."""

    dossier = models.ForeignKey(
        Dossier, verbose_name="资料", on_delete=models.CASCADE, related_name="chapters"
    )
    order = models.PositiveSmallIntegerField("次序")
    slug = models.SlugField("代码", max_length=40)
    number = models.CharField("章号", max_length=4, blank=True)
    title = models.CharField("标题", max_length=120)
    print_key = models.CharField("印制摘要", max_length=64)
    state = models.CharField(
        "状态", max_length=10, choices=ChapterState.choices, default=ChapterState.WAITING
    )
    is_reused = models.BooleanField("沿用", default=False, help_text="内容没有变，沿用以前印好的页。")
    pages = models.PositiveIntegerField("页数", null=True, blank=True)
    missing = models.CharField("缺字", max_length=200, blank=True, help_text="字体里没有、印成〓的字。")
    job = models.ForeignKey(
        Job, verbose_name="后台任务", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "资料章节"
        ordering: ClassVar[list[str]] = ["dossier", "order"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["dossier", "slug"], name="dossiers_chapter_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class DossierUserObjectPermission(UserObjectPermissionBase):
    """That a person may read a dossier (`dossiers.services.reading`)."""

    content_object = models.ForeignKey(Dossier, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "人员对资料的权限"


class DossierGroupObjectPermission(GroupObjectPermissionBase):
    """That a group may read a dossier."""

    content_object = models.ForeignKey(Dossier, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "组对资料的权限"
