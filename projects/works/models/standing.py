"""How projects stood when that was calculated last, for pages that show many of them."""

from __future__ import annotations

from django.db import models

from projects.works.models.project import Project


class KeptStanding(models.Model):
    """What `works.rules.light.judged` said of a project, so that a list needn't calculate it for every reader. It counts
    only while `basis` names the schedule, the figures and the thresholds in force (`works.queries.kept`); else it is
    calculated as if there were no row. No day stands in it. Written by `works.services.standings` alone."""

    project = models.OneToOneField(
        Project,
        verbose_name="工程",
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="kept_standing",
    )
    basis = models.CharField("依据", max_length=100, help_text="工期、审定进度和亮灯标准的编号，变了就重算。")
    work = models.JSONField("结果")

    class Meta:
        verbose_name = verbose_name_plural = "工程亮灯存数"

    def __str__(self) -> str:
        return f"{self.project_id} {self.basis}"
