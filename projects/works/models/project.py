"""Key projects of the plan's 三（一）."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from chuangmo.org.models import Unit
from indicators.plan.models import Indicator, Plan, PlanItemManager
from projects.works.rules.facts import fact_faults


class ProjectKind(models.TextChoices):
    """The three headings under which the plan names its projects."""

    WATER = "water", "水环境治理"
    AIR = "air", "大气污染防治"
    WASTE = "solid_waste", "固体废物治理"


class Project(models.Model):
    """One work that the plan wants built or put right, once however often the text names it.

    Works that the plan lumps together (five generator sets, three medical-waste centres) are sub-projects of one
    `parent`, which has no owner and no schedule of its own: it is the sum of them. `facts` are the plan's figures and
    standards (`works.rules.facts`). What the plan does not say — owner, line bureau, indicators — is our reading [D].
    """

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="projects")
    code = models.SlugField("代码", max_length=30, help_text="出现在网址里，如 yushe-relocation；不再改动。")
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("类别", max_length=12, choices=ProjectKind.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name="所属工程",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
        help_text="方案合在一句里的几项工程，各为一项子工程。",
    )
    owner = models.ForeignKey(
        Unit,
        verbose_name="责任单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="owned_projects",
        help_text="按月报进度的县区或单位；由子工程承担的，空着。",
    )
    partners = models.ManyToManyField(
        Unit, verbose_name="配合单位", blank=True, related_name="partnered_projects"
    )
    bureau = models.ForeignKey(
        Unit,
        verbose_name="市级主管部门",
        on_delete=models.PROTECT,
        related_name="overseen_projects",
        help_text="统筹本工程的市级行业主管部门，核定进度。",
    )
    indicators = models.ManyToManyField(
        Indicator, verbose_name="支撑指标", blank=True, related_name="projects"
    )
    template = models.ForeignKey(
        "works.StageTemplate",
        verbose_name="阶段模板",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="projects",
        help_text="倒排工期从这个模板开始；由子工程承担的，空着。",
    )
    start_by = models.DateField("应启动")
    finish_by = models.DateField("应完成")
    facts = models.JSONField(
        "方案数据", default=dict, blank=True, help_text='如 {"households": 1083, "people": 4457}。'
    )
    as_written = models.CharField("方案原文", max_length=300, help_text="方案里写到本工程的原话。")
    named_in = models.CharField(
        "出处", max_length=60, help_text="写到本工程的各节，如“三（一）大气、三（一）固废”。"
    )
    order = models.PositiveSmallIntegerField("次序", default=0)

    objects = PlanItemManager()
    history = HistoricalRecords(verbose_name="工程历史")

    class Meta:
        verbose_name = verbose_name_plural = "重点工程"
        ordering: ClassVar[list[str]] = ["plan", "order", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["plan", "code"],
                name="works_project_once",
                violation_error_message="这个方案里已有同一代码的工程。",
            ),
            models.UniqueConstraint(
                fields=["plan", "name"],
                name="works_project_name_once",
                violation_error_message="这个方案里已有同名工程。",
            ),
            models.CheckConstraint(
                condition=Q(finish_by__gte=F("start_by")),
                name="works_project_dates_in_order",
                violation_error_message="应完成的日期不能早于应启动的日期。",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ProjectKind.values),
                name="works_project_kind",
                violation_error_message="类别不对。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("works:project-show", args=[self.plan.code, self.code])

    def natural_key(self) -> tuple[str, str]:
        return (self.plan.code, self.code)

    natural_key.dependencies = ["plan.plan", "plan.indicator", "org.unit"]  # type: ignore[attr-defined]

    def clean(self) -> None:
        faults: dict[str, list[str]] = {}
        if found := fact_faults(self.facts) if isinstance(self.facts, dict) else ["应为一组名称和值"]:
            faults["facts"] = found
        if self.parent is not None and (self.parent == self or self.parent.parent_id is not None):
            faults["parent"] = ["子工程只有一层：所属工程不能又是别的工程的子工程"]
        if self.parent is not None and self.owner is None:
            faults["owner"] = ["子工程要有责任单位"]
        if faults:
            raise ValidationError(faults)
