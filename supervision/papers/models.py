"""Numbers of official papers: 督办单, 通报, 纪要 … each kind counts by office and year."""

from __future__ import annotations

from django.db import models


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
