"""Which kinds of meetings there are, and who belongs to them: a register."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from simple_history.models import HistoricalRecords

from chuangmo.org.models import Unit, UnitGroup


class SeriesManager(models.Manager):
    def get_by_natural_key(self, code: str) -> MeetingSeries:
        return self.get(code=code)


class MeetingSeries(models.Model):
    """联席会议 or 联络员会议 (四(三)): its members as data, who of a unit is called, what its minutes are numbered as."""

    class Calls(models.TextChoices):
        LEADERS = "leaders", "单位领导"
        CONTACTS = "contacts", "联络员（填报员和审核人）"

    code = models.SlugField("代码", max_length=20, unique=True)
    name = models.CharField("会议", max_length=30, help_text="如“联席会议”。")
    paper_kind = models.SlugField(
        "纪要文种", max_length=40, default="minutes", help_text="“文种和代字”登记表里的代码。"
    )
    with_leads = models.BooleanField("各指标牵头单位", default=True)
    with_counties = models.BooleanField("各县区和开发区", default=True)
    with_responsible = models.BooleanField("全部责任单位", default=False)
    group = models.ForeignKey(
        UnitGroup,
        verbose_name="另加单位组",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    units = models.ManyToManyField(Unit, verbose_name="另加单位", blank=True, related_name="+")
    calls = models.CharField("通知到", max_length=10, choices=Calls.choices, default=Calls.LEADERS)
    place = models.CharField("通常地点", max_length=60, blank=True)
    chair = models.CharField("通常主持人", max_length=60, blank=True)
    order = models.PositiveSmallIntegerField("排序", default=0)

    objects = SeriesManager()
    history = HistoricalRecords(verbose_name="会议种类历史")

    class Meta:
        verbose_name = verbose_name_plural = "会议种类"
        ordering: ClassVar[list[str]] = ["order", "code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)
