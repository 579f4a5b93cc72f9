"""Pieces of the archive (件): what is offered, its versions, and what was accepted of it under its archive number."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from archives.holdings.models.originals import Folder
from archives.holdings.models.registers import ArchiveCategory, Fonds, Retention
from archives.holdings.rules.standing import PieceState, piece_state
from chuangmo.files.models import Attachment, MaterialKind, StoredFile
from chuangmo.org.models import Unit
from chuangmo.review.models import Case
from indicators.plan.models import Indicator, MaterialRequirement, Plan


class ArchiveSeries(models.Model):
    """How far the pieces of one series were counted: no gaps, no doubles (`services.numbering`)."""

    fonds = models.ForeignKey(Fonds, verbose_name="全宗", on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(
        ArchiveCategory, verbose_name="档案门类", on_delete=models.PROTECT, related_name="+"
    )
    year = models.PositiveSmallIntegerField("年度")
    retention = models.ForeignKey(
        Retention, verbose_name="保管期限", on_delete=models.PROTECT, related_name="+"
    )
    problem = models.CharField("问题代码", max_length=12)
    last = models.PositiveIntegerField("已用到", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "件号序列"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["fonds", "category", "year", "retention", "problem"], name="holdings_series_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.fonds_id} {self.problem} {self.year}：{self.last}"


class PieceFacts(models.Model):
    """Abstract: what is said of a piece. It proves the years `covers_from` (or `year`) to `year`."""

    title = models.CharField("题名", max_length=200)
    kind = models.CharField("资料种类", max_length=8, choices=MaterialKind.choices)
    year = models.PositiveSmallIntegerField("年度", help_text="材料证明哪一年；也是档号里的年度。")
    covers_from = models.PositiveSmallIntegerField(
        "起始年度", null=True, blank=True, help_text="一份材料证明几年的，填第一年；空着只证明上面这一年。"
    )
    document_number = models.CharField("文号", max_length=60, blank=True)
    issuer = models.CharField("责任者", max_length=80, blank=True, help_text="发文或编制的单位。")
    dated_on = models.DateField("文件日期", null=True, blank=True)
    pages = models.PositiveSmallIntegerField("页数", null=True, blank=True)
    signed_page = models.PositiveSmallIntegerField(
        "签字盖章页", null=True, blank=True, help_text="公章或签字在第几页。"
    )
    note = models.CharField("附注", max_length=200, blank=True)

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(covers_from__isnull=True) | Q(covers_from__lte=F("year")),
                name="%(app_label)s_%(class)s_years_in_order",
                violation_error_message="起始年度不能晚于年度。",
            )
        ]

    @property
    def first_year(self) -> int:
        return self.covers_from or self.year

    @property
    def years_label(self) -> str:
        """“2016 年”, “2014—2016 年”."""
        first = self.first_year
        return f"{self.year} 年" if first == self.year else f"{first}—{self.year} 年"


class Piece(PieceFacts):
    """One piece of material, offered by a unit and reviewed like a report (Case kind `piece`).

    The fields are the draft of the unit; what counts is in `Accession`, written when the office accepts. An archive number,
    once given, stays for ever. Written by `holdings.services`."""

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="pieces")
    unit = models.ForeignKey(Unit, verbose_name="提供单位", on_delete=models.PROTECT, related_name="pieces")
    case = models.OneToOneField(Case, verbose_name="审核件", on_delete=models.PROTECT, related_name="piece")
    indicator = models.ForeignKey(
        Indicator,
        verbose_name="主要指标",
        on_delete=models.PROTECT,
        related_name="+",
        help_text="档号里的问题代码按这项指标。",
    )
    indicators = models.ManyToManyField(Indicator, verbose_name="证明的指标", related_name="pieces")
    requirements = models.ManyToManyField(
        MaterialRequirement, verbose_name="对应的归档要求", blank=True, related_name="pieces"
    )
    archive_number = models.CharField(
        "档号", max_length=60, blank=True, help_text="审定归档时给定，不再改变。"
    )
    folder = models.ForeignKey(
        Folder, verbose_name="案卷", null=True, blank=True, on_delete=models.PROTECT, related_name="pieces"
    )
    page_from = models.PositiveSmallIntegerField("起页", null=True, blank=True)
    page_to = models.PositiveSmallIntegerField("止页", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="建立人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="修改人", on_delete=models.PROTECT, related_name="+"
    )
    edits = models.PositiveIntegerField("修改次数", default=0)
    discarded_at = models.DateTimeField("作废时间", null=True, blank=True)

    class Meta(PieceFacts.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "归档材料"
        ordering: ClassVar[list[str]] = ["year", "indicator", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *PieceFacts.Meta.constraints,
            models.UniqueConstraint(
                fields=["archive_number"],
                condition=~Q(archive_number=""),
                name="holdings_piece_number_once",
            ),
            models.CheckConstraint(
                condition=Q(page_to__isnull=True)
                | Q(page_from__isnull=True)
                | Q(page_to__gte=F("page_from")),
                name="holdings_piece_pages_in_order",
                violation_error_message="止页不能小于起页。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # The catalogue and the matrix: all pieces of a plan; a unit's own.
            models.Index(fields=["plan", "year"], name="holdings_piece_plan"),
            models.Index(fields=["unit", "plan"], name="holdings_piece_unit"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/archives/pieces/{self.pk}/"

    @property
    def state(self) -> PieceState:
        """draft, offered, checked, accepted, returned; from its case."""
        return piece_state(self.case.state)

    @property
    def original_label(self) -> str:
        """Where the paper is: “第 3 盒第 1 卷，第 5—9 页”; empty without a place."""
        if self.folder is None:
            return ""
        pages = ""
        if self.page_from:
            to = self.page_to or self.page_from
            pages = f"，第 {self.page_from} 页" if to == self.page_from else f"，第 {self.page_from}—{to} 页"
        return f"{self.folder}{pages}"


class Fixed(models.Model):
    """Abstract: rows that are written once; the database refuses to change them (`holdings.triggers`)."""

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("kept for ever")


class PieceVersion(Fixed):
    """One file of a piece, by number; never changed. `attachment` is how people read it, `origin_*` where it was taken
    from when it was not uploaded (an accepted report's attachment, a project's picture)."""

    piece = models.ForeignKey(Piece, verbose_name="材料", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版次")
    file = models.ForeignKey(
        StoredFile, verbose_name="文件", on_delete=models.PROTECT, related_name="piece_versions"
    )
    attachment = models.OneToOneField(
        Attachment, verbose_name="附件", on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField("文件名", max_length=200)
    origin_kind = models.CharField("来源类型", max_length=20, blank=True)
    origin_id = models.BigIntegerField("来源编号", null=True, blank=True)
    origin_label = models.CharField("来源", max_length=200, blank=True)
    origin_url = models.CharField("来源地址", max_length=200, blank=True)
    made_at = models.DateTimeField("形成时间", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )

    class Meta(Fixed.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "材料版次"
        ordering: ClassVar[list[str]] = ["piece", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["piece", "number"], name="holdings_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.piece} 第 {self.number} 版"


class AccessionQuerySet(models.QuerySet):
    def counting(self, as_of: date | None = None) -> AccessionQuerySet:
        """What counted at the end of a day; now, without one. One row a piece."""
        if as_of is None:
            return self.filter(replaced_at__isnull=True)
        end = timezone.make_aware(datetime.combine(as_of + timedelta(days=1), time.min))
        open_then = Q(replaced_at__isnull=True) | Q(replaced_at__gte=end)
        return self.filter(open_then, accepted_at__lt=end)


class Accession(PieceFacts, Fixed):
    """What the office accepted of a piece at one moment: a version with what was said of it then. It counts from
    `accepted_at` until `replaced_at` (open: it counts now); both together answer “what did we have on that day”."""

    piece = models.ForeignKey(Piece, verbose_name="材料", on_delete=models.PROTECT, related_name="accessions")
    number = models.PositiveSmallIntegerField("归档次数")
    version = models.ForeignKey(
        PieceVersion, verbose_name="版次", on_delete=models.PROTECT, related_name="accessions"
    )
    revision_no = models.PositiveIntegerField("稿次")
    archive_number = models.CharField("档号", max_length=60)
    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name="提供单位", on_delete=models.PROTECT, related_name="+")
    indicator = models.ForeignKey(
        Indicator, verbose_name="主要指标", on_delete=models.PROTECT, related_name="+"
    )
    indicators = models.ManyToManyField(Indicator, verbose_name="证明的指标", related_name="accessions")
    requirements = models.ManyToManyField(
        MaterialRequirement, verbose_name="对应的归档要求", related_name="accessions"
    )
    accepted_at = models.DateTimeField("归档时间")
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="审定人", on_delete=models.PROTECT, related_name="+"
    )
    replaced_at = models.DateTimeField("被替换时间", null=True, blank=True)

    objects = AccessionQuerySet.as_manager()

    class Meta(PieceFacts.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "归档登记"
        ordering: ClassVar[list[str]] = ["archive_number", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *PieceFacts.Meta.constraints,
            models.UniqueConstraint(fields=["piece", "number"], name="holdings_accession_once"),
            models.UniqueConstraint(
                fields=["piece"],
                condition=Q(replaced_at__isnull=True),
                name="holdings_accession_one_current",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # The matrix and the evidence of a day: what counted then.
            models.Index(fields=["plan", "accepted_at", "replaced_at"], name="holdings_accession_day"),
        ]

    def __str__(self) -> str:
        return f"{self.archive_number} {self.title}"
