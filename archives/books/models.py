"""Files that the office gave out, each with a code by which anybody can check it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from archives.books.codes import grouped

OWNER = "issued"  # of the attachments that are kept copies


class State(models.TextChoices):
    """Reserved: the code is printed in a file that is not finished yet; nobody can check it."""

    RESERVED = "reserved", "已留码"
    ISSUED = "issued", "有效"
    SUPERSEDED = "superseded", "已被替代"
    WITHDRAWN = "withdrawn", "已作废"


class Kind(models.TextChoices):
    DOSSIER = "dossier", "预评估资料（PDF）"
    WORKBOOK = "workbook", "数据工作簿"
    PACKAGE = "package", "资料包"
    CERTIFICATE = "certificate", "检测证书"
    TABLE = "table", "指标表"
    OTHER = "other", "其他文件"


class IssuedFile(models.Model):
    """One file given out under a verification code; the digest is that of the finished file and never changes.

    The code comes first, since it is printed inside; the digest follows when the file is finished. States change in
    `services.issuing` only.
    """

    code = models.CharField("核验码", max_length=12, unique=True)
    title = models.CharField("标题", max_length=200)
    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    office = models.ForeignKey("org.Unit", models.PROTECT, verbose_name="出具单位", related_name="+")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name="出具人",
        related_name="+",
        null=True,
        blank=True,
    )
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.RESERVED)
    reserved_at = models.DateTimeField("留码时间")
    issued_at = models.DateTimeField("出具时间", null=True, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.BigIntegerField("字节数", null=True, blank=True)
    ended_at = models.DateTimeField("失效时间", null=True, blank=True)
    reason = models.CharField("失效原因", max_length=200, blank=True)
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, verbose_name="替代它的文件", related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = "出具的文件"
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(state=State.RESERVED, sha256="", issued_at=None, size=None)
                | (~Q(state=State.RESERVED) & ~Q(sha256="") & Q(issued_at__isnull=False, size__isnull=False)),
                name="books_issued_with_digest",
                violation_error_message="出具的文件须有校验值、字节数和出具时间。",
            ),
            models.CheckConstraint(
                condition=Q(superseded_by=None) | Q(state=State.SUPERSEDED),
                name="books_superseded_by_newer",
                violation_error_message="只有被替代的文件才指向替代它的文件。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # the list of the office, the newest first
            models.Index(fields=["office", "-id"], name="books_issued_list"),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.printed_code}）"

    def get_absolute_url(self) -> str:
        return reverse("books:verify-show", args=[self.code])

    @property
    def printed_code(self) -> str:
        """7KQ2-M9TX-4HWD."""
        return grouped(self.code)

    @property
    def verify_address(self) -> str:
        """The whole address, for print."""
        return f"{settings.SITE_URL}{self.get_absolute_url()}"
