"""The three columns that hold a period, for every model that is about one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from chuangmo.periods import Kind, Period


class PeriodKind(models.TextChoices):
    """How long a period is; the values are those of `chuangmo.periods.Period.kind`."""

    MONTH = "month", "月"
    QUARTER = "quarter", "季"
    YEAR = "year", "年"
    TERM = "term", "学期"
    SURVEY = "survey", "一次调查"


class PeriodFields(models.Model):
    """Abstract: kind, first and last day of the period that a row is about. Both days are included."""

    period_kind = models.CharField("期别", max_length=8, choices=PeriodKind.choices)
    period_start = models.DateField("期初")
    period_end = models.DateField("期末")

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="%(app_label)s_%(class)s_period_order",
                violation_error_message="期末不能早于期初。",
            ),
            models.CheckConstraint(
                condition=Q(period_kind__in=PeriodKind.values),
                name="%(app_label)s_%(class)s_period_kind",
                violation_error_message="期别不对。",
            ),
        ]

    @property
    def period(self) -> Period:
        """The period as a plain value."""
        return Period(Kind(self.period_kind), self.period_start, self.period_end)


def period_columns(period: Period) -> dict[str, object]:
    """The column values of a period, for `filter(**…)` and `Model(**…)`."""
    return {"period_kind": period.kind, "period_start": period.start, "period_end": period.end}
