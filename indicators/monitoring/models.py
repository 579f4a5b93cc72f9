"""Readings at sites: air by hour and day, water samples, noise, tests of firms, and the batches that brought them.

Only accepted readings are rows here. A correction adds a row and marks the old one (`superseded_at`, by which batch);
who corrected it and why stands with the batch.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from chuangmo.files.models import StoredFile
from chuangmo.org.models import Unit
from chuangmo.review.models import Case
from indicators.plan.models import Site


class BatchKind(models.TextChoices):
    """What a batch holds; one batch holds readings of one kind."""

    AIR_HOUR = "air_hour", "环境空气小时值"
    AIR_DAY = "air_day", "环境空气日值"
    WATER = "water", "水质月监测"
    NOISE = "noise", "噪声监测"
    FIRM = "firm", "重点企业监测"


class Batch(models.Model):
    """Readings that one person brought at once, as a file or typed into the grid; they count once its `case` (kind
    "readings") is accepted and they are written (`loaded_at`). The content stays in `file`: what was typed is kept as
    a file, too. `facts` tells what it holds: rows, sites, new, unchanged, corrected."""

    class Origin(models.TextChoices):
        FILE = "file", "文件"
        GRID = "grid", "网格录入"

    kind = models.CharField("种类", max_length=10, choices=BatchKind.choices)
    unit = models.ForeignKey(
        Unit, verbose_name="报送单位", on_delete=models.PROTECT, related_name="reading_batches"
    )
    case = models.OneToOneField(
        Case, verbose_name="审核件", on_delete=models.PROTECT, related_name="reading_batch"
    )
    origin = models.CharField("来源", max_length=4, choices=Origin.choices, default=Origin.FILE)
    file = models.ForeignKey(StoredFile, verbose_name="文件内容", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("文件名", max_length=200)
    reason = models.CharField(
        "更正原因", max_length=200, blank=True, help_text="改动已入库数据时必须写明，如“复核后更正”。"
    )
    first_day = models.DateField("最早日期", null=True, blank=True)
    last_day = models.DateField("最晚日期", null=True, blank=True)
    facts = models.JSONField("内容概况", default=dict, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="导入人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("导入时间", auto_now_add=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="审定人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    loaded_at = models.DateTimeField("入库时间", null=True, blank=True, help_text="从这时起计入评定。")

    class Meta:
        verbose_name = verbose_name_plural = "监测数据批次"
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            # The list of a unit's batches, newest first.
            models.Index(fields=["unit", "-id"], name="monitoring_batch_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

    def get_absolute_url(self) -> str:
        return f"/monitoring/batches/{self.pk}/"


class ReadingQuerySet(models.QuerySet):
    def current(self) -> ReadingQuerySet:
        """Those that stand: no later batch corrected them."""
        return self.filter(superseded_at__isnull=True)


class Reading(models.Model):
    """What every reading has: its place, the batch that brought it, and whether a later one corrected it."""

    site = models.ForeignKey(
        Site, verbose_name="点位", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    batch = models.ForeignKey(
        Batch, verbose_name="批次", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    superseded_at = models.DateTimeField("被更正时间", null=True, blank=True)
    superseded_by = models.ForeignKey(
        Batch,
        verbose_name="更正批次",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    objects = ReadingQuerySet.as_manager()

    class Meta:
        abstract = True


class AirHour(Reading):
    """One hour at an air station: means over the hour that begins at `hour`, µg/m³, CO in mg/m³; empty = not valid.

    Floats: the instruments' numbers have few digits, and a float gives back what was typed."""

    hour = models.DateTimeField("小时（起）")
    so2 = models.FloatField("SO₂", null=True)
    no2 = models.FloatField("NO₂", null=True)
    pm10 = models.FloatField("PM₁₀", null=True)
    pm25 = models.FloatField("PM₂.₅", null=True)
    co = models.FloatField("CO", null=True)
    o3 = models.FloatField("O₃", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "空气小时值"
        ordering: ClassVar[list[str]] = ["site", "hour"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Also the index by which a station's time span is read.
            models.UniqueConstraint(
                fields=["site", "hour"],
                condition=Q(superseded_at__isnull=True),
                name="monitoring_air_hour_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.hour:%Y-%m-%d %H:00}"


class AirDay(Reading):
    """One day at an air station: 24 h means (µg/m³, CO mg/m³) and the highest 8 h ozone; empty = not valid.

    Reported as such, or worked out from the hours when they were loaded (`source`); where a day has both, hours count."""

    class Source(models.TextChoices):
        DAY = "day", "日报"
        HOURS = "hours", "小时值计算"

    day = models.DateField("日期")
    source = models.CharField("来源", max_length=5, choices=Source.choices, default=Source.DAY)
    so2 = models.FloatField("SO₂", null=True)
    no2 = models.FloatField("NO₂", null=True)
    pm10 = models.FloatField("PM₁₀", null=True)
    pm25 = models.FloatField("PM₂.₅", null=True)
    co = models.FloatField("CO", null=True)
    o3_8h = models.FloatField("O₃ 8 小时", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "空气日值"
        ordering: ClassVar[list[str]] = ["site", "day"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["site", "day", "source"],
                condition=Q(superseded_at__isnull=True),
                name="monitoring_air_day_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.day}"


class WaterSample(Reading):
    """One sample at a section, a drinking-water source or a watched lake. `values` maps a parameter's code
    (`monitoring.rules.parameters`) to what was typed: “0.013”, “0.01L”, “<0.01”, “未检出”; what was not measured is
    not there. Where only the month is known, `taken_on` is its first day and `month_only` true."""

    class Conclusion(models.TextChoices):
        NONE = "", "由监测数据判定"
        COMPLIANT = "yes", "达标（监测报告结论）"
        EXCEEDED = "no", "不达标（监测报告结论）"

    taken_on = models.DateField("采样日期")
    month_only = models.BooleanField("只知月份", default=False)
    values = models.JSONField("监测值", default=dict)
    volume = models.DecimalField(
        "取水量（万m³）",
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="水源地当月取水量。",
    )
    conclusion = models.CharField(
        "结论", max_length=3, choices=Conclusion.choices, blank=True, default=Conclusion.NONE
    )

    class Meta:
        verbose_name = verbose_name_plural = "水样"
        ordering: ClassVar[list[str]] = ["site", "taken_on"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["site", "taken_on"],
                condition=Q(superseded_at__isnull=True),
                name="monitoring_water_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.taken_on}"


class NoiseReading(Reading):
    """One year's daytime level at a grid point or a road segment, dB(A); for a segment also its length then."""

    year = models.PositiveSmallIntegerField("年度")
    taken_on = models.DateField("监测日期")
    leq_day = models.DecimalField("昼间等效声级（dB(A)）", max_digits=5, decimal_places=1)
    length_m = models.DecimalField("路段长度（m）", max_digits=10, decimal_places=1, null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "噪声监测值"
        ordering: ClassVar[list[str]] = ["site", "year"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["site", "year"],
                condition=Q(superseded_at__isnull=True),
                name="monitoring_noise_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.year}"


class FirmTest(Reading):
    """One quarter's supervisory test of a key enterprise. `compliant` is empty for one that stood still (a firm that
    was not tested has no row). `results` maps a pollutant's name to what was typed, as in the test report."""

    quarter_start = models.DateField("季度（起）")
    tested_on = models.DateField("监测日期", null=True, blank=True)
    in_production = models.BooleanField("在生产", default=True)
    compliant = models.BooleanField("达标", null=True)
    results = models.JSONField("监测结果", default=dict, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "企业监测"
        ordering: ClassVar[list[str]] = ["site", "quarter_start"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["site", "quarter_start"],
                condition=Q(superseded_at__isnull=True),
                name="monitoring_firm_test_once",
            ),
            models.CheckConstraint(
                condition=Q(in_production=True, compliant__isnull=False)
                | Q(in_production=False, compliant__isnull=True),
                name="monitoring_firm_test_judged_in_production",
                violation_error_message="在生产的必须有达标与否，停产的没有。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.quarter_start}"

    @property
    def quarter(self) -> int:
        start: date = self.quarter_start
        return (start.month + 2) // 3


class GridDraft(models.Model):
    """What a person typed into a grid and has not saved yet: theirs alone, part of no batch, read by no verdict.
    `typed` maps a cell (`site:code`) that the person changed to its text, `basis` the same cells to what stood there
    when it was changed. Written and dropped by `services.drafts` only."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="录入人", on_delete=models.CASCADE, related_name="+"
    )
    unit = models.ForeignKey(Unit, verbose_name="报送单位", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField("表", max_length=20)
    first_day = models.DateField("时期（起）")
    batch = models.ForeignKey(
        Batch,
        verbose_name="接着改的批次",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="空着为还没有批次的新录入。",
    )
    typed = models.JSONField("填的内容", default=dict)
    basis = models.JSONField("动笔时的内容", default=dict)
    version = models.PositiveIntegerField("第几次暂存", default=1)
    saved_at = models.DateTimeField("暂存时间")

    class Meta:
        verbose_name = verbose_name_plural = "暂存的录入"
        ordering: ClassVar[list[str]] = ["-saved_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "unit", "kind", "first_day"],
                condition=Q(batch__isnull=True),
                name="monitoring_grid_draft_once",
            ),
            models.UniqueConstraint(
                fields=["user", "unit", "kind", "first_day", "batch"],
                condition=Q(batch__isnull=False),
                name="monitoring_grid_draft_of_batch_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.kind} {self.first_day}"

    @property
    def mark(self) -> str:
        """Which draft in which state a page goes on from; never the same twice."""
        return f"{self.pk}.{self.version}"
