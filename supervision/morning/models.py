"""When somebody last looked at the morning page."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Look(models.Model):
    """Up to which moment a person has seen what changed; moved by a click, never by opening the page."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name="用户", on_delete=models.CASCADE, related_name="morning_look"
    )
    looked_at = models.DateTimeField("看到")
    looked_on = models.DateField("看到（日期）")

    class Meta:
        verbose_name = verbose_name_plural = "晨报阅读"

    def __str__(self) -> str:
        return f"{self.user} {self.looked_at}"
