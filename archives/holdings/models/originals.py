"""Where the paper originals stand: boxes on shelves, folders in boxes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse

from archives.holdings.models.registers import Fonds


class Box(models.Model):
    """A box of paper originals (档案盒), numbered within its fonds."""

    fonds = models.ForeignKey(Fonds, verbose_name="全宗", on_delete=models.PROTECT, related_name="boxes")
    number = models.PositiveIntegerField("盒号")
    title = models.CharField("盒题名", max_length=80)
    place = models.CharField("存放位置", max_length=80, blank=True, help_text="库房、柜、层。")
    edits = models.PositiveIntegerField("修改次数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "档案盒"
        ordering: ClassVar[list[str]] = ["fonds", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["fonds", "number"],
                name="holdings_box_once",
                violation_error_message="该全宗已有这个盒号。",
            )
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 盒 {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("holdings:box-show", args=[self.pk])


class Folder(models.Model):
    """A folder (卷) in a box; pieces stand in it by pages."""

    box = models.ForeignKey(Box, verbose_name="档案盒", on_delete=models.PROTECT, related_name="folders")
    number = models.PositiveIntegerField("卷号")
    title = models.CharField("案卷题名", max_length=80)

    class Meta:
        verbose_name = verbose_name_plural = "案卷"
        ordering: ClassVar[list[str]] = ["box", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["box", "number"],
                name="holdings_folder_once",
                violation_error_message="该盒已有这个卷号。",
            )
        ]

    def __str__(self) -> str:
        return f"第 {self.box.number} 盒第 {self.number} 卷"
