"""What an inspection found, with its pictures."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from chuangmo.files.models import Attachment
from chuangmo.org.models import Unit
from indicators.plan.models import ChecklistItem, Indicator, Plan
from projects.works.models import Project
from supervision.inspections.models.inspections import Inspection
from supervision.inspections.models.registers import ProblemKind


class Severity(models.TextChoices):
    MINOR = "minor", "一般"
    MAJOR = "major", "较重"
    SEVERE = "severe", "严重"


class Finding(models.Model):
    """One problem at one place, of one unit. Known to the unit from `released_at` on, never before.

    From an inspection (released with it), or raised by an office directly, from a deputy's comment or a media report
    (released at once). `key` is drawn by the form: sent twice over a bad line, it is stored once.
    """

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="findings")
    office = models.ForeignKey(
        Unit, verbose_name="登记单位", on_delete=models.PROTECT, related_name="raised_findings"
    )
    inspection = models.ForeignKey(
        Inspection,
        verbose_name="检查",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="findings",
    )
    comment = models.OneToOneField(
        "inspections.Comment",
        verbose_name="由意见转来",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="finding",
    )
    key = models.UUIDField("提交编号", default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(Unit, verbose_name="责任单位", on_delete=models.PROTECT, related_name="findings")
    kind = models.ForeignKey(
        ProblemKind, verbose_name="问题类别", on_delete=models.PROTECT, related_name="findings"
    )
    severity = models.CharField("程度", max_length=8, choices=Severity.choices, default=Severity.MINOR)
    text = models.TextField("问题", max_length=2000)
    place = models.CharField("地点", max_length=120)
    latitude = models.DecimalField("纬度", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField("经度", max_digits=9, decimal_places=6, null=True, blank=True)
    found_on = models.DateField("发现日期")
    indicator = models.ForeignKey(
        Indicator,
        verbose_name="指标",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="findings",
    )
    project = models.ForeignKey(
        Project,
        verbose_name="工程",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="findings",
    )
    item = models.ForeignKey(
        ChecklistItem,
        verbose_name="对照条款",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("登记时间", auto_now_add=True)
    released_at = models.DateTimeField("公布时间", null=True, blank=True)
    dropped_at = models.DateTimeField("撤销时间", null=True, blank=True)
    dropped_reason = models.CharField("撤销原因", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "问题"
        ordering: ClassVar[list[str]] = ["-found_on", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="inspections_finding_coordinates",
                violation_error_message="经纬度要么都填，要么都空着。",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True) | Q(released_at__isnull=True),
                name="inspections_finding_not_dropped_and_released",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # What a unit may see; whether a problem has been there before.
            models.Index(fields=["unit", "kind", "released_at"], name="inspections_finding_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.place}：{self.kind}"

    def get_absolute_url(self) -> str:
        return reverse("inspections:finding-show", args=[self.pk])

    def inspection_url(self) -> str:
        """The page of its inspection; its own where it has none."""
        if self.inspection_id is None:
            return self.get_absolute_url()
        return reverse("inspections:inspection-show", args=[self.inspection_id])

    @property
    def is_released(self) -> bool:
        return self.released_at is not None

    @property
    def is_editable(self) -> bool:
        return self.released_at is None and self.dropped_at is None

    @property
    def coordinates(self) -> str:
        """“104.8300, 26.5900” (longitude first, as maps here write it), or nothing."""
        if self.latitude is None or self.longitude is None:
            return ""
        return f"{self.longitude:.4f}, {self.latitude:.4f}"


class FindingPhoto(models.Model):
    """A picture of what was found. `attachment` is what a browser shows; `original` is kept where that was converted
    (HEIC) or made smaller. Without the camera's word on the day, the day is the one that the person stated."""

    finding = models.ForeignKey(Finding, verbose_name="问题", on_delete=models.CASCADE, related_name="photos")
    attachment = models.ForeignKey(
        Attachment, verbose_name="照片", on_delete=models.PROTECT, related_name="finding_photos"
    )
    original = models.ForeignKey(
        Attachment,
        verbose_name="原件",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    taken_on = models.DateField("拍摄日期")
    from_exif = models.BooleanField("照片自带日期")
    note = models.CharField("说明", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "问题照片"
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return self.attachment.name
