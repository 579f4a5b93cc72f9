"""Numbers of official papers (督办单, 通报, 纪要 …: each kind counts by office and year), what stands before them, and the
fonts that papers are set in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from simple_history.models import HistoricalRecords


class NumberSeries(models.Model):
    """How far one kind of paper of one office has counted in one year (1, 2, 3 …, no gaps)."""

    kind = models.SlugField("文种", max_length=40)
    office = models.ForeignKey("org.Unit", models.PROTECT, verbose_name="发文办公室", related_name="+")
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("已用到", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "发文编号"
        constraints = [models.UniqueConstraint(fields=["kind", "office", "year"], name="papers_one_series")]

    def __str__(self) -> str:
        return f"{self.office} {self.year} {self.kind}：{self.last}"


class PaperKindManager(models.Manager):
    def get_by_natural_key(self, kind: str) -> PaperKind:
        return self.get(kind=kind)


class PaperKind(models.Model):
    """A kind of paper and what names it in the 机关代字: 创督 in 水创督〔2017〕3号."""

    kind = models.SlugField("代码", max_length=40, unique=True, help_text="程序用来认出文种，如 order。")
    name = models.CharField("文种", max_length=30, help_text="如“督办单”。")
    letters = models.CharField(
        "文种代字", max_length=10, help_text="机关代字里表示文种的部分，如“创督”；前面加发文机关的代字。"
    )
    mark = models.CharField(
        "版头标志",
        max_length=60,
        blank=True,
        help_text="红色版头大字；可写 {office} 代表发文机关全称。空着时为“发文机关＋文件”。",
    )

    objects = PaperKindManager()
    history = HistoricalRecords(verbose_name="文种历史")

    class Meta:
        verbose_name = verbose_name_plural = "文种和代字"
        ordering: ClassVar[list[str]] = ["kind"]

    def __str__(self) -> str:
        return f"{self.name}（{self.letters}）"

    def natural_key(self) -> tuple[str]:
        return (self.kind,)


class IssuerManager(models.Manager):
    def get_by_natural_key(self, office: str) -> Issuer:
        return self.get(office__name=office)


class Issuer(models.Model):
    """An office that issues papers: its own letters, its full name at the head, how it signs. An office without a row
    signs with its name, and its county's name stands in its numbers."""

    office = models.OneToOneField(
        "org.Unit", models.PROTECT, verbose_name="发文办公室", related_name="paper_issuer"
    )
    letters = models.CharField("机关代字", max_length=10, help_text="如“水”：水创督〔2017〕3号。")
    name = models.CharField("发文机关全称", max_length=60, help_text="红色版头里的名称。")
    signature = models.CharField("署名", max_length=60, blank=True, help_text="落款的名称；空着时同全称。")

    objects = IssuerManager()
    history = HistoricalRecords(verbose_name="发文机关历史")

    class Meta:
        verbose_name = verbose_name_plural = "发文机关"
        ordering: ClassVar[list[str]] = ["office"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.office.name,)

    natural_key.dependencies = ["org.unit"]  # type: ignore[attr-defined]


class Face(models.TextChoices):
    SONG_TITLE = "xiaobiaosong", "小标宋（版头、标题）"
    FANGSONG = "fangsong", "仿宋（正文）"
    HEI = "hei", "黑体（一级标题）"
    KAI = "kai", "楷体（二级标题）"
    SONG = "song", "宋体（页码）"


class FontManager(models.Manager):
    def get_by_natural_key(self, face: str) -> PaperFont:
        return self.get(face=face)


class PaperFont(models.Model):
    """Which fonts stand for one face of the standard: by name in DOCX (the reader's computer has them or not), from this
    server in PDF (embedded). The standard's own fonts are not free, so the server's usual ones stand in."""

    face = models.CharField("字体", max_length=16, choices=Face.choices, unique=True)
    docx_name = models.CharField("DOCX 字体", max_length=60, help_text="如“方正小标宋简体”。")
    docx_fallback = models.CharField(
        "DOCX 替代字体", max_length=60, help_text="没有上一种字体的电脑用它，如“宋体”。"
    )
    pdf_families = models.CharField(
        "PDF 字体",
        max_length=200,
        help_text="服务器上安装的字体名，逗号分开，前面的优先，如“FangSong, Noto Serif CJK SC”。",
    )
    pdf_bold = models.BooleanField("PDF 加粗", default=False)

    objects = FontManager()
    history = HistoricalRecords(verbose_name="公文字体历史")

    class Meta:
        verbose_name = verbose_name_plural = "公文字体"
        ordering: ClassVar[list[str]] = ["face"]

    def __str__(self) -> str:
        return self.get_face_display()

    def natural_key(self) -> tuple[str]:
        return (self.face,)
