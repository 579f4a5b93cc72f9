"""The round's table as a workbook (shell.listing): one line a unit, and one line a row."""

from __future__ import annotations

from collections.abc import Sequence

import django_tables2 as tables

from supervision.scores.models import ScoreRound, ScoreRow
from supervision.scores.queries.tables import Group

__all__ = ["rows_table", "scores_table"]


def scores_table(one: ScoreRound, groups: Sequence[Group]) -> tables.Table:
    """Every unit with its parts. The columns are those of the round."""
    columns = [
        ("unit", tables.Column(verbose_name="单位")),
        ("group", tables.Column(verbose_name="排名组")),
        ("rank", tables.Column(verbose_name="名次")),
        ("total", tables.Column(verbose_name="总分")),
        *[
            (f"part_{part['code'].replace('-', '_')}", tables.Column(verbose_name=part["name"]))
            for part in one.parts
        ],
        ("bonus", tables.Column(verbose_name="加减分")),
        ("change", tables.Column(verbose_name="比上期")),
        ("frozen_total", tables.Column(verbose_name="定稿时总分")),
    ]
    data = [
        {
            "unit": line.unit.name,
            "group": group.name,
            "rank": line.score.rank,
            "total": _number(line.score.total),
            **{f"part_{part.code.replace('-', '_')}": _number(part.points) for _, part in line.parts},
            "bonus": _number(line.score.bonus),
            "change": _number(line.score.change),
            "frozen_total": _number(line.score.frozen_total),
        }
        for group in groups
        for line in group.lines
    ]
    return tables.Table(data, extra_columns=columns, orderable=False)


class _Rows(tables.Table):
    unit = tables.Column(verbose_name="单位")
    part = tables.Column(verbose_name="考核部分")
    label = tables.Column(verbose_name="事项")
    share = tables.Column(verbose_name="得分比例")
    counts = tables.Column(verbose_name="是否计分")
    note = tables.Column(verbose_name="说明")
    origin = tables.Column(verbose_name="来历")
    url = tables.Column(verbose_name="地址")

    class Meta:
        orderable = False


def rows_table(one: ScoreRound, unit_score_ids: Sequence[int]) -> tables.Table:
    """Every current row behind these scores. One query."""
    names = {part["code"]: part["name"] for part in one.parts}
    rows = (
        ScoreRow.objects.filter(part__unit_score__in=unit_score_ids, is_current=True)
        .select_related("part__unit_score__unit")
        .order_by("part__unit_score__unit__order", "part", "order", "pk")
    )
    return _Rows(
        [
            {
                "unit": row.part.unit_score.unit.name,
                "part": names.get(row.part.code, row.part.code),
                "label": row.label,
                "share": _number(row.share),
                "counts": "是" if row.counts else "不计入",
                "note": row.note,
                "origin": row.get_origin_display(),
                "url": row.url,
            }
            for row in rows
        ]
    )


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
